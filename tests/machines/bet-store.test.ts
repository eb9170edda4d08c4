import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { fromPromise } from 'xstate';
import { betStoreMachine } from '../../machines/bet-store.ts';
import type {
  DrawStore,
  RecoveredDraw,
  StoreAnswer,
  StoreOutcome,
  StoreRequest,
  StoreSubmission,
  Winners,
} from '../../machines/events.ts';
import { type Peer, peer, stage } from './stage.ts';
import { testEveryPath } from './suite.ts';

const NOTHING_YET: RecoveredDraw = { finished: [], winners: undefined, told: [] };

const bets = (agency: number, bytes: number): StoreRequest => ({
  kind: 'bets',
  agency,
  dialect: 'quiniela',
  offset: 0,
  count: 1,
  rows: Buffer.alloc(bytes, '.'),
});

const finish = (agency: number): StoreRequest => ({ kind: 'finish', agency, count: 1, crc: 7 });

const submit = (request: StoreRequest, from?: Peer<StoreAnswer>) =>
  ({ type: 'request.submitted', request, from }) as const;

/** What a store that grants everything makes of a request. */
const granted = (request: StoreRequest): StoreOutcome => {
  switch (request.kind) {
    case 'open':
      return { kind: 'opened', finished: false, stored: 0, crc: 0 };
    case 'bets':
      return { kind: 'stored', next: request.count, count: request.count, fresh: request.count };
    case 'finish':
      return { kind: 'finished', stored: 1, crc: 7 };
    default:
      return { kind: 'recorded' };
  }
};

const refused: StoreOutcome = { kind: 'refused', fault: 'COUNT', text: 'DONE says 2 bets, 1 is stored' };

testEveryPath({
  machine: betStoreMachine,
  inputs: [{ parent: peer('server'), queueBytes: 10 }],
  events: [
    submit(bets(1, 6), peer('agency1')),
    submit({ kind: 'bet', agency: 2, id: 'x', row: Buffer.alloc(12), document: '30904465', number: 7574 }),
    submit(finish(1), peer('agency1')),
    submit({ kind: 'told', agency: 1 }),
    { type: 'draw.requested' },
    { type: 'drain.requested' },
  ],
  outputs: {
    recoverDraw: () => [{ store: undefined, recovered: NOTHING_YET }],
    commitGroup: ({ context }) => [
      context.group.map(({ request }) => granted(request)),
      context.group.map(() => refused),
    ],
    findWinners: () => [new Map([[1, ['30904465']]])],
    closeStore: () => [undefined],
  },
  remember: ({ queue, group }) => {
    const waiting: string[] = [];
    for (let link = queue; link; link = link.earlier) waiting.unshift(link.item.kind);
    const bytes = queue?.bytes ?? 0;
    return [waiting.slice(0, 3), Math.ceil(bytes / 6) > 2, group.length > 0];
  },
});

/** A store whose commits end when the test says so. */
function openStore(recovered: RecoveredDraw = NOTHING_YET, queueBytes = 1_000) {
  const commits: { requests: readonly StoreRequest[]; done: () => void; fail: (error: Error) => void }[] = [];
  const calls: string[] = [];
  const store: DrawStore = {
    commit: (requests) => {
      const { promise, resolve, reject } = Promise.withResolvers<readonly StoreOutcome[]>();
      commits.push({ requests, done: () => resolve(requests.map(granted)), fail: reject });
      return promise;
    },
    findWinners: async () => {
      calls.push('findWinners');
      return new Map([[1, ['30904465']]]);
    },
    close: async () => {
      calls.push('close');
    },
  };
  const parent = peer('server');
  const { send, state } = stage(betStoreMachine, { parent, queueBytes }, [], {
    actors: {
      recoverDraw: fromPromise(async () => ({ store, recovered })),
      commitGroup: fromPromise<
        readonly StoreOutcome[],
        { store: DrawStore; group: readonly StoreSubmission[] }
      >(({ input }) => input.store.commit(input.group.map(({ request }) => request))),
      findWinners: fromPromise<Winners, { store: DrawStore }>(({ input }) => input.store.findWinners()),
      closeStore: fromPromise<void, { store: DrawStore }>(({ input }) => input.store.close()),
    },
  });
  return { send, state, parent, commits, calls };
}

