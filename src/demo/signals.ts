import { fromCallback } from 'xstate';
import type { SignalEvent } from '../../machines/events.ts';

/** A terminal that is closed hangs up: as good a reason to stop as SIGTERM, or the processes would go on. */
const MEANINGS = { SIGTERM: 'SIGTERM', SIGINT: 'SIGINT', SIGHUP: 'SIGTERM' } as const;

/** Tells the demo's machine of each signal. */
export const demoSignals = fromCallback(({ sendBack }) => {
  let hasHungUp = false;
  const hear = (received: NodeJS.Signals) => {
    // The shell and the kernel both say that the terminal is gone: that is no wish to hurry.
    if (received === 'SIGHUP' && hasHungUp) return;
    hasHungUp ||= received === 'SIGHUP';
    const signal = MEANINGS[received as keyof typeof MEANINGS];
    sendBack({ type: 'signal.received', signal } satisfies SignalEvent);
  };
  const signals = Object.keys(MEANINGS) as (keyof typeof MEANINGS)[];
  for (const signal of signals) process.on(signal, hear);
  return () => {
    for (const signal of signals) process.off(signal, hear);
  };
});
