/** An agency's progress is what it told last, however many other actors there are. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { History } from '../../src/inspector/hub/history.ts';
import { progressOf } from '../../src/inspector/view/progress.ts';
import { readEvent } from '../../src/inspector/view/shape.ts';
import { statusText } from '../../src/inspector/view/status-text.ts';
import { actorEvent, snapshotEvent } from './posts.ts';

/** A fleet of so many, each of which uploads, is told its winners and ends. */
function fleetRun(agencies: number): History {
  const history = new History();
  const tell = (event: object) => history.add(readEvent(event)!);
  const context = (more: object) => ({
    status: 'active',
    value: { serving: 'announcing' },
    context: { input: { agencies }, ...more },
  });
  const many = `‹${agencies} entries›`;
  tell(actorEvent('s.0', { name: 'server', machine: 'server', snapshot: context({}) }));
  tell(actorEvent('f.0', { name: 'fleet', machine: 'fleet' }));
  for (let id = 1; id <= agencies; id += 1) {
    const own = { id, mode: 'lottery', stored: id, total: { count: id } };
    const about = { rootId: 'f.0', name: 'agency', machine: 'agency', parentId: 'f.0' };
    tell(
      actorEvent(`f.${id}`, { ...about, snapshot: { status: 'active', value: 'preparing', context: own } }),
    );
    tell(snapshotEvent(`f.${id}`, { snapshot: { status: 'done', value: 'finished', context: own } }));
  }
  tell(
    snapshotEvent('s.0', { snapshot: context({ finished: many, told: many, sessions: [], winners: many }) }),
  );
  history.settle(Number.POSITIVE_INFINITY);
  return history;
}

test('of one agency it is said as of one', () => {
  assert.match(statusText(fleetRun(1).now), /^Drawn: the agency has its winners\n/);
});

for (const agencies of [200, 1_000]) {
  test(`all ${agencies} agencies of a fleet have their winners, and their bets`, () => {
    const { now } = fleetRun(agencies);
    assert.ok(now.actors.size < agencies || agencies < 300, 'their actors are no longer kept');
    const { agencies: bars, barrier } = progressOf(now);
    assert.deepEqual(barrier, { wanted: agencies, finished: agencies, told: agencies, isDrawn: true });
    assert.equal(bars.length, agencies);
    for (const { agency, stored, total, hasFinished, hasWinners } of bars)
      assert.deepEqual([stored, total, hasFinished, hasWinners], [agency, agency, true, true]);
    const text = statusText(now);
    assert.match(text, new RegExp(`^Drawn: all ${agencies} have their winners\\n`));
    assert.doesNotMatch(text, /not seen/);
    assert.equal(text.split('✓ winners').length - 1, agencies);
  });
}

test('of a draw whose agencies are not watched nobody is said not to have been seen', () => {
  const history = new History();
  const context = {
    input: { agencies: 200 },
    finished: '‹150 entries›',
    told: [],
    sessions: '‹140 entries›',
  };
  history.add(
    readEvent(
      actorEvent('s.0', { name: 'server', machine: 'server', snapshot: { status: 'active', context } }),
    )!,
  );
  history.settle(Number.POSITIVE_INFINITY);
  const { agencies, barrier } = progressOf(history.now);
  assert.equal(barrier!.finished, 150);
  assert.ok(agencies.every(({ state }) => state === 'not watched'));
});

test('another draw begins without the agencies that ended before it', () => {
  const history = fleetRun(3);
  history.add(readEvent(actorEvent('t.0', { name: 'server', machine: 'server' }))!);
  history.settle(Number.POSITIVE_INFINITY);
  assert.deepEqual(progressOf(history.now), { isWatched: true, agencies: [], barrier: undefined });
});
