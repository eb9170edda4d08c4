import { fromCallback } from 'xstate';
import type { SignalEvent } from '../../machines/events.ts';

/** A terminal that is closed hangs up: as good a reason to stop as SIGTERM, or the processes would go on. */
const MEANINGS = { SIGTERM: 'SIGTERM', SIGINT: 'SIGINT', SIGHUP: 'SIGTERM' } as const;

/** Tells the demo's machine of each signal. */
export const demoSignals = fromCallback(({ sendBack }) => {
  const listeners = (Object.keys(MEANINGS) as (keyof typeof MEANINGS)[]).map((signal) => {
    const listener = () =>
      sendBack({ type: 'signal.received', signal: MEANINGS[signal] } satisfies SignalEvent);
    process.on(signal, listener);
    return [signal, listener] as const;
  });
  return () => {
    for (const [signal, listener] of listeners) process.off(signal, listener);
  };
});
