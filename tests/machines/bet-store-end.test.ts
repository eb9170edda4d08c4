import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { StorageError } from '../../src/store/errors.ts';
import { peer } from './stage.ts';
import { bets, openStore, submit } from './store-fixtures.ts';

describe('bet store: the end', () => {
  test('told to stop, it stores what was asked before, then closes', async () => {
    const { send, state, commits, parent, calls } = openStore();
    await turn();
    send(submit(bets(1, 5)), submit(bets(1, 5)), { type: 'store.drain' });
    commits[0]!.done();
    await turn();
    assert.deepEqual(calls, []);
    commits[1]!.done();
    await turn();
    assert.deepEqual([state(), calls, parent.heard.at(-1)], ['closed', ['close'], { type: 'store.closed' }]);
  });

  test('told to stop while it recovers, it closes once the folder can be closed, and takes nothing', async () => {
    const { send, state, parent, calls } = openStore();
    send({ type: 'store.drain' });
    assert.equal(state(), 'closing');
    await turn();
    assert.equal(state(), 'closed');
    assert.deepEqual([calls, parent.heard], [['close'], [{ type: 'store.closed' }]]);
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
      exitCode: 1,
    });
    assert.equal(commits.length, 1, 'a failed sync is never tried again');
  });

  test('what a restart cannot mend is told as such', async () => {
    const { send, commits, parent } = openStore();
    await turn();
    send(submit(bets(1, 5)));
    commits[0]!.fail(new StorageError('DAMAGED', 'other bytes than were committed'));
    await turn();
    const reason = 'other bytes than were committed';
    assert.deepEqual(parent.heard.at(-1), { type: 'store.failed', reason, exitCode: 2 });
  });

  test('after a failed commit the folder is released, or given up', async () => {
    for (const canClose of [true, false]) {
      const { send, state, commits, calls } = openStore({ canClose });
      await turn();
      send(submit(bets(1, 5)));
      commits[0]!.fail(new Error('EIO'));
      await turn();
      assert.deepEqual([state(), calls], ['closed', ['close']]);
    }
  });

  test('a folder that cannot be closed is a failure', async () => {
    const { send, state, parent } = openStore({ canClose: false });
    await turn();
    send({ type: 'store.drain' });
    await turn();
    assert.deepEqual(
      [state(), parent.heard.at(-1)],
      ['closed', { type: 'store.failed', reason: 'EIO', exitCode: 1 }],
    );
  });
});
