/** A store whose disk is played by the test, and what is asked of it. */
import { betStoreMachine } from '../../machines/bet-store/bet-store.ts';
import type {
  RecoveredDraw,
  StoreAnswer,
  StoreOutcome,
  StorePause,
  StoreRequest,
} from '../../machines/vocabulary/store.ts';
import type { DrawStore } from '../../src/store/bet-store.ts';
import { folder } from '../../src/store/folder.ts';
import { type Peer, peer, stage } from './stage.ts';

export const NOTHING_YET: RecoveredDraw = {
  draw: '1',
  finished: [],
  withOffsets: [],
  winners: undefined,
  head: undefined,
  told: [],
};

export const bets = (agency: number, bytes: number): StoreRequest => ({
  kind: 'bets',
  agency,
  dialect: 'quiniela',
  offset: 0,
  count: 1,
  rows: Buffer.alloc(bytes, '.'),
});

export const finish = (agency: number): StoreRequest => ({ kind: 'finish', agency, count: 1, crc: 7 });

export const submit = (request: StoreRequest, from?: Peer<StoreAnswer | StorePause>) =>
  ({ type: 'store.submit', request, from }) as const;

/** What a store that grants everything makes of a request. */
export const granted = (request: StoreRequest): StoreOutcome => {
  switch (request.kind) {
    case 'open':
      return { kind: 'opened', draw: '1', finished: false, stored: 0, crc: 0 };
    case 'bets':
      return { kind: 'stored', next: request.count, count: request.count, fresh: request.count };
    case 'finish':
      return { kind: 'finished', stored: 1, crc: 7 };
    case 'draw':
      return { kind: 'drawn', head: 'c0ffee' };
    default:
      return { kind: 'recorded' };
  }
};

export const refused: StoreOutcome = {
  kind: 'refused',
  fault: 'COUNT',
  text: 'DONE says 2 bets, 1 is stored',
};

/** A store whose commits end when the test says so. */
export function openStore({
  queueBytes = 1_000,
  bounds = { bytes: 1_000, weight: 100 },
  atOnce = 1,
  canClose = true,
} = {}) {
  const commits: {
    requests: readonly StoreRequest[];
    done: (outcomes?: StoreOutcome[]) => void;
    fail: (error: Error) => void;
  }[] = [];
  const calls: string[] = [];
  const store: DrawStore = {
    commit: (requests) => {
      const { promise, resolve, reject } = Promise.withResolvers<readonly StoreOutcome[]>();
      const done = (outcomes = requests.map(granted)) => resolve(outcomes);
      commits.push({ requests, done, fail: reject });
      return promise;
    },
    findWinners: async () => {
      calls.push('findWinners');
      return new Map([[1, ['30904465']]]);
    },
    recall: async ({ draw }) => {
      calls.push(`recall ${draw}`);
      if (draw === 'unreadable') throw new Error('EIO');
      return refused;
    },
    close: async () => {
      calls.push('close');
      if (!canClose) throw new Error('EIO');
    },
  };
  const parent = peer('server');
  const { send, state } = stage(betStoreMachine, { parent, queueBytes, bounds, atOnce }, [], {
    actors: { folder: folder(async () => ({ store, recovered: NOTHING_YET })) },
  });
  return { send, state, parent, commits, calls };
}
