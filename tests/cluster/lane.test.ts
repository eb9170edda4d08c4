/** What is asked about an agency, while its session may go on at another server at any moment. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fact } from '../../src/cluster/entry.ts';
import { Fold } from '../../src/cluster/fold.ts';
import { Lane } from '../../src/cluster/lane.ts';
import { LogRows } from '../../src/cluster/log-rows.ts';
import { Patience } from '../../src/cluster/patience.ts';
import { realClock } from '../../src/net/peer-watch.ts';
import { batch, finish, single } from '../store/helpers.ts';
import { MemoryLog } from './memory-log.ts';

test('a session that goes on elsewhere after a request was taken up: nothing is proposed in its name', async () => {
  for (const request of [batch(1, 0, 5), single(1, 'a', 50), finish(1, 0)]) {
    const proposed: Fact[] = [];
    const outcomes: unknown[] = [];
    const sessions = ['here'];
    const hall = {
      fold: new Fold({ rows: () => {} }),
      rows: new LogRows(new MemoryLog().port(), new Patience({ clock: realClock, notice: () => {} })),
      sessionOf: () => sessions.shift(),
      isSetBack: () => false,
      newSession: () => 'new',
      asksForProof: false,
      propose: async (fact: Fact) => {
        proposed.push(fact);
        return { kind: 'superseded' } as const;
      },
    };
    await new Lane(hall, 1, [{ request, answer: (outcome) => outcomes.push(outcome) }]).run();
    assert.deepEqual(proposed, []);
    assert.partialDeepStrictEqual(outcomes, [{ kind: 'refused', fault: 'SUPERSEDED' }]);
  }
});
