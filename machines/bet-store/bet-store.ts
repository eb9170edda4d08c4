/**
 * The bet store: the one actor that writes. It takes requests in order, commits them in groups (one append
 * and one sync for all that arrived while the last was in flight) and answers only what is on disk.
 */
import { assign, enqueueActions, fromCallback, fromPromise, sendTo, setup, spawnChild } from 'xstate';
import { exitCodeOf } from '../exit-codes.ts';
import type { Winners } from '../vocabulary/draw.ts';
import type { Recipient } from '../vocabulary/recipient.ts';
import type {
  CommitCommand,
  CommitReport,
  DrawStore,
  RecallCommand,
  RecallReport,
  RecoveredDraw,
  StoreAnswer,
  StoreOutcome,
  StoreRequest,
  StoreSubmission,
} from '../vocabulary/store.ts';
import {
  EMPTY,
  enqueued,
  type GroupBounds,
  nextOf,
  type Queue,
  type QueueItem,
  splitGroup,
  withWinners,
} from './queue.ts';

export type BetStoreInput = {
  parent: Recipient<BetStoreEvent>;
  /** Bytes of bets that may wait before `store.saturated` is said, and of those that one commit may have. */
  queueBytes: number;
  /** What one commit takes: the event loop is held while it is hashed, and while it is answered. */
  bounds: GroupBounds;
};

type Context = BetStoreInput & {
  store: DrawStore | undefined;
  queue: Queue;
  group: readonly StoreSubmission[];
};

type Submitted = { type: 'store.submit' } & StoreSubmission;

export type BetStoreMachineEvent =
  | Submitted
  | RecallCommand
  | RecallReport
  | { type: 'store.draw' }
  | { type: 'store.drain' }
  | CommitReport;

/** What the store tells its parent. */
export type BetStoreEvent =
  | { type: 'store.recovered'; recovered: RecoveredDraw }
  | { type: 'agency.finished'; agency: number }
  /** Its DONE came without bets, and now it is here again: it holds no more. */
  | { type: 'agency.reopened'; agency: number }
  /** The first bets of these agencies' uploads are stored, with offsets. */
  | { type: 'uploads.begun'; agencies: readonly number[] }
  | { type: 'draw.recorded'; winners: Winners; head: string }
  /** Not everybody has finished any more. */
  | { type: 'draw.postponed' }
  | { type: 'store.saturated' }
  | { type: 'store.relieved' }
  /** `exitCode` says if a restart may help: see exit-codes.ts. */
  | { type: 'store.failed'; reason: string; exitCode: number }
  | { type: 'store.closed' };

/** One answer for each submitter, with the outcomes of its requests in their order. */
const answersOf = (group: readonly StoreSubmission[], outcomes: readonly StoreOutcome[]) => {
  const answers = new Map<Recipient<StoreAnswer>, StoreOutcome[]>();
  group.forEach(({ from }, index) => {
    if (!from) return;
    const own = answers.get(from) ?? [];
    own.push(outcomes[index]!);
    answers.set(from, own);
  });
  return answers;
};

type Batch = Extract<StoreRequest, { kind: 'bets' }>;

/** Whether these are the first bets of an upload with offsets. */
const isBeginning = (request: StoreRequest, outcome: StoreOutcome): request is Batch =>
  request.kind === 'bets' &&
  request.dialect === 'quiniela' &&
  outcome.kind === 'stored' &&
  outcome.fresh > 0 &&
  outcome.fresh === outcome.next;

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const itemOf = ({ event: { request, from, weight } }: { event: Submitted }): QueueItem => ({
  kind: 'request',
  request,
  from,
  weight,
});

/** The queue while something else is done: there is room. */
const accepting = {
  description: 'What is asked meanwhile still fits',
  on: {
    'store.submit': {
      guard: { type: 'isOverfull', params: itemOf },
      target: 'saturated',
      actions: { type: 'enqueue', params: itemOf },
    },
  },
} as const;

/** The queue while something else is done: there is none. */
const saturated = {
  entry: { type: 'report', params: { type: 'store.saturated' } },
  exit: { type: 'report', params: { type: 'store.relieved' } },
} as const;

