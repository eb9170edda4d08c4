import { fromCallback } from 'xstate';
import type { SignalEvent } from '../../machines/events.ts';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** Tells its machine of each SIGTERM and SIGINT; what they mean there is the machine's business. */
export const signals = fromCallback(({ sendBack }) => {
  const listeners = SIGNALS.map((signal) => {
    const listener = () => sendBack({ type: 'signal.received', signal } satisfies SignalEvent);
    process.on(signal, listener);
    return [signal, listener] as const;
  });
  return () => {
    for (const [signal, listener] of listeners) process.off(signal, listener);
  };
});
