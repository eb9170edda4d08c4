/** The page's first line counts who is there, and it looks at one of them first. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { headlineOf, leaderOf } from '../../src/inspector/page/any-system.ts';
import { readEvent } from '../../src/inspector/view/shape.ts';
import { pictureOf } from './helpers.ts';
import { actorEvent } from './posts.ts';

test('an actor that has ended is none that is there, and a program is one as long as it is connected', () => {
  const told = (id: string, status: string) => readEvent(actorEvent(id, { snapshot: { status } }))!;
  const events = [told('a.0', 'active'), told('a.1', 'done'), told('b.0', 'stopped'), told('c.0', 'active')];
  assert.equal(headlineOf(pictureOf(events)), '3 programs, 2 actors');
  const left = (process: string) => readEvent({ type: '@quiniela.left', process, createdAt: '1' })!;
  assert.equal(headlineOf(pictureOf([...events, left('c')])), '2 programs, 1 actor, 1 program ended');
  const ended = [...events, left('b'), left('c')];
  assert.equal(headlineOf(pictureOf(ended)), '1 program, 1 actor, 2 programs ended', 'all had ended before');
  assert.equal(
    headlineOf(pictureOf([...ended, told('c.1', 'active')])),
    '2 programs, 2 actors, 1 program ended',
  );
});

test('who is looked at first runs, if any root does that is a machine; else its program is there, if any is', () => {
  const told = (id: string, status: string) => readEvent(actorEvent(id, { snapshot: { status } }))!;
  const left = (process: string) => readEvent({ type: '@quiniela.left', process, createdAt: '1' })!;
  const [gone, stopped, running] = [told('a.0', 'active'), told('b.0', 'stopped'), told('b.1', 'active')];
  const promise = readEvent(actorEvent('p.0', { machine: undefined, snapshot: { status: 'active' } }))!;
  const leader = (...events: ReturnType<typeof told>[]) => leaderOf(pictureOf(events))?.id;
  assert.equal(leader(promise, gone, stopped, running, left('a')), 'b.1');
  assert.equal(leader(promise, gone, stopped, left('a')), 'b.0');
  assert.equal(
    leader(stopped, told('a.0', 'done'), left('b')),
    'a.0',
    'it had ended before its program left',
  );
  assert.equal(leader(promise, gone, left('a')), 'a.0');
  assert.equal(leader(promise), 'p.0');
});
