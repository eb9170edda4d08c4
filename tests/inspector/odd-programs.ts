/** Programs with what XState v5 can do besides: what each sends itself, and which of its actors is looked at. */
import {
  type AnyActorLogic,
  type AnyStateMachine,
  assign,
  createMachine,
  enqueueActions,
  fromCallback,
  fromPromise,
  fromTransition,
  sendTo,
  setup,
  spawnChild,
} from 'xstate';

type OddProgram = {
  readonly name: string;
  readonly logic: AnyActorLogic;
  readonly events: readonly { readonly type: string; readonly [key: string]: unknown }[];
};

const events = (...types: string[]) => types.map((type) => ({ type }));

const kid = createMachine({ id: 'kid', initial: 'a', states: { a: { on: { GO: 'b' } }, b: {} } });

const LONG = 'name of a state '.repeat(20).trim();

/** Objects that no JSON has. */
const round: Record<string, unknown> = { nodeType: 1, nodeName: 'DIV' };
round.ownerDocument = round;

export const oddPrograms: readonly OddProgram[] = [
  {
    name: 'a deep history is come back to',
    logic: createMachine({
      id: 'history',
      initial: 'on',
      states: {
        on: {
          initial: 'p',
          on: { OFF: 'off' },
          states: {
            p: { initial: 'q', states: { q: { on: { N: 'r' } }, r: {} } },
            h: { type: 'history', history: 'deep' },
          },
        },
        off: { on: { ON: 'on.h' } },
      },
    }),
    events: events('N', 'OFF', 'ON'),
  },
  {
    name: 'a machine ends with an output',
    logic: createMachine({
      id: 'final',
      initial: 'a',
      output: { fine: true },
      states: { a: { on: { END: 'end' } }, end: { type: 'final' } },
    }),
    events: events('END'),
  },
  {
    name: 'a child is stopped and spawned again and again',
    logic: createMachine({
      id: 'churn',
      initial: 'on',
      states: {
        on: {
          on: {
            NEXT: {
              actions: enqueueActions(({ enqueue }) => {
                enqueue.stopChild('c');
                enqueue.spawnChild(kid, { id: 'c' });
              }),
            },
          },
        },
      },
    }),
    events: events(...Array.from({ length: 100 }, () => 'NEXT')),
  },
  {
    name: 'ids of emoji, quotes, backslashes and markup',
    logic: createMachine({
      id: '🚀 my.machine "x" <b>',
      initial: 'a b',
      states: {
        'a b': { on: { 'go → 🎉': 'c\\.d', 'x\ny': 'c\\.d' } },
        'c.d': {
          initial: 'é#1',
          states: { 'é#1': { on: { N: 'in"quote' } }, 'in"quote': { on: { N: "it's" } }, "it's": {} },
        },
      },
    }),
    events: events('go → 🎉', 'N', 'N'),
  },
  {
    name: 'marks that turn the direction of a text, and words from right to left',
    logic: createMachine({
      id: 'שלום \u202eright',
      initial: 'مرحبا\u2067',
      states: { 'مرحبا\u2067': { on: { '\u202enruter': 'b' } }, b: {} },
    }),
    events: events('\u202enruter'),
  },
  {
    name: 'bars and lines in ids',
    logic: createMachine({
      id: 'a|b\nc',
      initial: 'x|\t1',
      states: { 'x|\t1': { on: { 'go|on': 'y\n|' } }, 'y\n|': {} },
    }),
    events: events('go|on'),
  },
  {
    name: 'names of hundreds of letters',
    logic: createMachine({
      id: LONG,
      initial: LONG,
      states: {
        [LONG]: { initial: 'in', states: { in: { on: { [LONG]: { target: `#${LONG}.end` } } } } },
        end: {},
      },
    }),
    events: events(LONG),
  },
  {
    name: 'states called as what every object has',
    logic: createMachine({
      id: 'constructor',
      initial: 'toString',
      states: { toString: { on: { valueOf: 'constructor' } }, constructor: {} },
    }),
    events: events('valueOf'),
  },
  {
    name: 'promises that fail, callbacks and transitions are invoked',
    logic: setup({
      actors: {
        bad: fromPromise(async () => Promise.reject(new Error('planned'))),
        echo: fromCallback(({ sendBack, receive }) => receive(() => sendBack({ type: 'PONG' }))),
        count: fromTransition((count: number) => count + 1, 0),
      },
    }).createMachine({
      id: 'invoker',
      initial: 'a',
      invoke: [
        { src: 'echo', id: 'echo' },
        { src: 'count', id: 'count' },
      ],
      on: { POKE: { actions: [sendTo('echo', { type: 'x' }), sendTo('count', { type: 'y' })] } },
      states: { a: { invoke: { src: 'bad', onError: 'b' } }, b: {} },
    }),
    events: events('POKE', 'POKE'),
  },
  {
    name: 'delays that are computed, and reentered',
    logic: setup({
      delays: { soon: ({ context }: { context: { ms: number } }) => context.ms },
    }).createMachine({
      id: 'delayed',
      context: { ms: 5 },
      initial: 'a',
      states: {
        a: { tags: ['t1', 't2'], meta: { ui: { deep: [1] } }, after: { soon: 'b' } },
        b: { after: { 5: { target: 'c', reenter: true } } },
        c: {},
      },
    }),
    events: [],
  },
  {
    name: 'a loop of transitions without an event',
    logic: createMachine({
      id: 'always',
      context: { n: 0 },
      initial: 'a',
      states: {
        a: { on: { GO: 'b' } },
        b: {
          always: [
            {
              guard: ({ context }) => context.n < 30,
              actions: assign({ n: ({ context }) => context.n + 1 }),
              target: 'b',
              reenter: true,
            },
            { target: 'c' },
          ],
        },
        c: {},
      },
    }),
    events: events('GO'),
  },
  {
    name: 'wildcards of all and of some events',
    logic: createMachine({
      id: 'wild',
      initial: 'a',
      on: { '*': { actions: () => {} } },
      states: {
        a: { on: { 'user.*': 'b', 'user.name.*': 'c', '*': 'd' } },
        b: { on: { 'a.b.c': 'a' } },
        c: { on: { '*': 'a' } },
        d: { on: { 'x.*': '#wild.a' } },
      },
    }),
    events: events('user.foo', 'a.b.c', 'user.name.first', 'zzz', 'else', 'x.y.z'),
  },
  {
    name: 'events with what JSON does not have',
    logic: createMachine({ id: 'events', initial: 'a', states: { a: { on: { END: 'b' } }, b: {} } }),
    events: [
      { type: 'function', f: () => 1 },
      { type: 'bigint', n: 1n },
      { type: 'map and set', m: new Map([[{}, 1]]), s: new Set(['x']) },
      { type: 'error', e: new Error('planned'), d: new Date('never') },
      { type: 'element', target: round },
      { type: '' },
      { type: 'long '.repeat(100) },
      { type: 'nul\u0000', x: '\u001b[2J' },
      { type: '__proto__' },
      { type: 'END' },
    ],
  },
  {
    name: 'thirty regions at once',
    logic: createMachine({
      id: 'regions',
      type: 'parallel',
      states: Object.fromEntries(
        Array.from({ length: 30 }, (_, index) => [
          `r${index}`,
          { initial: 'a', states: { a: { on: { T: 'b' } }, b: { on: { T: 'a' } } } },
        ]),
      ),
    }),
    events: events('T'),
  },
  {
    name: 'a transition with two targets, and children that answer',
    logic: createMachine({
      id: 'fork',
      initial: 's',
      entry: spawnChild(kid, { id: 'kid' }),
      states: {
        s: { on: { GO: { target: ['p.a.a2', 'p.b.b2'], actions: sendTo('kid', { type: 'GO' }) } } },
        p: {
          type: 'parallel',
          states: {
            a: { initial: 'a1', states: { a1: {}, a2: {} } },
            b: { initial: 'b1', states: { b1: {}, b2: {} } },
          },
        },
      },
    }),
    events: events('GO'),
  },
];

/** One that is stopped, and goes on from what was kept of it. */
export const kept = createMachine({
  id: 'kept',
  initial: 'a',
  states: {
    a: { on: { N: 'b' } },
    b: { invoke: { src: kid, id: 'inner' }, on: { N: 'c' } },
    c: {},
  },
});

/** Ids with whatever a filter, a path or an id itself is made of; and two ways to the same state. */
export const quoted = createMachine({
  id: 'my.app "1"',
  initial: 'a.b',
  states: {
    'a.b': {
      id: 'the "first" \\ state',
      on: {
        go: [{ guard: () => false, target: 'c"d' }, { target: 'c"d' }],
        Go: { target: 'a\\.b', reenter: true },
      },
    },
    'c"d': { on: { go: 'a\\.b' } },
  },
});

/** Machines that have each other inside, so many. */
export const nested = (levels: number): AnyStateMachine =>
  createMachine({
    id: `nest ${levels}`,
    ...(levels > 1 && { invoke: { src: nested(levels - 1), id: `nest ${levels - 1}` } }),
  });
