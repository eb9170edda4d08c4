/** A watched machine may keep what no JSON has: all its events are told, in short lines. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AnyActorLogic, createActor, createMachine, spawnChild } from 'xstate';
import { createObserver } from '../../src/inspector/probe/observer.ts';

type Told = {
  type: string;
  machine?: string;
  definition?: string;
  snapshot: { context: Record<string, unknown> };
};

/** What is told of it: the lines as they are, and read. */
function watch(logic: AnyActorLogic, events: readonly { type: string }[] = [{ type: 'NEXT' }]) {
  const lines: string[] = [];
  const { next } = createObserver('p', (line) => lines.push(line));
  const actor = createActor(logic, { inspect: { next: (event) => next?.(event) } });
  actor.start();
  for (const event of events) actor.send(event);
  return { lines, told: lines.map((line): Told => JSON.parse(line)) };
}

const machineWith = (context: object) =>
  createMachine({
    id: 'm',
    context: () => context,
    initial: 'a',
    states: { a: { on: { NEXT: 'b' } }, b: {} },
  });

/** Of a root: its actor, and for its start and each event the event and the snapshot. */
const LINES = 5;

const round: Record<string, unknown> = {};
round.self = round;

const throwing = (): never => {
  throw new Error('not to be looked at');
};
const gone = Proxy.revocable({}, {});
gone.revoke();

test('a value that throws when it is looked at hides nothing but itself', () => {
  const context = {
    getter: Object.defineProperty({ seen: 1 }, 'unseen', { get: throwing, enumerable: true }),
    gone: gone.proxy,
    trap: new Proxy({}, { get: throwing, has: throwing, ownKeys: throwing }),
    round,
    large: 10n,
    after: 1,
  };
  const { told } = watch(machineWith(context));
  assert.equal(told.length, LINES);
  assert.deepEqual(told.at(-1)?.snapshot.context, {
    getter: { seen: 1, unseen: '‹Unreadable›' },
    gone: '‹Unreadable›',
    trap: '‹Unreadable›',
    round: { self: { self: '‹…›' } },
    large: '‹bigint›',
    after: 1,
  });
});

test('an event with a field that throws is told', () => {
  const event = Object.defineProperty({ type: 'NEXT' }, 'bad', { get: throwing, enumerable: true });
  const { lines } = watch(machineWith({}), [event]);
  assert.equal(lines.length, LINES);
  assert.match(lines.at(-1)!, /"bad":"‹Unreadable›"/);
});

test('of very many fields the first are told, wherever they are', () => {
  const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`field ${index}`, index]));
  for (const context of [many, { many }]) {
    const { lines } = watch(machineWith(context));
    assert.equal(lines.length, LINES);
    assert.ok(Math.max(...lines.map(({ length }) => length)) < 4_000);
    assert.match(lines.at(-1)!, /"field 127":127,"…":"‹more fields›"/);
  }
});

test('members of a large set are not looked at', () => {
  class Members extends Set<number> {
    override [Symbol.iterator](): never {
      return throwing();
    }
  }
  const members = new Members();
  for (let number = 0; number < 1_000; number++) members.add(number);
  const { told } = watch(machineWith({ members }));
  assert.deepEqual(told.at(-1)?.snapshot.context, { members: '‹1000 items›' });
});

test('a definition with what no JSON has is told, and never the first context', () => {
  const { told } = watch(
    createMachine({
      id: 'm',
      context: { ...round, name: 'Ana', large: 10n },
      initial: 'a',
      states: { a: { meta: { round, large: 10n }, on: { NEXT: 'b' } }, b: {} },
    }),
  );
  assert.equal(told.length, LINES);
  assert.deepEqual(JSON.parse(told[0]!.definition!), {
    id: 'm',
    initial: 'a',
    states: { a: { meta: { round: { self: '‹around it›' }, large: '‹bigint›' }, on: { NEXT: 'b' } }, b: {} },
  });
});

test('a definition that cannot be read costs its actor the chart only', () => {
  const meta = { trap: new Proxy({}, { ownKeys: throwing }) };
  const { told } = watch(createMachine({ id: 'm', initial: 'a', states: { a: { meta } } }), []);
  assert.equal(told[0]?.type, '@xstate.actor');
  assert.equal(told[0]?.definition, undefined);
});

test('two machines of one id each come with their own definition, whoever is made last', () => {
  const one = createMachine({ id: 'same', initial: 'a', states: { a: {} } });
  const other = createMachine({ id: 'same', initial: 'x', states: { x: {} } });
  const kids = [one, one, other, one, other].map((machine) => spawnChild(machine));
  const { told } = watch(createMachine({ id: 'top', entry: kids }), []);
  const definitions = told
    .filter(({ type, machine }) => type === '@xstate.actor' && machine === 'same')
    .map(({ definition }) => definition && Object.keys(JSON.parse(definition).states)[0]);
  assert.deepEqual(definitions, ['a', undefined, 'x', 'a', 'x']);
});

test('a hub that is new is told of those that live, and of nobody who has ended', () => {
  const lines: string[] = [];
  const observer = createObserver('p', (line) => lines.push(line));
  const kid = createMachine({
    id: 'kid',
    initial: 'a',
    states: { a: { on: { END: 'b' } }, b: { type: 'final' } },
  });
  const top = createMachine({
    id: 'top',
    invoke: [
      { src: kid, id: 'ending' },
      { src: kid, id: 'living' },
    ],
  });
  const actor = createActor(top, { inspect: observer }).start();
  const [ending, living] = ['ending', 'living'].map((id) => {
    const { sessionId, send } = actor.getSnapshot().children[id]!;
    return { id: `p.${sessionId.replace('x:', '')}`, send };
  });
  assert.ok(observer.find(ending!.id));
  ending!.send({ type: 'END' });
  lines.length = 0;
  observer.announce();
  assert.deepEqual(
    lines
      .map((line) => JSON.parse(line))
      .map(({ name, snapshot, definition }) => [name, snapshot.value, JSON.parse(definition).id]),
    [
      ['top', {}, 'top'],
      ['living', 'a', 'kid'],
    ],
  );
  assert.equal(observer.find(ending!.id), undefined);
  assert.ok(observer.find(living!.id));
});
