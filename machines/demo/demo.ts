/**
 * The demo: makes the agencies' data if there is none, runs the server and every agency as processes of
 * their own, or all agencies as one, shows how far they are, and in the end compares what was sent with what is stored.
 * Its large states have files of their own, in their order: `running`, with `with-agencies`, `stopping` and `checking`.
 */
import { assign, enqueueActions, sendTo, setup } from 'xstate';
import { EXIT_FAILED, exitCodeOf, exitOfSignal } from '../exit-codes.ts';
import { notPromised, notProvided } from '../not-provided.ts';
import type {
  Advance,
  Complaint,
  DemoEvent,
  DemoFiles,
  ProcessCommand,
  ProcessExit,
  ProcessInput,
  ScreenCommand,
  StoredDraw,
  Who,
} from '../vocabulary/demo.ts';
import type { LabAnswer, ProcessOrder } from '../vocabulary/lab.ts';
import type { ExitOutput, SignalEvent } from '../vocabulary/program.ts';
import { noteWish, notPossible, show } from './actions.ts';
import { checking, counting } from './checking.ts';
import {
  afterAdvance,
  afterComplaints,
  areAwaited,
  type Demo,
  type DemoInput,
  differences,
  hasEnded,
  hasLeftWell,
  hasStoppedWell,
  isEveryoneTold,
  isLiving,
  processInput,
  refusalOf,
  runsOf,
  startOf,
} from './run.ts';
import { running } from './running.ts';
import { stopping } from './stopping.ts';

const demo = setup({
  types: {
    input: {} as DemoInput,
    context: {} as Demo,
    events: {} as DemoEvent,
    output: {} as ExitOutput,
    children: {} as Record<Who, 'process'> & { signals: 'signals'; lab: 'lab' },
  },
  actors: {
    signals: notProvided('signals'),
    /** Asks for what a person wants by the inspector's page, and hears whether it was done. */
    lab: notProvided<{ type: 'lab.answer' } & LabAnswer>('lab'),
    /** One child process. */
    process: notProvided<ProcessCommand, ProcessInput>('process'),
    /** Makes the files that are missing, and counts the rows of all. */
    prepareData: notPromised<DemoFiles>('maker of data'),
    /** Removes what the last demo stored, if no server is using it. */
    emptyStore: notPromised<void>('remover of what is stored'),
    /** Ends once a page shows the machines; fails if none can. */
    awaitPage: notPromised<void>('watcher of the page'),
    /** Reads what is stored, without asking the server. */
    readStore: notPromised<StoredDraw>('reader of what is stored'),
  },
  delays: {
    start: ({ context }) => context.startMs,
    page: ({ context }) => context.pageMs,
    leave: ({ context }) => context.leaveMs,
    stop: ({ context }) => context.stopMs,
  },
  actions: {
    show: (_, _command: ScreenCommand) => {},
    noteFiles: assign((_, { rows }: DemoFiles) => ({ runs: runsOf(rows) })),
    start: enqueueActions(({ context, enqueue }, all: readonly Who[]) => {
      for (const who of all) enqueue.spawnChild('process', { id: who, input: processInput(context, who) });
      enqueue.assign({ living: [...context.living, ...all] });
    }),
    notePort: assign({
      ports: ({ context }, { who, port }: Extract<DemoEvent, { type: 'process.listening' }>) =>
        new Map(context.ports).set(who, port),
    }),
    noteWatcher: assign({ isPaced: true }),
    noteStart: assign({ startedAt: ({ context }, time: number) => Math.min(context.startedAt, time) }),
    noteAdvance: assign(({ context }, news: readonly Advance[]) => afterAdvance(context, news)),
    noteDraw: assign({ isDrawn: true }),
    noteTroubles: assign({
      troubles: ({ context }, complaints: readonly Complaint[]) =>
        afterComplaints(context.troubles, complaints),
    }),
    noteFailed: assign({ failed: (_, agencies: readonly Who[]) => agencies }),
    noteEnd: enqueueActions(({ context, enqueue }, ended: Who) => {
      enqueue.stopChild(ended);
      enqueue.assign({ living: context.living.filter((who) => who !== ended) });
    }),
    tellAll: enqueueActions(({ context, enqueue }, command: ProcessCommand) => {
      for (const who of context.living) enqueue.sendTo(who, command);
    }),
    tellOne: enqueueActions(({ enqueue }, { id, order }: { id: number; order: ProcessOrder }) => {
      enqueue.sendTo(order.who, { type: 'process.order', id, order });
    }),
    answer: sendTo('lab', (_, answer: LabAnswer) => ({ type: 'lab.answer', ...answer }) as const),
    noteError: assign({ exitCode: (_, error: unknown) => exitCodeOf(error) }),
    /** With the exit code of the error that was noted, if there was one. */
    exitAsFailed: assign({ exitCode: ({ context }) => context.exitCode || EXIT_FAILED }),
    noteWish: assign({ asked: (_, signal: SignalEvent['signal']) => signal }),
    /** A run that did not reach its end is no success, whoever wanted that. */
    exitAsStopped: assign({
      exitCode: ({ context: { asked } }) => (asked ? exitOfSignal(asked) : EXIT_FAILED),
    }),
  },
  guards: {
    isWatched: ({ context }) => context.isWatched,
    isLab: ({ context }) => context.isLab,
    isLiving: ({ context }, who: Who) => isLiving(context, who),
    hasEnded: ({ context }, who: Who) => hasEnded(context, who),
    hasLeftWell: ({ context }, exit: ProcessExit) => hasLeftWell(context, exit),
    serverHasLeftWell: ({ context }, exit: ProcessExit) =>
      exit.who === 'server' && !context.isLab && hasLeftWell(context, exit),
    hasStoppedWell: ({ context }, exit: ProcessExit) => hasStoppedWell(context, exit),
    areAwaited: ({ context }) => areAwaited(context),
    everyoneTold: ({ context }) => isEveryoneTold(context),
    nobodyLeft: ({ context }) => context.living.length === 0,
    agrees: ({ context }, stored: StoredDraw) => differences(context, stored).length === 0,
  },
});

