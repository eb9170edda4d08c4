/** The server's end, in order: sessions, what they have sent, files. */
import { exitOfSignal } from '../exit-codes.ts';
import { bothLogs } from '../log-lines.ts';
import { exitAsItSays, FAILED, log, logBroken, logSignal, logStoreFailed, recordTold } from './actions.ts';
import type { ServerSetup } from './server.ts';

const closing = (server: ServerSetup) =>
  server.createStateConfig({
    description: 'Closes one thing after the other',
    on: {
      // The deadline goes on: it is that of the whole shutdown.
      'xstate.error.actor.*': { target: '.abandoningStore', actions: [logBroken, FAILED] },
      'store.failed': {
        target: '.abandoningStore',
        actions: [logStoreFailed, exitAsItSays],
      },
    },
    initial: 'closingConnections',
    states: {
      closingConnections: {
        description: 'Waits until the sessions have ended: what they sent is still being stored',
        always: { guard: 'isEmpty', target: 'drainingStore' },
      },
      drainingStore: {
        description: 'Waits until the store has stored what is queued, and has closed its files',
        entry: 'drainStore',
        on: {
          'store.closed': {
            target: '#server.stopped',
            actions: [
              { type: 'log', params: bothLogs.closed('bets.csv') },
              { type: 'log', params: bothLogs.closed('journal.ndjson') },
            ],
          },
        },
      },
      abandoningStore: {
        description:
          'The store failed: acknowledges nothing any more, and waits until the sessions have ended',
        entry: { type: 'tellAll', params: { type: 'store.lost' } },
        always: { guard: 'isEmpty', target: '#server.stopped' },
      },
    },
  });

const cause = (server: ServerSetup) =>
  server.createStateConfig({
    description: 'Remembers whether a signal asked for it: who asks twice is in a hurry',
    initial: 'ofItself',
    states: {
      ofItself: {
        description:
          'The draw is over, or something failed: a first signal changes nothing, as it asks for just this',
        on: { 'signal.received': { target: 'toldToStop', actions: logSignal } },
      },
      toldToStop: {
        description: 'A signal asked for it: the next one ends the program at once',
        on: {
          'signal.received': {
            target: '#server.aborted',
            actions: { type: 'exitWith', params: ({ event }) => exitOfSignal(event.signal) },
          },
        },
      },
    },
  });

export const shuttingDown = (server: ServerSetup) =>
  server.createStateConfig({
    description: 'Closes everything, with a deadline',
    type: 'parallel',
    after: {
      shutdownTimeout: {
        target: 'overdue',
        actions: [log(({ context }) => bothLogs.shutdownLate(context.input.shutdownMs)), FAILED],
      },
    },
    on: {
      'session.told': { actions: recordTold },
      'program.broken': { actions: [logBroken, FAILED] },
    },
    states: { closing: closing(server), cause: cause(server) },
  });
