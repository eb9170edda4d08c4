/** While an engine comes back it answers some questions and not others: a server waits until all are answered. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Patience } from '../../src/cluster/patience.ts';

test('an answer to one question ends no waiting while another is asked in vain', async (t) => {
  const said: unknown[] = [];
  const patience = new Patience({ clock: globalThis, notice: ({ result }) => said.push(result) });
  t.after(() => patience.end());
  let isTaken = false;
  let attempts = 0;
  const proposal = patience.ask(async () => {
    attempts++;
    if (!isTaken) throw new Error('no responders');
    return 'taken';
  });
  for (const seen of [1, 2]) {
    while (attempts < seen) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(await patience.ask(async () => 7), 7);
    assert.deepEqual(said, ['in_progress']);
    assert.notEqual(patience.waitingSince, undefined);
  }
  isTaken = true;
  assert.equal(await proposal, 'taken');
  assert.deepEqual(said, ['in_progress', 'success']);
});
