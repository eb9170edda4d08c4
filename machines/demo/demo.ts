/**
 * The demo: makes the agencies' data where there is none, runs the server and every agency as processes of
 * their own, or all agencies as one, shows how far they are, and in the end compares what was sent with what is stored.
 */
import { and } from 'xstate';
import { exitCodeOf } from '../exit-codes.ts';
import { demoLines } from './demo-lines.ts';
import { demoParts } from './demo-parts.ts';

/** A process ended as it should not have: the others have no use any more. */
const failing = {
  target: '#demo.stopping',
  actions: ['noteEnd', 'showEnd', 'fail'],
} as const;

const showStopping = {
  type: 'show',
  params: ({ event }: { event: { signal: 'SIGTERM' | 'SIGINT' } }) => demoLines.stopping(event.signal),
} as const;

const killAll = { type: 'tellAll', params: { type: 'process.stop', signal: 'SIGKILL' } } as const;

/** What an actor could not do is all that there is to say. */
const notPossible = [
  {
    type: 'show',
    params: ({ event }: { event: { error?: unknown } }) => demoLines.notPossible(event.error),
  },
  { type: 'fail', params: ({ event }: { event: { error?: unknown } }) => exitCodeOf(event.error) },
] as const;

export const demoMachine = demoParts.createMachine({
  id: 'demo',
  context: ({ input }) => ({
    ...input,
    files: undefined,
    port: 0,
    runs: [],
    living: [],
    isDrawn: false,
    troubles: new Map(),
    failed: [],
    startedAt: Number.POSITIVE_INFINITY,
    toldAt: 0,
    stored: undefined,
    cause: 'none',
    exitCode: 0,
  }),
  output: ({ context }) => ({ exitCode: context.exitCode }),
  invoke: { src: 'signals', id: 'signals' },
  on: {
    'signal.received': {
      target: '.interrupted',
      actions: { type: 'show', params: demoLines.stoppedEarly() },
    },
    'program.broken': { target: '.failed', actions: notPossible },
    'process.started': { actions: 'noteStart' },
    'process.wrote': { actions: 'noteOutput' },
    'process.logged': { actions: 'noteOutput' },
  },
  initial: 'makingData',
  states: {
    makingData: {
      description: "The agencies' files are being made where they are missing, and their rows counted",
      invoke: {
        src: 'prepareData',
        id: 'prepareData',
        onDone: {
          target: 'emptyingStore',
          actions: [
            { type: 'noteFiles', params: ({ event }) => event.output },
            { type: 'show', params: ({ context, event }) => demoLines.data(event.output, context) },
          ],
        },
        onError: { target: 'failed', actions: notPossible },
      },
    },
    emptyingStore: {
      description: 'What the last demo stored is being removed',
      invoke: {
        src: 'emptyStore',
        id: 'emptyStore',
        onDone: { target: 'running' },
        onError: { target: 'failed', actions: notPossible },
      },
    },
    running: {
      description: 'The server is there, and after it the agencies',
      on: {
        'signal.received': {
          target: ['stopping.ending', 'stopping.wish.toldToStop'],
          actions: ['interrupt', showStopping],
        },
        'program.broken': { target: 'stopping', actions: notPossible },
        'process.errored': failing,
        'process.exited': failing,
      },
      initial: 'startingServer',
      states: {
        startingServer: {
          description: 'The server will say where it listens',
          entry: 'startServer',
          after: {
            start: {
              target: '#demo.stopping',
              actions: [
                { type: 'show', params: ({ context }) => demoLines.startedTooSlowly(context) },
                'fail',
              ],
            },
          },
          on: {
            'process.logged': [
              {
                guard: 'isListening',
                target: 'withAgencies',
                actions: [
                  'notePort',
                  { type: 'show', params: ({ context }) => demoLines.listening(context) },
                ],
              },
              { actions: 'noteOutput' },
            ],
          },
        },
        withAgencies: {
          description: 'The agencies are there',
          entry: [
            'startAgencies',
            { type: 'show', params: ({ context }) => demoLines.starting(context) },
            'openProgress',
          ],
          exit: { type: 'show', params: { type: 'progress.close' } },
          on: {
            'process.logged': [
              {
                // The fleet itself would go on, and wait for a draw that does not come.
                guard: 'tellsOfFailure',
                target: '#demo.stopping',
                actions: [
                  'noteOutput',
                  'noteFailed',
                  { type: 'show', params: ({ context }) => demoLines.failed(context) },
                  'fail',
                ],
              },
              { actions: ['noteOutput', 'showProgress'] },
            ],
            'process.exited': [{ guard: 'hasLeftWell', actions: 'noteEnd' }, failing],
          },
          initial: 'uploading',
          states: {
            uploading: {
              description: 'Bets are on their way; the draw takes place once all agencies have finished',
              always: { guard: 'everyoneTold', target: 'leaving' },
              on: {
                // The server waits for nobody any more: those that were not told are late.
                'process.exited': {
                  guard: and(['isOfServer', 'hasLeftWell']),
                  target: 'leaving',
                  actions: 'noteEnd',
                },
              },
            },
            leaving: {
              description: 'The winners are told: every process has nothing left to do but to close and end',
              always: { guard: 'nobodyLeft', target: '#demo.checking' },
              after: {
                leave: {
                  target: '#demo.stopping',
                  actions: [{ type: 'show', params: ({ context }) => demoLines.stillThere(context) }, 'fail'],
                },
              },
            },
          },
        },
      },
    },
    checking: {
      description: 'What is stored is being read and compared with what was sent',
      invoke: {
        src: 'readStore',
        id: 'readStore',
        onDone: [
          {
            guard: { type: 'agrees', params: ({ event }) => event.output },
            target: 'finished',
            actions: [{ type: 'noteStored', params: ({ event }) => event.output }, 'showResult'],
          },
          {
            target: 'failed',
            actions: [{ type: 'noteStored', params: ({ event }) => event.output }, 'showResult', 'fail'],
          },
        ],
        onError: { target: 'failed', actions: notPossible },
      },
      on: {
        'signal.received': {
          target: 'interrupted',
          actions: { type: 'show', params: ({ context }) => demoLines.notChecked(context.store) },
        },
      },
    },
    stopping: {
      description: 'Every process was asked to stop, with a deadline',
      type: 'parallel',
      entry: { type: 'tellAll', params: { type: 'process.stop', signal: 'SIGTERM' } },
      always: [
        { guard: and(['nobodyLeft', 'wasInterrupted']), target: 'counting' },
        { guard: 'nobodyLeft', target: 'failed' },
      ],
      on: {
        'program.broken': { actions: notPossible },
        'process.errored': { actions: 'noteEnd' },
        'process.exited': [
          { guard: 'hasStoppedWell', actions: 'noteEnd' },
          { actions: ['noteEnd', 'showEnd', 'fail'] },
        ],
      },
      states: {
        ending: {
          description: 'Those that do not end are made to',
          initial: 'asking',
          states: {
            asking: {
              description: 'They are ending',
              after: {
                stop: {
                  target: 'killing',
                  actions: [
                    { type: 'show', params: ({ context }) => demoLines.killing(context) },
                    'fail',
                    killAll,
                  ],
                },
              },
            },
            killing: {
              description: 'The system ends those that did not',
              after: {
                stop: {
                  target: '#demo.overdue',
                  actions: { type: 'show', params: ({ context }) => demoLines.leftBehind(context) },
                },
              },
            },
          },
        },
        wish: {
          description: 'Whether somebody asked for it: only who asks twice is in a hurry',
          initial: 'none',
          states: {
            none: {
              description: 'Something failed: a signal asks for what is done anyway',
              on: { 'signal.received': { target: 'toldToStop', actions: showStopping } },
            },
            toldToStop: {
              description: 'A signal was heard',
              on: { 'signal.received': { target: '#demo.killed', actions: ['abort', killAll] } },
            },
          },
        },
      },
    },
    counting: {
      description: 'All have stopped as they were asked to: what is stored is being counted',
      after: {
        stop: {
          target: 'uncounted',
          actions: { type: 'show', params: ({ context }) => demoLines.notCounted(context) },
        },
      },
      invoke: {
        src: 'readStore',
        id: 'countStore',
        onDone: {
          target: 'interrupted',
          actions: {
            type: 'show',
            params: ({ context, event }) => demoLines.stopped(event.output.bets, context.store),
          },
        },
        onError: { target: 'interrupted', actions: { type: 'show', params: demoLines.stoppedEarly() } },
      },
      on: { 'signal.received': { target: 'killed', actions: 'abort' } },
    },
    finished: { description: 'All that was sent is stored', type: 'final' },
    interrupted: { description: 'Stopped because somebody asked for it', type: 'final' },
    uncounted: { description: 'Stopped, and to count would take too long', type: 'final', tags: 'atOnce' },
    overdue: { description: 'What even the system cannot end is left behind', type: 'final', tags: 'atOnce' },
    killed: { description: 'A second signal: nothing is waited for', type: 'final', tags: 'atOnce' },
    failed: { description: 'Something went wrong; a line says what', type: 'final' },
  },
});
