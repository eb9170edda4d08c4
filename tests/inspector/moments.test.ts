/** Any moment of a run is the same, however it is come to: by folding, by stepping back, or by coming late. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Crowd } from '../../src/inspector/hub/crowd.ts';
import { History } from '../../src/inspector/hub/history.ts';
import { PageReader } from '../../src/inspector/hub/readers.ts';
import { ARRIVED_CHARS } from '../../src/inspector/limits.ts';
import type { InspectorEvent } from '../../src/inspector/view/events.ts';
import { Moments } from '../../src/inspector/view/moments.ts';
import { emptyPicture } from '../../src/inspector/view/picture.ts';
import { toData } from '../../src/inspector/view/picture-data.ts';
import { readEvent } from '../../src/inspector/view/shape.ts';
import { eventsIn, pictureOf, RUN } from './helpers.ts';
import { actorEvent, sentEvent } from './posts.ts';

const settled = (events: readonly InspectorEvent[], capacity?: number): History => {
  const history = new History(capacity);
  for (const event of events) history.add(event);
  history.settle(Number.POSITIVE_INFINITY);
  return history;
};

const momentsOf = (history: History): Moments => {
  const moments = new Moments();
  moments.restart(toData(history.base), history.first);
  moments.add(history.entries.map(({ event }) => event));
  return moments;
};

const events = settled(eventsIn(RUN), Number.POSITIVE_INFINITY).entries.map(({ event }) => event);

test('every moment is what folding the events before it gives', () => {
  const moments = momentsOf(settled(events, Number.POSITIVE_INFINITY));
  for (let number = 0; number <= events.length; number += 97)
    assert.deepEqual(toData(moments.before(number)), toData(pictureOf(events.slice(0, number))), `${number}`);
});

test('who comes late and who has forgotten what is old have the same', () => {
  const early = new Moments();
  early.restart(toData(emptyPicture()), 0);
  const history = new History(50);
  // The run again and again: longer than what a hub keeps.
  const long = Array.from({ length: 5 }, () => events).flat();
  let late = momentsOf(history);
  for (let from = 0; from < long.length; from += 300) {
    for (const event of long.slice(from, from + 300)) history.add(event);
    const entries = history.settle(Number.POSITIVE_INFINITY);
    early.add(entries.map(({ event }) => event));
    early.forgetBefore(history.first);
    late = momentsOf(history);
    assert.deepEqual([early.first, early.next], [late.first, late.next]);
    for (const number of [early.first, early.first + 25, early.next])
      assert.deepEqual(toData(early.before(number)), toData(late.before(number)));
  }
  assert.ok(late.first > 0, 'something was forgotten');
  assert.deepEqual(toData(late.before(late.next)), toData(pictureOf(long)));
});

test('a turn that is too short for all puts off what is left, in its order', () => {
  const history = new History();
  for (const event of events) history.add(event);
  let turns = 0;
  do {
    history.settle(Number.POSITIVE_INFINITY, 0);
    turns += 1;
  } while (history.isBehind);
  assert.ok(turns > 10);
  const told = settled(events).entries;
  assert.deepEqual(
    history.entries.map(({ event }) => event),
    told.map(({ event }) => event),
  );
});

test('a page that reads more slowly than the history forgets begins anew', () => {
  const history = new History(50);
  const crowd = new Crowd(() => {});
  const reader = new PageReader(history, { hub: 'hub', run: 'run', replay: undefined, crowd });
  assert.match(reader.next(), /event: picture/);
  const long = Array.from({ length: 5 }, () => events).flat();
  for (const event of long) history.add(event);
  history.settle(Number.POSITIVE_INFINITY);
  assert.ok(history.first > 0);
  assert.match(reader.next(), /event: picture/);
});

test('so much waits for its place that nothing more should be brought', () => {
  const history = new History();
  const text = 'x'.repeat(10_000);
  const one = readEvent(sentEvent('a.0', { event: { type: 'large', text } }))!;
  let added = 0;
  while (!history.isFull && added < 10_000) {
    history.add(one);
    added += 1;
  }
  assert.ok(added * text.length < 2 * ARRIVED_CHARS);
});

test('events of several processes are put into the order of their times', () => {
  const history = new History();
  const left = (process: string, time: number): InspectorEvent => ({
    type: '@quiniela.left',
    process,
    createdAt: `${time}.000`,
  });
  history.add(left('slow', 1_030));
  history.add(left('fast', 1_010));
  assert.deepEqual(history.settle(1_100), [], 'others may still be on their way');
  history.add(left('late', 1_020));
  history.add(left('next', 1_900));
  const order = history.settle(1_500).map(({ event }) => 'process' in event && event.process);
  assert.deepEqual(order, ['fast', 'late', 'slow']);
});

test('what a hub told before it was restarted can be gone back to, and is told apart', () => {
  const moments = momentsOf(settled(events));
  const last = moments.next;
  const before = toData(moments.before(last));
  const [some, other] = [events.slice(0, 40), events.slice(40, 90)];
  const base = toData(pictureOf(some));
  moments.goOn({ ...base, actors: [] }, 0);
  moments.addActors(base.actors);
  assert.deepEqual(moments.begun, last + 1);
  assert.deepEqual(toData(moments.before(moments.next)).actors, base.actors);
  moments.add(other);
  const now = toData(pictureOf([...some, ...other])).actors;
  assert.deepEqual(toData(moments.before(moments.next)).actors, now);
  assert.deepEqual(toData(moments.before(last)), before, 'what was before');
  // The same hub is asked again, after a connection that was cut.
  moments.goOnAgain(base, 0);
  moments.add(other);
  assert.deepEqual([moments.begun, moments.next], [last + 1, last + 1 + other.length]);
  assert.deepEqual(toData(moments.before(moments.next)).actors, now);
  assert.deepEqual(toData(moments.before(last)), before);
  moments.forgetBefore(moments.begun + 10);
  assert.deepEqual(
    toData(moments.before(moments.next)).actors,
    now,
    'with what it tells the older is forgotten',
  );
});

test('the hub that tells its run again, also the part of it that it still keeps, has the numbers that it had', () => {
  const moments = momentsOf(settled(events));
  const { next } = moments;
  moments.goOn(toData(pictureOf([])), 0);
  moments.add(events);
  const [number, event] = [moments.begun + 150, events[150]];
  assert.deepEqual(moments.event(number), event);
  // Asked again after a while, it has forgotten its first hundred, and all of the hub before it.
  moments.goOnAgain(toData(pictureOf(events.slice(0, 100))), 100);
  moments.add(events.slice(100));
  assert.deepEqual([moments.first, moments.event(number)], [next + 1 + 100, event]);
  assert.equal(moments.event(100 + moments.shift), events[100]);
  assert.deepEqual(toData(moments.before(moments.next)).actors, toData(pictureOf(events)).actors);
});

test('that a process has gone is the last of it, although its clock is ahead', () => {
  const at = Date.now();
  const history = new History();
  const told = (event: object): void => history.add(readEvent(event)!);
  told(actorEvent('ahead.0', { createdAt: (at + 900).toFixed(3) }));
  history.add({ type: '@quiniela.left', process: 'ahead', createdAt: at.toFixed(3) });
  told(actorEvent('other.0', { createdAt: (at + 100).toFixed(3) }));
  history.settle(Number.POSITIVE_INFINITY);
  const statuses = [...history.now.actors.values()].map(({ id, status }) => [id, status]);
  assert.deepEqual(statuses, [
    ['other.0', 'active'],
    ['ahead.0', 'gone'],
  ]);
});

test('of actors that there was no room for the page keeps nothing, once it is long ago', () => {
  const moments = momentsOf(settled(events));
  const { next } = moments;
  const [one] = moments.before(next).actors.keys();
  moments.add([{ type: '@quiniela.forgotten', ids: [one!], createdAt: `${Date.now()}` }]);
  assert.ok(moments.cast.has(one!), 'one can go back to it');
  moments.forgetBefore(next + 1);
  assert.equal(moments.cast.has(one!), false);
});

test('what a hub keeps is nearly as much as may be, and what has found its place waits no more', () => {
  const text = 'x'.repeat(60_000);
  const event = readEvent(actorEvent('a.0', { snapshot: { status: 'active', context: { text } } }))!;
  const size = JSON.stringify(event).length;
  const most = 10 * size;
  const history = new History(Number.POSITIVE_INFINITY, most);
  for (let chars = 0; chars < 2 * ARRIVED_CHARS; chars += size) {
    history.add(event);
    history.settle(Number.POSITIVE_INFINITY);
    assert.ok(!history.isFull, 'programs may tell on');
  }
  const kept = history.entries.reduce((chars, { json }) => chars + json.length, 0);
  assert.ok(kept <= most && kept >= most / 2, `${kept} of ${most}`);
  assert.equal(history.next, history.first + history.entries.length);
});

test('an event that is longer than a portion is one alone: who reads does not stay before it', () => {
  const event = (name: string) => readEvent(sentEvent('a.0', { event: { type: name.repeat(200) } }))!;
  const history = settled(['a', 'b', 'c'].map(event));
  const portion = history.slice(0, 10);
  assert.deepEqual(portion, [history.entries[0]!.json]);
  assert.deepEqual(
    history.slice(1, 1_000_000),
    history.entries.slice(1).map(({ json }) => json),
  );
});
