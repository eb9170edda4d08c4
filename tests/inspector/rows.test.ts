/** A row of the events knows what its event did, and to whom. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { effectOf } from '../../src/inspector/page/events/effect.ts';
import type { InspectorEvent } from '../../src/inspector/view/events.ts';
import { Moments } from '../../src/inspector/view/moments.ts';
import { lastBefore, Rows } from '../../src/inspector/view/rows.ts';
import { readEvent } from '../../src/inspector/view/shape.ts';
import { eventsIn, RUN } from './helpers.ts';
import { actorEvent, sentEvent, snapshotEvent } from './posts.ts';

const momentsOf = (events: readonly (InspectorEvent | object)[]): Moments => {
  const moments = new Moments();
  moments.restart({}, 0);
  moments.add(events.map((event) => readEvent(event)!));
  return moments;
};

const lamp = (value: string, count: number) => ({ status: 'active', value, context: { count } });

test('each event has its own effect, also where several wait for the same actor', () => {
  const press = (count: number) => ({ event: { type: 'press', count } });
  const moments = momentsOf([
    actorEvent('a.1', { snapshot: lamp('off', 0) }),
    sentEvent('a.1', press(1)),
    sentEvent('a.1', press(2)),
    sentEvent('a.1', { event: { type: 'ignored' } }),
    sentEvent('a.1', press(3)),
    snapshotEvent('a.1', { ...press(1), snapshot: lamp('on', 1), transitions: ['lamp.off|press|0'] }),
    snapshotEvent('a.1', { ...press(2), snapshot: lamp('off', 2), transitions: ['lamp.on|press|0'] }),
    snapshotEvent('a.1', { ...press(3), snapshot: lamp('on', 3), transitions: ['lamp.off|press|0'] }),
  ]);
  const rows = new Rows(moments);
  rows.update();
  const told = rows.all.map((row) => {
    const { before, after } = effectOf(moments, row);
    return [row.event.type, before?.context.count, after?.context.count, ...row.took];
  });
  assert.deepEqual(told, [
    ['press', 0, 1, 'lamp.off|press|0'],
    ['press', 1, 2, 'lamp.on|press|0'],
    ['ignored', 0, undefined],
    ['press', 2, 3, 'lamp.off|press|0'],
  ]);
});

test('an actor that is forgotten with its end still shows what its last event did', () => {
  const socket = { machine: undefined, name: 'socket', parentId: 'a.0', snapshot: { status: 'active' } };
  const moments = momentsOf([
    actorEvent('a.1', socket),
    sentEvent('a.1'),
    snapshotEvent('a.1', { snapshot: { status: 'done', output: 7 }, transitions: [] }),
  ]);
  const rows = new Rows(moments);
  rows.update();
  const { after } = effectOf(moments, rows.all[0]!);
  assert.deepEqual([after?.status, after?.output], ['done', 7]);
});

test('of a real run, every transition that was taken belongs to an event, and rows come as events do', () => {
  const events = eventsIn(RUN).sort((one, other) => Number(one.createdAt) - Number(other.createdAt));
  const whole = momentsOf(events);
  const rows = new Rows(whole);
  rows.update();
  const steps = new Set(rows.all.map(({ step }) => step));
  for (const [number, event] of events.entries())
    if (event.type === '@xstate.snapshot' && event.event.type !== 'xstate.stop')
      assert.ok(steps.has(number), `${number} ${event.event.type}`);
  // Piece by piece, and with the oldest forgotten.
  const growing = momentsOf([]);
  const late = new Rows(growing);
  for (let from = 0; from < events.length; from += 37) {
    growing.add(events.slice(from, from + 37));
    growing.forgetBefore(Math.max(0, from - 100));
    late.update();
  }
  assert.deepEqual(
    late.all.map(({ number, event }) => [number, event]),
    rows.all.filter(({ number }) => number >= growing.first).map(({ number, event }) => [number, event]),
  );
  for (let number = 0; number <= events.length; number += 7)
    assert.equal(
      lastBefore(rows.all, number),
      rows.all.findLastIndex((row) => row.number < number),
    );
});
