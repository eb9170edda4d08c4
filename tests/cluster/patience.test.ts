/** While an engine comes back it answers some questions and not others: a server waits until all are answered. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Patience } from '../../src/cluster/patience.ts';
import { UserError } from '../../src/errors.ts';

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

test('what only a person can mend is not waited for', async () => {
  const said: unknown[] = [];
  const patience = new Patience({ clock: globalThis, notice: (entry) => said.push(entry) });
  const refusal = new UserError('STORE_URL', 'no such account');
  await assert.rejects(
    patience.ask(() => Promise.reject(refusal)),
    refusal,
  );
  assert.deepEqual(said, []);
});

test('its end is the end of each wait', async () => {
  const patience = new Patience({ clock: globalThis, notice: () => {} });
  const [pause, answer] = [patience.pause(3_600_000), patience.ask(() => Promise.reject(new Error('away')))];
  setImmediate(() => patience.end());
  assert.deepEqual(await Promise.all([pause, answer]), [undefined, undefined]);
});
