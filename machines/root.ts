/** What root machines do in every state: a client ends when it is told to, and each at a defect. */
import { bothLogs } from './log-lines.ts';
import { logOf } from './params.ts';
import type { SignalEvent } from './vocabulary/program.ts';

const log = logOf<unknown>();

const broken = {
  target: '.failed',
  actions: log(({ event }) => bothLogs.broken(event)),
} as const;

/** Transitions of a root that has the state `failed`, and the action `log`. */
export const defects = { 'program.broken': broken, 'xstate.error.actor.*': broken } as const;

/** Those of a client, which has a socket, and the state `interrupted`. */
export const endings = {
  'signal.received': {
    target: '.interrupted',
    actions: log(({ event }: { event: SignalEvent }) => bothLogs.signalReceived(event.signal)),
  },
  'socket.broken': broken,
  ...defects,
} as const;
