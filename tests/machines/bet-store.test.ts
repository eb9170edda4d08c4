import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { betStoreMachine } from '../../machines/bet-store/bet-store.ts';
import type { Group } from '../../machines/bet-store/group.ts';
import type { FolderEvent } from '../../machines/vocabulary/folder.ts';
import type { RequestOf, StoreAnswer, StoreOutcome, StoreRequest } from '../../machines/vocabulary/store.ts';
import { type Peer, peer } from './stage.ts';
import { bets, finish, granted, NOTHING_YET, openStore, refused, submit } from './store-fixtures.ts';
import { testEveryPath } from './suite.ts';
import { keyOf } from './text.ts';

/** What the folder may say next. */
const answersTo = (state: string, groups: readonly Group[]): FolderEvent[] => {
  const failed: FolderEvent = { type: 'folder.failed', reason: 'EIO', exitCode: 1 };
  if (state.includes('recovering')) return [failed, { type: 'folder.opened', recovered: NOTHING_YET }];
  if (state.includes('drawing')) return [failed, { type: 'folder.winnersFound', winners: new Map() }];
  if (/closing|failed/.test(state)) return [failed, { type: 'folder.closed' }];
  if (!state.includes('committing')) return [];
  const answers = groups.flatMap(({ number: group, all }): FolderEvent[] => [
    { type: 'folder.committed', group, outcomes: all.map(({ request }) => granted(request)) },
    { type: 'folder.committed', group, outcomes: all.map(() => refused) },
  ]);
  return [failed, ...answers];
};

testEveryPath({
  machine: betStoreMachine,
  inputs: [1, 2].map((atOnce) => ({
    parent: peer('server'),
    queueBytes: 10,
    bounds: { bytes: 10, weight: 2 },
    atOnce,
  })),
  events: [
    submit(bets(1, 6), peer('agency1')),
    submit({ kind: 'bet', agency: 2, id: 'x', row: Buffer.alloc(12), document: '30904465', number: 7574 }),
    submit(finish(1), peer('agency1')),
    submit({ kind: 'told', agency: 1 }),
    { type: 'store.draw' },
    { type: 'store.drain' },
    { type: 'store.recall', request: { kind: 'open', agency: 1, draw: '0' }, from: peer('late') },
  ],
  answers: ({ value, context: { groups, recalling } }): FolderEvent[] => [
    ...(keyOf(value).includes('"open"')
      ? [{ type: 'folder.heard', news: [{ type: 'agency.told', agency: 1 }] } as const]
      : []),
    ...(recalling.length > 0 ? [{ type: 'folder.recalled', outcome: refused } as const] : []),
    ...answersTo(keyOf(value), groups),
  ],
  // The folder has no defect of its own: what goes wrong is `folder.failed`.
  fatal: ['folder'],
  remember: ({ queue, groups, recalling }) => {
    const waiting: string[] = [];
    for (let link = queue.oldest; link; link = link.rest) waiting.push(link.item.kind);
    for (let link = queue.newest; link; link = link.rest) waiting.push(link.item.kind);
    return [
      waiting.slice(0, 3),
      Math.min(3, Math.ceil(queue.bytes / 6)),
      groups.map(({ agencies }) => [...agencies]),
      recalling.length > 0,
    ];
  },
});

