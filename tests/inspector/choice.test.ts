/** Whom the page looks at, if nobody has said so. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { leaderOf } from '../../src/inspector/page/any-system.ts';
import { Choice } from '../../src/inspector/page/choice.ts';
import { Moments } from '../../src/inspector/view/moments.ts';
import { readEvent } from '../../src/inspector/view/shape.ts';
import { actorEvent, snapshotEvent } from './posts.ts';

const definition = JSON.stringify({ id: 'lamp', initial: 'off', states: { off: {} } });
const started = (id: string) => readEvent(actorEvent(id, { machine: undefined, definition }))!;
const ended = (id: string, status: string) =>
  readEvent(snapshotEvent(id, { transitions: undefined, snapshot: { status, value: 'off' } }))!;

/** A page of a program with one root, `a.0`, that is looked at. */
const watching = () => {
  const moments = new Moments();
  const choice = new Choice(moments, leaderOf);
  const hear = (...events: ReturnType<typeof started>[]): string | undefined => {
    moments.add(events);
    const latest = moments.before(moments.next);
    choice.update(latest, latest, true);
    return choice.id;
  };
  assert.equal(hear(started('a.0')), 'a.0');
  return { choice, hear };
};

test('an actor that is stopped and made anew by its program, as by React, is gone on with', () => {
  const { hear } = watching();
  assert.equal(hear(ended('a.0', 'stopped')), 'a.0', 'nobody has taken its place');
  assert.equal(hear(started('a.1')), 'a.1');
  assert.equal(hear(started('a.2')), 'a.1', 'it lives');
});

test('a program that is started again is gone on with, also if its actor had come to its end', () => {
  const { hear } = watching();
  const left = readEvent({ type: '@quiniela.left', process: 'a', createdAt: Date.now().toFixed(3) })!;
  assert.equal(hear(ended('a.0', 'done'), left), 'a.0');
  assert.equal(hear(started('b.0')), 'b.0');
});

test('an actor that has come to its end stays in sight, and so does whom the user has chosen', () => {
  const { hear } = watching();
  assert.equal(hear(ended('a.0', 'done'), started('a.1')), 'a.0');

  const chosen = watching();
  chosen.choice.ask('a.0');
  assert.equal(chosen.hear(ended('a.0', 'stopped'), started('a.1')), 'a.0');
});