describe('bet store', () => {
  test('nothing is acknowledged before it is on disk', async () => {
    const { send, commits } = openStore();
    const agency = peer('agency1');
    await turn();
    send(submit(bets(1, 5), agency));
    await turn();
    assert.deepEqual(agency.heard, []);
    commits[0]!.done();
    await turn();
    assert.deepEqual(agency.heard, [
      { type: 'store.answered', outcomes: [{ kind: 'stored', next: 1, count: 1, fresh: 1 }] },
    ]);
  });

  test('what arrives while a commit is in flight forms one group, in its order', async () => {
    const { send, commits } = openStore();
    const [first, second] = [peer('agency1'), peer('agency2')];
    await turn();
    send(submit(bets(1, 5), first), submit(bets(2, 5), second), submit(finish(1), first));
    assert.equal(commits.length, 1);
    commits[0]!.done();
    await turn();
    assert.deepEqual(
      commits.map(({ requests }) => requests.map(({ kind }) => kind)),
      [['bets'], ['bets', 'finish']],
    );
  });

  test('each submitter gets one answer per commit, with its own outcomes in their order', async () => {
    const { send, commits } = openStore();
    const [first, second] = [peer('agency1'), peer('agency2')];
    await turn();
    send(submit({ kind: 'open', agency: 1 }, first));
    send(submit(bets(1, 5), first), submit(bets(2, 5), second), submit(finish(1), first));
    commits[0]!.done();
    await turn();
    commits[1]!.done();
    await turn();
    const kinds = ({ heard }: Peer<StoreAnswer>) =>
      heard.map(({ outcomes }) => outcomes.map(({ kind }) => kind));
    assert.deepEqual(kinds(first), [['opened'], ['stored', 'finished']]);
    assert.deepEqual(kinds(second), [['stored']]);
  });

  test('the server hears that an agency has finished, also when its connection is gone', async () => {
    const { send, commits, parent } = openStore();
    await turn();
    send(submit(finish(3)));
    commits[0]!.done();
    await turn();
    assert.deepEqual(parent.heard.at(-1), { type: 'agency.finished', agency: 3 });
  });

  test('the draw waits for all that was asked before, and is on disk before anyone is told', async () => {
    const { send, commits, parent, calls } = openStore();
    await turn();
    send(submit(bets(1, 5)), { type: 'draw.requested' }, submit({ kind: 'told', agency: 1 }));
    await turn();
    assert.deepEqual(calls, []);
    commits[0]!.done();
    await turn();
    assert.deepEqual(calls, ['findWinners']);
    assert.deepEqual(
      commits[1]!.requests.map(({ kind }) => kind),
      ['draw', 'told'],
    );
    assert.equal(parent.heard.at(-1).type, 'store.recovered');
    commits[1]!.done();
    await turn();
    assert.deepEqual(parent.heard.at(-1), { type: 'draw.recorded', winners: new Map([[1, ['30904465']]]) });
  });

  test('told to stop, it stores what was asked before, then closes', async () => {
    const { send, state, commits, parent, calls } = openStore();
    await turn();
    send(submit(bets(1, 5)), submit(bets(1, 5)), { type: 'drain.requested' });
    commits[0]!.done();
    await turn();
    assert.deepEqual(calls, []);
    commits[1]!.done();
    await turn();
    assert.deepEqual([state(), calls, parent.heard.at(-1)], ['closed', ['close'], { type: 'store.closed' }]);
  });

  test('told to stop while it recovers, it closes once it has recovered', async () => {
    const { send, state, parent } = openStore();
    send({ type: 'drain.requested' });
    assert.equal(state(), 'recovering');
    await turn();
    assert.equal(state(), 'closed');
    assert.deepEqual(
      parent.heard.map(({ type }) => type),
      ['store.recovered', 'store.closed'],
    );
  });

  test('after a failed commit nothing is acknowledged, and the server is told why', async () => {
    const { send, state, commits, parent } = openStore();
    const agency = peer('agency1');
    await turn();
    send(submit(bets(1, 5), agency), submit(bets(1, 5), agency));
    commits[0]!.fail(new Error('ENOSPC: no space left on device'));
    await turn();
    // Its files and its lock are let go of all the same.
    assert.equal(state(), 'closed');
    assert.deepEqual(agency.heard, []);
    assert.deepEqual(parent.heard.at(-1), {
      type: 'store.failed',
      reason: 'ENOSPC: no space left on device',
    });
    assert.equal(commits.length, 1, 'a failed sync is never tried again');
  });

  test('sockets are not read while too much waits, and are read again once it is being stored', async () => {
    const { send, commits, parent } = openStore(NOTHING_YET, 10);
    const said = () => parent.heard.map(({ type }) => type).filter((type) => /saturated|relieved/.test(type));
    await turn();
    send(submit(bets(1, 50)), submit(bets(1, 6)));
    assert.deepEqual(said(), [], 'what is in flight does not wait');
    send(submit(bets(1, 6)));
    assert.deepEqual(said(), ['store.saturated']);
    commits[0]!.done();
    await turn();
    assert.deepEqual(said(), ['store.saturated', 'store.relieved']);
  });
});