const briefly = (request: StoreRequest): string =>
  'agency' in request ? `${request.kind} ${request.agency}` : request.kind;

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

  test('one commit takes so many bytes at most, but one request always', async () => {
    const { send, commits } = openStore({ bounds: { bytes: 10, weight: 100 } });
    await turn();
    send(submit(bets(1, 1)), submit(bets(1, 6)), submit(bets(1, 4)), submit(bets(1, 1)), submit(bets(1, 12)));
    for (let commit = 0; commit < 4; commit++) {
      commits[commit]!.done();
      await turn();
    }
    assert.deepEqual(
      commits.map(({ requests }) => requests.map((request) => 'rows' in request && request.rows.length)),
      [[1], [6, 4], [1], [12]],
    );
  });

  test('what the answers of one commit weigh has a bound', async () => {
    const { send, commits } = openStore({ bounds: { bytes: 100, weight: 3 } });
    await turn();
    send(submit(bets(1, 1)), { ...submit(bets(1, 1)), weight: 2 }, submit(finish(1)), submit(finish(2)));
    commits[0]!.done();
    await turn();
    commits[1]!.done([granted(bets(1, 1)), refused]);
    await turn();
    assert.deepEqual(
      commits.map(({ requests }) => requests.length),
      [1, 2, 1],
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

  test('groups of several agencies are on their way at once, each agency has one and is answered in its order', async () => {
    const { send, state, commits } = openStore({ atOnce: 2 });
    const [first, second, third] = [peer('agency1'), peer('agency2'), peer('agency3')];
    await turn();
    send(submit(bets(1, 5), first), submit(bets(1, 6), first), submit(bets(2, 7), second));
    send(submit(bets(3, 8), third), submit(finish(1), first));
    const taken = () => commits.map(({ requests }) => requests.map((request) => briefly(request)));
    assert.deepEqual(taken(), [['bets 1'], ['bets 2']], 'agency 1 waits for its own, agency 3 for room');
    commits[1]!.done();
    await turn();
    assert.deepEqual([first.heard.length, second.heard.length], [0, 1], 'nobody waits for another');
    assert.deepEqual(taken().slice(2), [['bets 3']]);
    commits[0]!.done();
    await turn();
    assert.deepEqual(taken().slice(3), [['bets 1', 'finish 1']]);
    commits[3]!.done();
    await turn();
    assert.equal(state(), 'open.committing.accepting');
    commits[2]!.done();
    await turn();
    assert.deepEqual(
      first.heard.map(({ outcomes }: StoreAnswer) => outcomes.map(({ kind }) => kind)),
      [['stored'], ['stored', 'finished']],
    );
    assert.equal(state(), 'open.idle');
  });

  test('a search of the winners, and what is about no agency, waits for all groups, and is waited for', async () => {
    const { send, commits, calls } = openStore({ atOnce: 3 });
    await turn();
    send(submit(bets(1, 5)), submit(bets(2, 5)), { type: 'store.draw' }, submit({ kind: 'told', agency: 3 }));
    commits[1]!.done();
    await turn();
    assert.deepEqual([commits.length, calls], [2, []]);
    commits[0]!.done();
    await turn();
    send(submit({ kind: 'told', agency: 4 }), submit({ kind: 'close' }), submit({ kind: 'told', agency: 5 }));
    const taken = () => commits.slice(2).map(({ requests }) => requests.map(briefly));
    assert.deepEqual([calls, taken()], [['findWinners'], [['draw', 'told 3']]]);
    commits[2]!.done();
    await turn();
    assert.deepEqual(taken().slice(1), [['told 4', 'close', 'told 5']]);
  });

  test('what is about no agency waits also where agencies before it in the queue do not', async () => {
    const { send, commits } = openStore({ atOnce: 2 });
    await turn();
    send(submit(bets(1, 5)), submit(bets(2, 5)), submit(bets(3, 5)));
    send(submit({ kind: 'close' }), submit({ kind: 'told', agency: 4 }));
    const taken = () => commits.slice(2).map(({ requests }) => requests.map(briefly));
    commits[1]!.done();
    await turn();
    assert.deepEqual(taken(), [['bets 3']]);
    commits[0]!.done();
    commits[2]!.done();
    await turn();
    assert.deepEqual(taken().slice(1), [['close', 'told 4']]);
  });

  test('what other servers bring about is passed on in its order, whatever is under way here', async () => {
    const { send, parent } = openStore();
    await turn();
    const heard = parent.heard.length;
    const news = [
      { type: 'uploads.finished', agencies: [2] },
      { type: 'agency.superseded', agency: 1 },
    ] as const;
    send({ type: 'folder.heard', news }, submit(bets(1, 5)), { type: 'folder.heard', news });
    assert.deepEqual(parent.heard.slice(heard), [...news, ...news]);
  });

  test('the server hears that an agency has finished, also when its connection is gone', async () => {
    const { send, commits, parent } = openStore();
    await turn();
    send(submit(finish(3)));
    commits[0]!.done();
    await turn();
    assert.deepEqual(parent.heard.at(-1), { type: 'uploads.finished', agencies: [3] });
  });

  test('the server hears of each upload that begins, of a DONE that does not hold, and of a draw that is put off', async () => {
    const { send, commits, parent } = openStore();
    const next: StoreOutcome = { kind: 'stored', next: 2, count: 1, fresh: 1 };
    const opened: StoreOutcome = { kind: 'opened', draw: '1', finished: false, stored: 0, crc: 0 };
    await turn();
    send(submit({ kind: 'open', agency: 3 }));
    commits[0]!.done([{ ...opened, reopened: true }]);
    await turn();
    send(submit(bets(1, 5)));
    commits[1]!.done();
    await turn();
    send(submit(bets(1, 5)), submit({ kind: 'open', agency: 4 }), { type: 'store.draw' });
    commits[2]!.done([next]);
    await turn();
    commits[3]!.done();
    await turn();
    commits[4]!.done([{ kind: 'postponed' }]);
    await turn();
    assert.deepEqual(parent.heard.slice(1), [
      { type: 'agency.reopened', agency: 3 },
      { type: 'uploads.begun', agencies: [1] },
      { type: 'draw.postponed' },
    ]);
  });

  test('an upload without offsets is none that the server hears of: TP0 may go on with it', async () => {
    const { send, commits, parent } = openStore();
    await turn();
    send(submit({ ...(bets(1, 5) as RequestOf<'bets'>), dialect: 'tp0' }));
    commits[0]!.done();
    await turn();
    assert.deepEqual(
      parent.heard.map(({ type }) => type),
      ['store.recovered'],
    );
  });

  test('the server hears once of all that a group completes, and not of a DONE that the same group takes back', async () => {
    const { send, commits, parent } = openStore();
    const opened: StoreOutcome = { kind: 'opened', draw: '1', finished: false, stored: 0, crc: 0 };
    await turn();
    send(submit(bets(1, 5)));
    const open = (agency: number) => submit({ kind: 'open', agency });
    send(submit(finish(3)), submit(finish(4)), open(4), open(5), submit(finish(5)));
    commits[0]!.done();
    await turn();
    const heard = parent.heard.length;
    const done: StoreOutcome = { kind: 'finished', stored: 0, crc: 0 };
    const reopened: StoreOutcome = { ...opened, reopened: true };
    commits[1]!.done([done, done, reopened, reopened, done]);
    await turn();
    assert.deepEqual(parent.heard.slice(heard), [
      { type: 'agency.reopened', agency: 4 },
      { type: 'agency.reopened', agency: 5 },
      { type: 'uploads.finished', agencies: [3, 5] },
    ]);
  });

  test('an agency whose DONE is refused has not finished', async () => {
    const { send, commits, parent } = openStore();
    const agency = peer('agency3');
    await turn();
    send(submit(finish(3), agency));
    commits[0]!.done([refused]);
    await turn();
    assert.deepEqual(agency.heard, [{ type: 'store.answered', outcomes: [refused] }]);
    assert.deepEqual(
      parent.heard.map(({ type }) => type),
      ['store.recovered'],
    );
  });

  test('the draw waits for all that was asked before, and is on disk before anyone is told', async () => {
    const { send, commits, parent, calls } = openStore();
    await turn();
    send(submit(bets(1, 5)), { type: 'store.draw' }, submit({ kind: 'told', agency: 1 }));
    await turn();
    assert.deepEqual(calls, []);
    commits[0]!.done();
    await turn();
    assert.deepEqual(calls, ['findWinners']);
    assert.deepEqual(
      commits[1]!.requests.map(({ kind }) => kind),
      ['draw', 'told'],
    );
    assert.equal(parent.heard.at(-1).type, 'uploads.begun');
    commits[1]!.done();
    await turn();
    assert.deepEqual(parent.heard.at(-1), {
      type: 'draw.recorded',
      winners: new Map([[1, ['30904465']]]),
      head: 'c0ffee',
    });
  });

  test('sockets are not read while too much waits, and are read again once it is being stored', async () => {
    const { send, commits, parent } = openStore({ queueBytes: 10 });
    const said = () => parent.heard.map(({ type }) => type).filter((type) => /saturated|relieved/.test(type));
    await turn();
    send(submit(bets(1, 50)), submit(bets(1, 6)), submit(bets(1, 4)));
    assert.deepEqual(said(), [], 'what is in flight does not wait');
    send(submit(bets(1, 1)));
    assert.deepEqual(said(), ['store.saturated']);
    commits[0]!.done();
    await turn();
    assert.deepEqual(said(), ['store.saturated', 'store.relieved']);
  });

  test('bets that come one by one are as many bytes as those of batches', async () => {
    const { send, parent } = openStore({ queueBytes: 10 });
    const one = { agency: 2, document: '30904465', number: 7574, row: Buffer.alloc(6) };
    await turn();
    for (const id of ['under way', 'first', 'second']) send(submit({ kind: 'bet', id, ...one }));
    assert.equal(parent.heard.at(-1).type, 'store.saturated');
  });

  test('after too much waited they are not read until half of it is gone', async () => {
    const { send, commits, parent } = openStore({ queueBytes: 10, bounds: { bytes: 4, weight: 100 } });
    const said = () => parent.heard.map(({ type }) => type).filter((type) => /saturated|relieved/.test(type));
    await turn();
    send(submit(bets(1, 4)), submit(bets(1, 4)), submit(bets(1, 4)), submit(bets(1, 4)));
    assert.deepEqual(said(), ['store.saturated']);
    commits[0]!.done();
    await turn();
    assert.deepEqual([said(), commits.length], [['store.saturated'], 2]);
    commits[1]!.done();
    await turn();
    assert.deepEqual([said(), commits.length], [['store.saturated', 'store.relieved'], 3]);
  });

  test('who begins to send while too much waits is told after its first batch, as it was not when all others were', async () => {
    for (const before of [submit(bets(1, 1)), { type: 'store.draw' } as const]) {
      const { send, parent } = openStore({ queueBytes: 10 });
      const [early, late] = [peer('early'), peer('late')];
      const pauses = ({ heard }: Peer<{ type: string }>) =>
        heard.filter(({ type }) => type === 'flow.pause').length;
      await turn();
      send(before, submit(bets(1, 11), early));
      assert.equal(parent.heard.at(-1).type, 'store.saturated');
      send(submit(bets(2, 1), late), submit(finish(3)));
      assert.deepEqual([pauses(early), pauses(late)], [0, 1]);
    }
  });

  test('they are not read either when too much waits for a search of the winners', async () => {
    const { send, parent } = openStore({ queueBytes: 10 });
    await turn();
    send({ type: 'store.draw' }, submit(bets(1, 12)));
    assert.equal(parent.heard.at(-1).type, 'store.saturated');
    await turn();
    assert.equal(parent.heard.at(-1).type, 'store.relieved');
  });

  test('nor when it waits behind a search of the winners, or behind the commit after it', async () => {
    const { send, commits, parent } = openStore({ queueBytes: 10, bounds: { bytes: 6, weight: 100 } });
    const said = () => parent.heard.map(({ type }) => type).filter((type) => /saturated|relieved/.test(type));
    await turn();
    send(submit(bets(1, 1)), { type: 'store.draw' });
    send(submit(bets(1, 6)), submit(bets(1, 6)), submit(bets(1, 5)));
    commits[0]?.done();
    await turn();
    assert.deepEqual([commits.length, said().at(-1)], [2, 'store.saturated']);
    commits[1]?.done();
    await turn();
    assert.equal(said().at(-1), 'store.relieved');
  });

  test('whoever asks for a draw that is over is answered in the order of the questions, each by its own answer', async () => {
    const { send, state, commits } = openStore();
    const [first, second] = [peer('late1'), peer('late2')];
    await turn();
    send(submit(bets(1, 5)));
    for (const [from, draw] of [
      [first, 'unreadable'],
      [second, '0'],
    ] as const)
      send({ type: 'store.recall', request: { kind: 'open', agency: 1, draw }, from });
    await turn();
    const unreadable = { kind: 'refused', fault: 'DRAW', text: 'EIO' };
    assert.deepEqual(first.heard, [{ type: 'store.answered', outcomes: [unreadable] }]);
    assert.deepEqual(second.heard, [{ type: 'store.answered', outcomes: [refused] }]);
    assert.deepEqual([commits.length, state()], [1, 'open.committing.accepting']);
  });
});
