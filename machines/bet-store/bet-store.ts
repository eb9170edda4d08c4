/**
 * The bet store: the one actor that writes. It takes requests in order, commits them in groups (one append
 * and one sync for what arrived while the last was in flight, up to bounds) and answers only what is on disk.
 * In a log that many servers share, groups of several agencies are on their way at once.
 */
import { assign, enqueueActions, sendTo, setup } from 'xstate';
import { notProvided } from '../not-provided.ts';
import type { Winners } from '../vocabulary/draw.ts';
import type { FolderCommand, FolderEvent } from '../vocabulary/folder.ts';
import type { Recipient } from '../vocabulary/recipient.ts';
import type {
  StoreAnswer,
  StoreCommand,
  StoreEvent,
  StoreOutcome,
  StoreSubmission,
} from '../vocabulary/store.ts';
import { answersOf, type Group, groupOf, newsOf, waitsFor } from './group.ts';
import {
  EMPTY,
  enqueued,
  type GroupBounds,
  hasGroup,
  nextOf,
  type Queue,
  type QueueItem,
  splitGroup,
  withWinners,
} from './queue.ts';

type BetStoreInput = {
  parent: Recipient<StoreEvent>;
  /** Bytes of bets that may wait before `store.saturated` is said. */
  queueBytes: number;
  /** What one commit takes: the event loop is held while it is hashed, and while it is answered. */
  bounds: GroupBounds;
  /** Commits that may be under way at once. */
  atOnce: number;
};

type Context = BetStoreInput & {
  queue: Queue;
  /** What is being committed, the latest group last. */
  groups: readonly Group[];
  /** Groups so far. */
  taken: number;
  /** Who waits for an answer about a draw that is over, in the order of the questions. */
  recalling: readonly Recipient<StoreAnswer>[];
};

type Committed = Extract<FolderEvent, { type: 'folder.committed' }>;

const store = setup({
  types: {
    input: {} as BetStoreInput,
    context: {} as Context,
    events: {} as StoreCommand | FolderEvent,
    children: {} as { folder: 'folder' },
  },
  actors: {
    /** Opens the draw's folder on start: recovers what earlier runs left, and locks it. */
    folder: notProvided<FolderCommand>('folder'),
  },
  actions: {
    enqueue: assign({ queue: ({ context }, item: QueueItem) => enqueued(context.queue, item) }),
    takeGroup: assign(({ context: { queue, bounds, groups, taken } }) => {
      const { group: all, rest } = splitGroup(queue, bounds, waitsFor(groups));
      return { queue: rest, groups: [...groups, groupOf(taken + 1, all)], taken: taken + 1 };
    }),
    commitGroup: sendTo('folder', ({ context: { groups, taken } }): FolderCommand => {
      const requests = (groups.at(-1)?.all ?? []).map(({ request }) => request);
      return { type: 'folder.commit', group: taken, requests };
    }),
    answerGroup: enqueueActions(
      ({ context: { groups, parent }, enqueue }, { group: number, outcomes }: Committed) => {
        const isIt = (group: Group) => group.number === number;
        const [back, others] = [groups.filter(isIt), groups.filter((group) => !isIt(group))];
        for (const group of back) {
          for (const [from, own] of answersOf(group, outcomes))
            enqueue.sendTo(from, { type: 'store.answered', outcomes: own });
          for (const event of newsOf(group, outcomes)) enqueue.sendTo(parent, event);
        }
        enqueue.assign({ groups: others });
      },
    ),
    recordWinners: assign({
      queue: ({ context }, winners: Winners) => withWinners(context.queue, winners),
    }),
    noteRecall: assign({
      recalling: ({ context }, from: Recipient<StoreAnswer>) => [...context.recalling, from],
    }),
    answerRecall: enqueueActions(({ context, enqueue }, outcome: StoreOutcome) => {
      const [from, ...recalling] = context.recalling;
      if (from) enqueue.sendTo(from, { type: 'store.answered', outcomes: [outcome] });
      enqueue.assign({ recalling });
    }),
    holdBack: enqueueActions(({ enqueue }, { from }: StoreSubmission) => {
      if (from) enqueue.sendTo(from, { type: 'flow.pause' });
    }),
    order: sendTo('folder', (_, command: FolderCommand) => command),
    report: sendTo(
      ({ context }) => context.parent,
      (_, event: StoreEvent) => event,
    ),
    reportAll: enqueueActions(({ context, enqueue }, events: readonly StoreEvent[]) => {
      for (const event of events) enqueue.sendTo(context.parent, event);
    }),
  },
  guards: {
    isWaiting: ({ context }, kind: QueueItem['kind']) => nextOf(context.queue)?.kind === kind,
    isOverfull: ({ context }) => context.queue.bytes > context.queueBytes,
    isHalfEmpty: ({ context: { queue, queueBytes } }) => queue.bytes <= queueBytes / 2,
    /** Another group may go: there is room for one, and something that need not wait. */
    hasRoom: ({ context: { queue, groups, atOnce } }) =>
      groups.length < atOnce && hasGroup(queue, waitsFor(groups)),
    isAllBack: ({ context }) => context.groups.length === 0,
    isAllDone: ({ context: { queue, groups } }) => groups.length === 1 && nextOf(queue) === undefined,
  },
});

