import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type AnyActorRef, createActor, fromCallback, SimulatedClock, setup } from 'xstate';
import { type CrowdCommand, type CrowdEvent, crowdOf } from '../../machines/crowd.ts';

/** A member that ends when it is told to, breaks when it is told to, and has an adapter. */
const memberOf = (adapters: string[]) =>
  setup({
    types: {
      input: {} as { name: string },
      context: {} as { name: string },
      events: {} as { type: 'end' } | { type: 'break' },
      output: {} as string,
    },
    actors: {
      adapter: fromCallback<{ type: string }, { name: string }>(({ input: { name } }) => {
        adapters.push(`${name} starts`);
        return () => adapters.push(`${name} stops`);
      }),
    },
    actions: {
      break: () => {
        throw new Error('a bug');
      },
    },
  }).createMachine({
    context: ({ input }) => input,
    output: ({ context }) => `${context.name} has ended`,
    invoke: { src: 'adapter', id: 'adapter', input: ({ context }) => context },
    initial: 'there',
    states: {
      there: { on: { end: 'ended', break: { actions: 'break' } }, after: { 60000: 'ended' } },
      ended: { type: 'final' },
    },
  });

type Member = ReturnType<typeof memberOf>;

/** A machine that has a crowd, and what it heard of it. */
function parent() {
  const heard: CrowdEvent<Member>[] = [];
  const adapters: string[] = [];
  const seen: string[] = [];
  const clock = new SimulatedClock();
  const machine = setup({
    types: { events: {} as CrowdEvent<Member> },
    actors: { crowd: crowdOf(memberOf(adapters), ({ name }, number) => `${name}-${number}`) },
    actions: { hear: (_, event: CrowdEvent<Member>) => heard.push(event) },
  }).createMachine({
    invoke: { src: 'crowd', id: 'crowd' },
    on: { 'member.*': { actions: { type: 'hear', params: ({ event }) => event } } },
  });
  const actor = createActor(machine, {
    clock,
    inspect: ({ type, actorRef }) => type === '@xstate.actor' && seen.push((actorRef as AnyActorRef).id),
  });
  actor.start();
  const crowd = actor.getSnapshot().children.crowd as AnyActorRef;
  return {
    actor,
    heard,
    adapters,
    seen,
    clock,
    tell: (...commands: CrowdCommand<Member>[]) => {
      for (const command of commands) crowd.send(command);
    },
  };
}

const admit = (name: string): CrowdCommand<Member> => ({ type: 'crowd.admit', input: { name } });
const end: CrowdCommand<Member> = { type: 'crowd.tell', order: { type: 'end' } };
const breakAll: CrowdCommand<Member> = { type: 'crowd.tell', order: { type: 'break' } };

describe('crowd', () => {
  test('its parent hears of each end: whose it is, what the member was given, what it ended with, and how many are left', () => {
    const { heard, tell, adapters } = parent();
    tell(admit('a'), admit('b'));
    assert.deepEqual(adapters, ['a starts', 'b starts']);
    tell(end);
    assert.deepEqual(
      heard.map((event) => ({ ...event, from: event.from.id })),
      [
        { type: 'member.ended', input: { name: 'a' }, from: 'a-1', output: 'a has ended', left: 1 },
        { type: 'member.ended', input: { name: 'b' }, from: 'b-2', output: 'b has ended', left: 0 },
      ],
    );
    assert.deepEqual(adapters.slice(2), ['a stops', 'b stops']);
  });

  test('a member that has ended is told nothing more', () => {
    const { heard, tell } = parent();
    tell(admit('a'), end, end, admit('b'), end);
    assert.deepEqual(
      heard.map(({ input, left }) => [input.name, left]),
      [
        ['a', 0],
        ['b', 0],
      ],
    );
  });

  test('a member that breaks takes neither the others nor the parent with it', () => {
    const { actor, heard, tell } = parent();
    tell(admit('a'), breakAll, admit('b'), end);
    assert.equal(actor.getSnapshot().status, 'active');
    const [broken, ended] = heard;
    assert.ok(broken?.type === 'member.broken' && String(broken.error) === 'Error: a bug');
    assert.deepEqual([broken.input, broken.from.id, broken.left], [{ name: 'a' }, 'a-1', 0]);
    assert.deepEqual(ended?.input, { name: 'b' });
  });

  test('when its parent ends, its members do, with their adapters', () => {
    const { actor, tell, adapters } = parent();
    tell(admit('a'), admit('b'));
    actor.stop();
    assert.deepEqual(adapters.slice(2), ['a stops', 'b stops']);
  });

  test('its members have the clock of the whole, and are inspected under their names', () => {
    const { heard, clock, seen, tell } = parent();
    tell(admit('a'));
    clock.increment(60_000);
    assert.equal(heard.length, 1);
    assert.ok(seen.includes('a-1'));
  });

  test('a thousand members cost each what ten do: no list of children is copied', () => {
    const { actor, tell } = parent();
    tell(...Array.from({ length: 1_000 }, (_, index) => admit(`${index}`)));
    assert.deepEqual(Object.keys(actor.getSnapshot().children), ['crowd']);
  });
});