export const betStoreMachine = setup({
  types: {
    input: {} as BetStoreInput,
    context: {} as Context,
    events: {} as BetStoreMachineEvent,
    children: {} as { committer: 'committer'; archivist: 'archivist' },
  },
  actors: {
    /** Opens the folder: recovers what earlier runs left, and locks it. */
    recoverDraw: fromPromise<{ store: DrawStore; recovered: RecoveredDraw }>(() => Promise.reject()),
    /** Commits one group at a time. It lives as long as the folder is open: see src/store/committer.ts. */
    committer: fromCallback<CommitCommand, { store: DrawStore }>(() => {}),
    /** Looks into folders of draws that are over, one question at a time: see src/store/archivist.ts. */
    archivist: fromCallback<RecallCommand, { store: DrawStore }>(() => {}),
    findWinners: fromPromise<Winners, { store: DrawStore }>(() => Promise.reject()),
    closeStore: fromPromise<void, { store: DrawStore }>(() => Promise.reject()),
  },
  actions: {
    enqueue: assign({
      queue: ({ context }, item: QueueItem) => enqueued(context.queue, item),
    }),
    takeGroup: assign(({ context }) => {
      const { group, rest } = splitGroup(context.queue, context.bounds);
      return { group, queue: rest };
    }),
    startCommitter: spawnChild('committer', {
      id: 'committer',
      input: ({ context }) => ({ store: context.store! }),
    }),
    startArchivist: spawnChild('archivist', {
      id: 'archivist',
      input: ({ context }) => ({ store: context.store! }),
    }),
    askArchivist: sendTo('archivist', (_, command: RecallCommand) => command),
    answerRecall: sendTo(
      (_, { from }: RecallReport) => from,
      (_, { outcome }: RecallReport): StoreAnswer => ({ type: 'store.answered', outcomes: [outcome] }),
    ),
    commitGroup: sendTo('committer', ({ context }) => ({
      type: 'commit.requested',
      requests: context.group.map(({ request }) => request),
    })),
    answerGroup: enqueueActions(({ context, enqueue }, outcomes: readonly StoreOutcome[]) => {
      for (const [from, own] of answersOf(context.group, outcomes)) {
        enqueue.sendTo(from, { type: 'store.answered', outcomes: own });
      }
      const agencies: number[] = [];
      // The server hears of an agency's beginning and end from the store itself: the connection may be gone by now.
      context.group.forEach(({ request }, index) => {
        const outcome = outcomes[index]!;
        if (isBeginning(request, outcome)) agencies.push(request.agency);
        if (request.kind === 'finish' && outcome.kind === 'finished')
          enqueue.sendTo(context.parent, { type: 'agency.finished', agency: request.agency });
        if (request.kind === 'open' && outcome.kind === 'opened' && outcome.reopened)
          enqueue.sendTo(context.parent, { type: 'agency.reopened', agency: request.agency });
        if (outcome.kind === 'postponed') enqueue.sendTo(context.parent, { type: 'draw.postponed' });
        if (request.kind === 'draw' && outcome.kind === 'drawn')
          enqueue.sendTo(context.parent, {
            type: 'draw.recorded',
            winners: request.winners,
            head: outcome.head,
          });
      });
      if (agencies.length > 0) enqueue.sendTo(context.parent, { type: 'uploads.begun', agencies });
      enqueue.assign({ group: [] });
    }),
    report: sendTo(
      ({ context }) => context.parent,
      (_, event: BetStoreEvent) => event,
    ),
    reportFailure: sendTo(
      ({ context }) => context.parent,
      (_, { error }: { error: unknown }): BetStoreEvent => ({
        type: 'store.failed',
        reason: reasonOf(error),
        exitCode: exitCodeOf(error),
      }),
    ),
    recordWinners: assign({
      queue: ({ context }, winners: Winners) => withWinners(context.queue, winners),
    }),
  },
  guards: {
    isOpen: ({ context }) => context.store !== undefined,
    isWaiting: ({ context }, kind: QueueItem['kind']) => nextOf(context.queue)?.kind === kind,
    isOverfull: ({ context }, item: QueueItem) => enqueued(context.queue, item).bytes > context.queueBytes,
    /** Of what waits, more than half of the bound stays when the next group is taken. */
    isHalfFull: ({ context: { queue, bounds, queueBytes } }) =>
      nextOf(queue)?.kind === 'request' && splitGroup(queue, bounds).rest.bytes > queueBytes / 2,
  },
}).createMachine({
  id: 'betStore',
  context: ({ input }) => ({ ...input, store: undefined, queue: EMPTY, group: [] }),
  on: {
    'store.submit': { actions: { type: 'enqueue', params: itemOf } },
    'store.draw': { actions: { type: 'enqueue', params: { kind: 'draw' } } },
    'store.recall': {
      guard: 'isOpen',
      actions: { type: 'askArchivist', params: ({ event }) => event },
    },
    'recall.done': { actions: { type: 'answerRecall', params: ({ event }) => event } },
    'store.drain': { actions: { type: 'enqueue', params: { kind: 'drain' } } },
  },
  initial: 'recovering',
  states: {
    recovering: {
      description: 'The folder is being locked, checked and read',
      invoke: {
        src: 'recoverDraw',
        onDone: {
          target: 'idle',
          actions: [
            assign({ store: ({ event }) => event.output.store }),
            'startCommitter',
            'startArchivist',
            {
              type: 'report',
              params: ({ event }) => ({ type: 'store.recovered', recovered: event.output.recovered }),
            },
          ],
        },
        onError: {
          target: 'closed',
          actions: { type: 'reportFailure', params: ({ event }) => ({ error: event.error }) },
        },
      },
    },
    idle: {
      description: 'All that was asked is on disk and answered',
      always: [
        { guard: { type: 'isWaiting', params: 'request' }, target: 'committing' },
        { guard: { type: 'isWaiting', params: 'draw' }, target: 'drawing' },
        { guard: { type: 'isWaiting', params: 'drain' }, target: 'draining' },
      ],
    },
    committing: {
      description: 'One append and sync is in flight; what arrives meanwhile forms the next group',
      entry: ['takeGroup', 'commitGroup'],
      on: {
        'commit.done': {
          target: 'idle',
          actions: { type: 'answerGroup', params: ({ event }) => event.outcomes },
        },
        'commit.failed': {
          target: 'storageFailed',
          actions: { type: 'reportFailure', params: ({ event }) => ({ error: event.error }) },
        },
      },
      initial: 'accepting',
      states: {
        accepting,
        saturated: {
          ...saturated,
          description: 'Too much waits: sockets are not read until half of it is being stored',
          on: {
            'commit.done': {
              guard: 'isHalfFull',
              actions: [
                { type: 'answerGroup', params: ({ event }) => event.outcomes },
                'takeGroup',
                'commitGroup',
              ],
            },
          },
        },
      },
    },
    drawing: {
      description: 'Every stored bet is read to find the winners',
      initial: 'accepting',
      states: {
        accepting,
        saturated: { ...saturated, description: 'Too much waits: sockets are not read until all is read' },
      },
      invoke: {
        src: 'findWinners',
        input: ({ context }) => ({ store: context.store! }),
        onDone: { target: 'idle', actions: { type: 'recordWinners', params: ({ event }) => event.output } },
        onError: {
          target: 'storageFailed',
          actions: { type: 'reportFailure', params: ({ event }) => ({ error: event.error }) },
        },
      },
    },
    draining: {
      description: 'Told to stop, and all that was asked before is on disk: the files are being closed',
      invoke: {
        src: 'closeStore',
        input: ({ context }) => ({ store: context.store! }),
        onDone: { target: 'closed', actions: { type: 'report', params: { type: 'store.closed' } } },
        onError: {
          target: 'closed',
          actions: { type: 'reportFailure', params: ({ event }) => ({ error: event.error }) },
        },
      },
    },
    closed: { description: 'Files and lock are released', type: 'final' },
    storageFailed: {
      description: 'Nothing is acknowledged any more: what is on disk is known only after a restart',
      invoke: {
        src: 'closeStore',
        input: ({ context }) => ({ store: context.store! }),
        onDone: { target: 'closed' },
        onError: { target: 'closed' },
      },
    },
  },
});
