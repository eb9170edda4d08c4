/** The inspector: serves its page and takes in what processes tell it, until it is told to stop. */
import { assign, type ErrorActorEvent, setup } from 'xstate';
import { EXIT_FAILED } from './exit-codes.ts';
import { bothLogs, inspectorLogs } from './log-lines.ts';
import { notProvided } from './not-provided.ts';
import { logOf } from './params.ts';
import { defects } from './root.ts';
import type { HubEvent, OwnerEvent } from './vocabulary/hub.ts';
import type { LogEntry } from './vocabulary/log.ts';
import type { ExitOutput, ProgramEvent } from './vocabulary/program.ts';

type Context = { exitCode: number };

const log = logOf<Context>();

export const inspectorMachine = setup({
  types: {
    context: {} as Context,
    events: {} as HubEvent | OwnerEvent | ProgramEvent | ErrorActorEvent,
    output: {} as ExitOutput,
  },
  actors: {
    signals: notProvided('signals'),
    /** Reports the end of the process that started the inspector; silent if nobody owns it. */
    owner: notProvided('owner'),
    /** Serves the page as long as this actor runs. */
    hub: notProvided('hub'),
  },
  actions: {
    log: (_, _entry: LogEntry) => {},
    exitWith: assign({ exitCode: (_, exitCode: number) => exitCode }),
  },
}).createMachine({
  id: 'inspector',
  context: { exitCode: 0 },
  output: ({ context }) => ({ exitCode: context.exitCode }),
  invoke: [
    { src: 'signals', id: 'signals' },
    { src: 'owner', id: 'owner' },
  ],
  on: {
    'signal.received': {
      target: '.stopped',
      actions: log(({ event }) => bothLogs.signalReceived(event.signal)),
    },
    'owner.left': { target: '.stopped' },
    ...defects,
  },
  initial: 'watching',
  states: {
    watching: {
      description: 'Serves the page: programs and pages come and go',
      invoke: { src: 'hub', id: 'hub' },
      exit: { type: 'log', params: bothLogs.closed('inspector') },
      on: {
        'hub.failed': {
          target: 'failed',
          actions: log(({ event }) => inspectorLogs.notServed(event.reason)),
        },
        'hub.listening': { actions: log(({ event }) => inspectorLogs.serving(event.address)) },
      },
    },
    stopped: { description: 'Told to stop, or whoever started it has gone', type: 'final' },
    failed: {
      description: 'It cannot serve; a log line says why',
      type: 'final',
      entry: { type: 'exitWith', params: EXIT_FAILED },
    },
  },
});
