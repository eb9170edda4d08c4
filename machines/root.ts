/** What each client's root machine does in every state: it ends when it is told to, and at a defect. */
import { bothLogs } from './log-lines.ts';
import { logOf } from './params.ts';
import type { SignalEvent } from './vocabulary/program.ts';

const log = logOf<unknown>();

const broken = {
  target: '.failed',
  actions: log(({ event }) => bothLogs.broken(event)),
} as const;

/** Transitions of a root that has the states `interrupted` and `failed`, and the action `log`. */
export const endings = {
  'signal.received': {
    target: '.interrupted',
    actions: log(({ event }: { event: SignalEvent }) => bothLogs.signalReceived(event.signal)),
  },
  'program.broken': broken,
  'socket.broken': broken,
  'xstate.error.actor.*': broken,
} as const;
