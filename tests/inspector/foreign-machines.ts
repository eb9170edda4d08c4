/** Machines as other people write them: nothing of them is like ours. */
import type { createInspector, StatelyInspectionEvent } from '@statelyai/inspect';
import {
  type AnyStateMachine,
  and,
  assign,
  createActor,
  createMachine,
  fromCallback,
  fromPromise,
  setup,
} from 'xstate';

/** Two regions, delays, guards, history, an invoked promise and callback, ids with spaces and dots. */
export const player = setup({
  types: {} as { context: { volume: number } },
  actors: { load: fromPromise(async () => 'song'), ticker: fromCallback(() => {}) },
  guards: { 'can play': () => true, isLoud: (_, _params: number) => false },
  actions: { complain: () => {} },
  delays: { later: 100_000 },
}).createMachine({
  id: 'music player',
  type: 'parallel',
  context: { volume: 3 },
  on: {
    'disc.*': { target: ['.playback.paused', '.volume\\.control.muted'] },
    RESUME: '.playback.playing.last',
    EJECT: '#the end',
  },
  states: {
    playback: {
      initial: 'loading',
      onDone: { actions: 'complain' },
      states: {
        loading: {
          invoke: { src: 'load', onDone: 'paused', onError: { target: 'failed', reenter: true } },
        },
        paused: {
          description: 'Nothing sounds',
          tags: ['silent'],
          on: { PLAY: [{ guard: 'can play', target: 'playing' }, { target: 'failed' }] },
        },
        playing: {
          entry: 'complain',
          invoke: { src: 'ticker', id: 'the ticker', onSnapshot: { actions: 'complain' } },
          initial: 'soft',
          on: { PAUSE: 'paused', AGAIN: { target: 'playing', reenter: true }, SKIP: '.loud' },
          after: { later: 'paused', 300000: { target: 'failed', guard: { type: 'isLoud', params: 5 } } },
          states: {
            soft: { on: { LOUDER: { target: 'loud', actions: assign({ volume: 11 }) } } },
            loud: { always: { guard: { type: 'isLoud', params: 1 }, target: 'soft' } },
            last: { type: 'history', history: 'deep', target: 'loud' },
          },
        },
        failed: { id: 'the end', type: 'final' },
      },
    },
    'volume.control': {
      initial: 'únmuted ☺',
      states: {
        'únmuted ☺': { on: { MUTE: { target: 'muted', guard: and(['can play', 'can play']) } } },
        muted: { on: { MUTE: 'únmuted ☺', '*': { actions: 'complain' }, 'turn the knob': {} } },
      },
    },
  },
});

/** A machine without an id and without states. */
export const counter = createMachine({
  context: { count: 0 },
  on: { up: { actions: assign({ count: ({ context }) => (context as { count: number }).count + 1 }) } },
});

const worker = createMachine({
  id: 'worker',
  initial: 'working',
  states: { working: { on: { stop: 'resting' } }, resting: { on: { go: 'working' } } },
});

/** A machine that has so many children. */
export const crowd = (children: number): AnyStateMachine =>
  createMachine({
    id: 'crowd',
    entry: Array.from({ length: children }, (_, index) =>
      assign(({ spawn }) => {
        spawn(worker, { id: `worker ${index + 1}` });
        return {};
      }),
    ),
    on: { news: {} },
  });

/** Composite states upon composite states, arrows up, down and across, and into themselves. */
export const deep = createMachine({
  id: 'deep',
  initial: 'a',
  on: { reset: '.a', restart: { target: '#deep', reenter: true } },
  states: {
    a: {
      initial: 'b',
      on: { inside: '.b.c', myself: { target: 'a', reenter: true } },
      states: {
        b: {
          initial: 'c',
          on: { out: '#deep.z', up: '#deep.a' },
          states: {
            c: { on: { next: 'd', 'to the top': '#deep' } },
            d: {
              on: { 'to my parent': '#deep.a.b', loop: { target: 'd', reenter: true } },
              type: 'parallel',
              states: { x: {}, y: {} },
            },
            memory: { type: 'history' },
          },
        },
      },
    },
    z: { on: { back: 'a.b.memory' } },
  },
});

/** Wires that lead over the borders of composites, deep into them. */
export const crossing = createMachine({
  id: 'crossing',
  initial: 'outer',
  states: {
    outer: {
      initial: 'first',
      states: {
        first: { on: { next: 'second', out: '#crossing.near' } },
        second: { on: { next: 'first', deep: 'in.c.end', out: '#crossing.near' } },
        in: {
          initial: 'c',
          states: {
            c: {
              initial: 'end',
              states: { end: { on: { out: '#crossing.near', next: '#crossing.outer.first' } } },
            },
          },
        },
      },
    },
    near: { on: { back: 'outer.second', deeper: 'outer.in.c.end' } },
  },
});

/** A machine's definition as the official client tells it. */
export async function definitionTold(
  create: typeof createInspector,
  machine: AnyStateMachine,
  serializationDepthLimit = 30,
): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const send = (event: StatelyInspectionEvent): void => {
    if (event.type === '@xstate.actor') resolve(event.definition as string);
  };
  create({ send }, { serializationDepthLimit }).actor(createActor(machine));
  return promise;
}