type Submitted = { event: { type: 'store.submit' } & StoreSubmission };

/** A request joins those that wait. */
const enqueue = {
  type: 'enqueue',
  params: ({ event: { request, from, weight } }: Submitted) =>
    ({ kind: 'request', request, from, weight }) as const,
} as const;

/** The requests that need not wait any longer become the next group. */
const commitNext = ['takeGroup', 'commitGroup'] as const;

const answerGroup = {
  type: 'answerGroup',
  params: ({ event }: { event: Committed }) => event,
} as const;

const accepting = store.createStateConfig({
  description: 'Takes in what is asked meanwhile: there is room',
  always: { guard: 'isOverfull', target: 'saturated' },
});

/** The server tells the sessions: those that are receiving bets are not read until this is over. Who begins to receive
 * meanwhile is told after its first batch. */
const saturated = {
  entry: { type: 'report', params: { type: 'store.saturated' } },
  exit: { type: 'report', params: { type: 'store.relieved' } },
  on: {
    'store.submit': {
      actions: [enqueue, { type: 'holdBack', params: ({ event }: Submitted) => event }],
    },
  },
} as const;

const committing = store.createStateConfig({
  description: 'Stores a group of requests, or several; what arrives meanwhile forms the next one',
  entry: commitNext,
  on: {
    // The first one goes to idle at once, which saves a step for every batch that comes alone.
    'folder.committed': [
      { guard: 'isAllDone', target: 'idle', actions: answerGroup },
      { actions: answerGroup },
    ],
  },
  always: [
    { guard: 'hasRoom', actions: commitNext },
    { guard: 'isAllBack', target: 'idle' },
  ],
  initial: 'accepting',
  states: {
    accepting,
    saturated: {
      ...saturated,
      description: 'Too much waits: no socket is read until half of it is being stored',
      always: { guard: 'isHalfEmpty', target: 'accepting' },
    },
  },
});

const drawing = store.createStateConfig({
  description: 'Reads every stored bet, to find the winners',
  entry: { type: 'order', params: { type: 'folder.findWinners' } },
  on: {
    'folder.winnersFound': {
      target: 'idle',
      actions: { type: 'recordWinners', params: ({ event }) => event.winners },
    },
  },
  initial: 'accepting',
  states: {
    accepting,
    saturated: { ...saturated, description: 'Too much waits: no socket is read until every bet was read' },
  },
});

const open = store.createStateConfig({
  description: 'Does what it is asked, in that order; looks up draws that are over beside it',
  on: {
    'store.submit': { actions: enqueue },
    'store.draw': { actions: { type: 'enqueue', params: { kind: 'draw' } } },
    'store.drain': { actions: { type: 'enqueue', params: { kind: 'drain' } } },
    'store.recall': {
      actions: [
        { type: 'noteRecall', params: ({ event }) => event.from },
        { type: 'order', params: ({ event: { request } }) => ({ type: 'folder.recall', request }) },
      ],
    },
    'folder.heard': { actions: { type: 'reportAll', params: ({ event }) => event.news } },
    'folder.recalled': { actions: { type: 'answerRecall', params: ({ event }) => event.outcome } },
  },
  initial: 'idle',
  states: {
    idle: {
      description: 'Has nothing to do: all that was asked is on disk and answered',
      on: { 'store.submit': { target: 'committing', actions: enqueue } },
      always: [
        { guard: { type: 'isWaiting', params: 'request' }, target: 'committing' },
        { guard: { type: 'isWaiting', params: 'draw' }, target: 'drawing' },
        { guard: { type: 'isWaiting', params: 'drain' }, target: '#betStore.closing' },
      ],
    },
    committing,
    drawing,
  },
});

export const betStoreMachine = store.createMachine({
  id: 'betStore',
  context: ({ input }) => ({ ...input, queue: EMPTY, groups: [], taken: 0, recalling: [] }),
  invoke: { src: 'folder', id: 'folder' },
  on: {
    'folder.failed': {
      target: '.failed',
      actions: {
        type: 'report',
        params: ({ event: { reason, exitCode } }) => ({ type: 'store.failed', reason, exitCode }),
      },
    },
  },
  initial: 'recovering',
  states: {
    recovering: {
      description: 'Locks, checks and reads the folder; or waits for the engine that keeps the log',
      on: {
        'store.drain': 'closing',
        'folder.opened': {
          target: 'open',
          actions: {
            type: 'report',
            params: ({ event: { recovered } }) => ({ type: 'store.recovered', recovered }),
          },
        },
      },
    },
    open,
    closing: {
      description:
        'Told to stop, and all that was asked before is on disk: closes the files, if they are open',
      entry: { type: 'order', params: { type: 'folder.close' } },
      on: {
        'folder.closed': {
          target: 'closed',
          actions: { type: 'report', params: { type: 'store.closed' } },
        },
      },
    },
    failed: {
      description: 'Nothing is acknowledged any more: what is on disk is known only after a restart',
      entry: { type: 'order', params: { type: 'folder.close' } },
      on: { 'folder.closed': 'closed', 'folder.failed': 'closed' },
    },
    closed: { description: 'Has released the files and the lock', type: 'final' },
  },
});
