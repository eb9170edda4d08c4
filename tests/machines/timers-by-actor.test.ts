import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AnyActor, createActor, SimulatedClock, sendTo, setup, stopChild } from 'xstate';
import { keepTimersByActor } from '../../src/runtime/timers-by-actor.ts';

/** Rings once after a second, and every second once it was asked to. */
const bell = setup({
  types: {
    events: {} as { type: 'again' },
    input: {} as { name: string; rung: string[] },
    context: {} as { name: string; rung: string[] },
  },
  actions: { ring: ({ context }) => context.rung.push(context.name) },
}).createMachine({
  context: ({ input }) => input,
  initial: 'waiting',
  states: {
    waiting: { after: { 1000: { target: 'rung', actions: 'ring' } }, on: { again: 'ringing' } },
    ringing: { after: { 1000: { target: 'ringing', reenter: true, actions: 'ring' } } },
    rung: {},
  },
});

const tower = setup({
  types: {
    input: {} as string[],
    context: {} as { rung: string[] },
    events: {} as { type: 'stop' } | { type: 'again' },
  },
  actors: { bell },
}).createMachine({
  context: ({ input }) => ({ rung: input }),
  invoke: ['one', 'two', 'three'].map((name) => ({
    src: 'bell' as const,
    id: name,
    input: ({ context }: { context: { rung: string[] } }) => ({ name, rung: context.rung }),
  })),
  on: { stop: { actions: stopChild('two') }, again: { actions: sendTo('three', { type: 'again' }) } },
});

const start = () => {
  const rung: string[] = [];
  const clock = new SimulatedClock();
  const actor = createActor(tower, { input: rung, clock });
  keepTimersByActor(actor as unknown as AnyActor);
  actor.start();
  return {
    actor,
    clock,
    rung,
    timers: () => Object.keys(actor.system.getSnapshot()._scheduledEvents).length,
  };
};

test('timers run as they do in XState: once each, none of a state that was left', () => {
  const { actor, clock, rung, timers } = start();
  clock.increment(500);
  actor.send({ type: 'again' });
  clock.increment(500);
  assert.deepEqual(rung, ['one', 'two']);
  clock.increment(500);
  clock.increment(1_000);
  assert.deepEqual([rung, timers()], [['one', 'two', 'three', 'three'], 1]);
});

test('an actor that stops takes its own timers with it, and no others', () => {
  const { actor, clock, rung, timers } = start();
  actor.send({ type: 'stop' });
  assert.equal(timers(), 2);
  clock.increment(1_000);
  assert.deepEqual([rung, timers()], [['one', 'three'], 0]);
});

test('when the system stops, no timer is left', () => {
  const { actor, clock, rung, timers } = start();
  actor.stop();
  clock.increment(5_000);
  assert.deepEqual([rung, timers()], [[], 0]);
});

test('of an actor with several timers all go with it', () => {
  const busy = setup({}).createMachine({ after: { 1000: {}, 2000: {}, 3000: {} } });
  const office = setup({ actors: { busy } }).createMachine({
    invoke: { src: 'busy', id: 'busy' },
    on: { stop: { actions: stopChild('busy') } },
  });
  const actor = createActor(office, { clock: new SimulatedClock() });
  keepTimersByActor(actor as unknown as AnyActor);
  actor.start();
  const timers = () => Object.keys(actor.system.getSnapshot()._scheduledEvents).length;
  assert.equal(timers(), 3);
  actor.send({ type: 'stop' });
  assert.equal(timers(), 0);
});