/** What its states in other files are made with. */
export type DemoSetup = typeof demo;

export const demoMachine = demo.createMachine({
  id: 'demo',
  context: ({ input }) => startOf(input),
  output: ({ context }) => ({ exitCode: context.exitCode }),
  invoke: [
    { src: 'signals', id: 'signals' },
    { src: 'lab', id: 'lab' },
  ],
  on: {
    'signal.received': {
      target: '.interrupted',
      actions: [noteWish, show(() => ({ kind: 'stoppedEarly' }))],
    },
    'program.broken': { target: '.failed', actions: notPossible },
    'process.answered': {
      actions: { type: 'answer', params: ({ event: { id, refusal } }) => ({ id, refusal }) },
    },
    'lab.ordered': {
      actions: {
        type: 'answer',
        params: ({ context, event: { id, order } }) => ({
          id,
          refusal: refusalOf(context, order.who, 'order'),
        }),
      },
    },
    'lab.restart': {
      actions: {
        type: 'answer',
        params: ({ context, event: { id, who } }) => ({ id, refusal: refusalOf(context, who, 'restart') }),
      },
    },
    'process.complained': { actions: { type: 'noteTroubles', params: ({ event }) => event.complaints } },
  },
  initial: 'makingData',
  states: {
    makingData: {
      description: "Makes the agencies' files that are missing, and counts the rows of all",
      invoke: {
        src: 'prepareData',
        id: 'prepareData',
        onDone: {
          target: 'emptyingStore',
          actions: [
            { type: 'noteFiles', params: ({ event }) => event.output },
            show(({ context: { remake }, event }) => ({ kind: 'data', files: event.output, remake })),
          ],
        },
        onError: { target: 'failed', actions: notPossible },
      },
    },
    emptyingStore: {
      description: 'Removes what the last demo stored',
      invoke: {
        src: 'emptyStore',
        id: 'emptyStore',
        onDone: { target: 'running' },
        onError: { target: 'failed', actions: notPossible },
      },
    },
    running: running(demo),
    checking: checking(demo),
    stopping: stopping(demo),
    counting: counting(demo),
    finished: { description: 'Everything that was sent is stored', type: 'final' },
    interrupted: {
      description: 'Stopped, as a signal asked for it',
      type: 'final',
      entry: 'exitAsStopped',
    },
    uncounted: {
      description: 'Stopped, and has not counted: that would have taken too long',
      type: 'final',
      tags: 'atOnce',
      entry: 'exitAsStopped',
    },
    overdue: {
      description: 'Left behind what even the system could not end',
      type: 'final',
      tags: 'atOnce',
      entry: 'exitAsFailed',
    },
    killed: {
      description: 'A second signal: waits for nothing',
      type: 'final',
      tags: 'atOnce',
      entry: 'exitAsStopped',
    },
    failed: { description: 'Something went wrong; a line says what', type: 'final', entry: 'exitAsFailed' },
  },
});
