/** How long an entry that was proposed is waited for before it is proposed again. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { Patience } from '../../src/cluster/patience.ts';
import { Proposer } from '../../src/cluster/proposer.ts';
import { ENTRY_RETURN_MS, LOG_ASK_MS } from '../../src/limits.ts';
import { MemoryLog } from './memory-log.ts';

test('an entry that is to come is given time; one that the log has passed already is proposed again soon', async () => {
  for (const [sequence, ms] of [
    [6, ENTRY_RETURN_MS],
    [5, LOG_ASK_MS],
  ] as const) {
    const pauses: number[] = [];
    const clock = { setTimeout: (_: () => void, ms: number) => pauses.push(ms), clearTimeout: () => {} };
    const proposer = new Proposer({
      log: { ...new MemoryLog().port(), propose: async () => sequence },
      patience: new Patience({ clock, notice: () => {} }),
      newId: () => 'id',
      taken: () => 5,
      fail: (error) => assert.fail(String(error)),
    });
    void proposer.propose({ kind: 'closed' });
    while (pauses.length === 0) await turn();
    assert.deepEqual(pauses, [ms]);
  }
});
