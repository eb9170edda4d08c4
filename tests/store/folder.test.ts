/** The folder as the bet store sees it: every order has one answer, whatever goes wrong. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { createActor, setup } from 'xstate';
import type { FolderCommand, FolderEvent } from '../../machines/vocabulary/folder.ts';
import type { StoreOutcome } from '../../machines/vocabulary/store.ts';
import { type DrawStore, openBetStore } from '../../src/store/bet-store.ts';
import { folder, type OpenStore } from '../../src/store/folder.ts';
import { FaultDisk } from '../crash/fault-disk.ts';
import { NOTHING_YET } from '../machines/store-fixtures.ts';
import { batch, DIR, open } from './helpers.ts';

type Folder = ReturnType<typeof folder>;

/** The actor, by its orders and what it answers. */
function start(logic: Folder) {
  const heard: FolderEvent[] = [];
  const parent = setup({
    types: { events: {} as FolderEvent, children: {} as { folder: 'folder' } },
    actors: { folder: logic },
  }).createMachine({
    invoke: { src: 'folder', id: 'folder' },
    on: { '*': { actions: ({ event }) => heard.push(event) } },
  });
  const actor = createActor(parent).start();
  return {
    heard,
    types: () => heard.map(({ type }) => type),
    order: (command: FolderCommand) => actor.getSnapshot().children.folder?.send(command),
  };
}

const answered: StoreOutcome = { kind: 'refused', fault: 'DRAW', text: 'no such draw' };

const storeOf = (
  own: Partial<DrawStore>,
): (() => Promise<{ store: DrawStore; recovered: typeof NOTHING_YET }>) => {
  const store: DrawStore = {
    commit: async () => [],
    findWinners: async () => new Map(),
    recall: async () => answered,
    close: async () => {},
    ...own,
  };
  return async () => ({ store, recovered: NOTHING_YET });
};

const recallOf = (draw: string): FolderCommand => ({
  type: 'folder.recall',
  request: { kind: 'open', agency: 1, draw },
});
const COMMIT: FolderCommand = { type: 'folder.commit', group: 1, requests: [] };

test('a folder of this file system is opened, written to, read and closed', async () => {
  const { heard, order } = start(folder(() => open(new FaultDisk(1))));
  const told = async (count: number) => {
    while (heard.length < count) await turn();
    return heard.at(-1);
  };
  assert.partialDeepStrictEqual(await told(1), { type: 'folder.opened', recovered: { draw: '1' } });
  order({ type: 'folder.commit', group: 7, requests: [batch(1, 0, 13)] });
  assert.deepEqual(await told(2), {
    type: 'folder.committed',
    group: 7,
    outcomes: [{ kind: 'stored', next: 13, count: 13, fresh: 13 }],
  });
  order({ type: 'folder.findWinners' });
  assert.deepEqual(await told(3), {
    type: 'folder.winnersFound',
    winners: new Map([[1, ['10000012']]]),
  });
  order({ type: 'folder.close' });
  assert.deepEqual(await told(4), { type: 'folder.closed' });
});

test('a folder that cannot be opened has failed, and there is nothing to close', async () => {
  const files = new Map([[`${DIR}/journal.ndjson`, Buffer.from('no journal\n')]]);
  const options = { dir: DIR, agencies: 5, now: Date.now, notice: () => {} };
  const { heard, order } = start(folder(() => openBetStore({ ...options, disk: FaultDisk.holding(files) })));
  while (heard.length === 0) await turn();
  assert.partialDeepStrictEqual(heard, [{ type: 'folder.failed', exitCode: 2 }]);
  order({ type: 'folder.close' });
  assert.deepEqual(heard.at(-1), { type: 'folder.closed' });
});

test('an order that fails is one `folder.failed`, whichever it is', async () => {
  const fail = () => Promise.reject(new Error('EIO'));
  const { heard, order } = start(folder(storeOf({ commit: fail, findWinners: fail, close: fail })));
  await turn();
  for (const command of [COMMIT, { type: 'folder.findWinners' }, { type: 'folder.close' }] as const) {
    order(command);
    await turn();
  }
  const failed = { type: 'folder.failed', reason: 'EIO', exitCode: 1 };
  assert.deepEqual(heard.slice(1), [failed, failed, failed]);
});

test('draws that are over are asked one question at a time, and no commit waits for them', async () => {
  const asked: { draw: string; answer: (outcome: StoreOutcome) => void; fail: (error: Error) => void }[] = [];
  const recall: DrawStore['recall'] = ({ draw }) => {
    const { promise, resolve, reject } = Promise.withResolvers<StoreOutcome>();
    asked.push({ draw, answer: resolve, fail: reject });
    return promise;
  };
  const { heard, types, order } = start(folder(storeOf({ recall })));
  await turn();
  for (const draw of ['0', '1', '2']) order(recallOf(draw));
  order(COMMIT);
  await turn();
  assert.deepEqual([asked.map(({ draw }) => draw), types()], [['0'], ['folder.opened', 'folder.committed']]);
  asked[0]?.answer(answered);
  await turn();
  asked[1]?.fail(new Error('EIO'));
  await turn();
  asked[2]?.answer(answered);
  await turn();
  // One that cannot be read is no failure of the draw that is open.
  assert.deepEqual(heard.slice(2), [
    { type: 'folder.recalled', outcome: answered },
    { type: 'folder.recalled', outcome: { kind: 'refused', fault: 'DRAW', text: 'EIO' } },
    { type: 'folder.recalled', outcome: answered },
  ]);
});

test('told to close while it is being opened: what can be given up is, what is opened all the same is closed', async () => {
  const waiting = start(
    folder(
      ({ signal }) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    ),
  );
  waiting.order({ type: 'folder.close' });
  await turn();
  assert.deepEqual(waiting.types(), ['folder.closed']);

  const opened = Promise.withResolvers<Awaited<ReturnType<OpenStore>>>();
  const closed: string[] = [];
  const late = start(folder(() => opened.promise));
  late.order({ type: 'folder.close' });
  await turn();
  assert.deepEqual(late.types(), []);
  opened.resolve(await storeOf({ close: async () => void closed.push('store') })());
  await turn();
  assert.deepEqual([late.types(), closed], [['folder.closed'], ['store']]);

  const failing = start(
    folder(async () => {
      throw new Error('locked');
    }),
  );
  failing.order({ type: 'folder.close' });
  await turn();
  assert.deepEqual(failing.types(), ['folder.failed']);
});

test('a store that is open is wanted, whatever it is told', async () => {
  let wanted: AbortSignal | undefined;
  const { order, types } = start(
    folder(({ signal }) => {
      wanted = signal;
      return storeOf({})();
    }),
  );
  await turn();
  order(COMMIT);
  await turn();
  assert.deepEqual([types(), wanted?.aborted], [['folder.opened', 'folder.committed'], false]);
});
