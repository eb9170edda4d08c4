/** What goes into an entry, and how long one that was proposed is waited for before it is proposed again. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { decodeFacts } from '../../src/cluster/codec.ts';
import type { Fact } from '../../src/cluster/entry.ts';
import type { Proposal } from '../../src/cluster/ordered-log.ts';
import { Patience } from '../../src/cluster/patience.ts';
import { Proposer } from '../../src/cluster/proposer.ts';
import { ENTRY_BYTES, ENTRY_FACTS, ENTRY_RETURN_MS, LOG_ASK_MS } from '../../src/limits.ts';
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

/** A proposer whose entries never come back by themselves, what it has proposed, and the timers that it has left. */
function startProposer() {
  const proposed: Proposal[] = [];
  const timers = new Set<object>();
  const clock = {
    setTimeout: () => {
      const timer = {};
      timers.add(timer);
      return timer;
    },
    clearTimeout: (timer: unknown) => timers.delete(timer as object),
  };
  const proposer = new Proposer({
    log: { ...new MemoryLog().port(), propose: async (proposal) => proposed.push(proposal) },
    patience: new Patience({ clock, notice: () => {} }),
    newId: () => `${proposed.length}.${Math.random()}`,
    taken: () => 0,
    fail: (error) => assert.fail(String(error)),
  });
  const propose = (bytes: number) => {
    const fact: Fact = {
      ...{ kind: 'single', agency: 1, session: 's', id: 'x', crc: 1 },
      ...{ bytes, sha: 'ab'.repeat(32) },
    };
    return proposer.propose(fact, { rows: [Buffer.alloc(bytes)], bytes });
  };
  const factsOf = ({ id, facts }: Proposal) => decodeFacts({ sequence: 1, id, facts });
  return { proposer, propose, proposed, timers, factsOf };
}

test('what waits goes into one entry up to its bounds, to the byte and to the fact; what is larger has one alone', async () => {
  for (const [sizes, entries] of [
    [
      [ENTRY_BYTES / 2, ENTRY_BYTES / 2, 1],
      [2, 1],
    ],
    [
      [ENTRY_BYTES / 2, ENTRY_BYTES / 2 + 1, 1],
      [1, 2],
    ],
    [
      [1, ENTRY_BYTES + 1, 1],
      [1, 1, 1],
    ],
    [new Array(ENTRY_FACTS).fill(1), [ENTRY_FACTS]],
    [new Array(2 * ENTRY_FACTS + 1).fill(1), [ENTRY_FACTS, ENTRY_FACTS, 1]],
  ] as const) {
    const { propose, proposed, factsOf } = startProposer();
    for (const bytes of sizes) void propose(bytes);
    while (proposed.flatMap(({ rows }) => rows).length < sizes.length) await turn();
    assert.deepEqual(
      proposed.map((proposal) => factsOf(proposal).length),
      entries,
    );
    assert.deepEqual(
      proposed.flatMap(({ rows }) => rows.map(({ length }) => length)),
      sizes,
      'in the order in which it was said',
    );
  }
});

test('once an entry is back nothing waits for it any more', async () => {
  const { proposer, propose, proposed, timers } = startProposer();
  const folded = propose(1);
  while (timers.size === 0) await turn();
  proposer.settle(proposed[0]!.id, [{ kind: 'setBack' }]);
  assert.deepEqual(await folded, { kind: 'setBack' });
  assert.equal(timers.size, 0);
  await turn();
  assert.deepEqual([proposed.length, timers.size, proposer.waiting], [1, 0, 0]);
});
