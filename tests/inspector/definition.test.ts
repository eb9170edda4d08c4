/** A machine is drawn from what Stately's protocol tells of it, as it would be from the machine itself. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createInspector } from '@statelyai/inspect';
import type { ELK } from 'elkjs';
import ElkConstructor from 'elkjs/lib/elk.bundled.js';
import { type AnyStateMachine, createMachine } from 'xstate';
import { describeDefinition, NotDrawn } from '../../src/inspector/charts/definition.ts';
import { type StateDescription, statesOf } from '../../src/inspector/charts/description.ts';
import { graphOf } from '../../src/inspector/charts/graph.ts';
import { layOut } from '../../src/inspector/charts/layout.ts';
import { toSvg } from '../../src/inspector/charts/svg.ts';
import { DRAWN_STATES, DRAWN_TRANSITIONS } from '../../src/inspector/limits.ts';
import { describeMachine } from '../../tools/diagrams/describe.ts';
import { machines } from '../../tools/diagrams/machines.ts';
import { counter, crossing, crowd, deep, definitionTold, player } from './foreign-machines.ts';

const elk = new (ElkConstructor as unknown as new () => ELK)();

const toldOf = (machine: AnyStateMachine, depth?: number): Promise<string> =>
  definitionTold(createInspector, machine, depth);

/**
 * A description as it can be compared: the client puts all keys in the order of the alphabet, and of a function that
 * XState made of others it tells the name only. States are called by their paths.
 */
function comparable(root: StateDescription): unknown {
  const paths = new Map<string, string>();
  const walk = (state: StateDescription, path: string): void => {
    paths.set(state.id, path);
    for (const child of state.states) walk(child, `${path}/${child.key}`);
  };
  walk(root, '');
  const bare = (state: StateDescription): unknown => ({
    ...state,
    id: paths.get(state.id),
    initial: state.kind === 'history' ? undefined : paths.get(state.initial ?? ''),
    transitions: state.transitions
      .map(({ guard, targets, ...transition }) => ({
        ...transition,
        id: transition.id.replaceAll('\u00a0', ' '),
        source: paths.get(transition.source),
        guard: /^(not|and|or) | (and|or) /.exec(guard ?? '') ? 'combined' : guard,
        targets: targets.map((target) => paths.get(target)),
      }))
      .sort((one, other) => (one.id < other.id ? -1 : 1)),
    states: state.states.toSorted((one, other) => (one.key < other.key ? -1 : 1)).map(bare),
  });
  return bare(root);
}

const foreign = { player, counter, deep, crowd: crowd(1) };

for (const [name, machine] of Object.entries({ ...machines, ...foreign })) {
  test(`${name} is described by its definition as by itself`, async () => {
    const told = describeDefinition(await toldOf(machine));
    assert.deepEqual(comparable(told.root), comparable(describeMachine(machine).root));
  });
}

for (const [name, machine] of Object.entries(foreign)) {
  test(`${name} is laid out, with each of its states and transitions`, async () => {
    const description = describeDefinition(await toldOf(machine));
    const chart = await layOut(graphOf(description), elk);
    const drawn = new Set(chart.boxes.map(({ id }) => id));
    const lines = [
      ...chart.boxes.flatMap(({ answers }) => answers),
      ...chart.arrows.flatMap((arrow) => arrow.lines),
    ];
    const told = new Set(lines.map(({ transition }) => transition));
    for (const { id, transitions } of statesOf(description.root)) {
      assert.ok(drawn.has(id), id);
      for (const transition of transitions) assert.ok(told.has(transition.id), transition.id);
    }
    for (const { from, to, points } of chart.arrows) assert.ok(points.length > 0, `${from} to ${to}`);
    assert.match(toSvg(chart, { title: name }), /<\/svg>$/);
  });
}

test('a history is where its arrow begins, and a region of a parallel state is one', async () => {
  const { root } = describeDefinition(await toldOf(player));
  const last = [...statesOf(root)].find(({ key }) => key === 'last')!;
  assert.deepEqual([last.kind, last.initial], ['history', 'music player.playback.playing.loud']);
  const { arrows } = graphOf({ id: root.id, root });
  assert.ok(arrows.some(({ from, to }) => from === last.id && to === last.initial));
  const svg = toSvg(await layOut(graphOf({ id: root.id, root }), elk), { title: 'player' });
  assert.equal(svg.match(/class="state compound region"/g)?.length, 2);
});

test('what makes no sense is left out, and the rest is drawn', async () => {
  const told = {
    id: 7,
    initial: 'nowhere',
    invoke: [null, 'x', { src: { id: 'inner' } }],
    states: {
      a: {
        on: { go: 'nowhere', 'back\\slash': '#lost', up: ['b', { target: 5 }], deep: '[Object]' },
        states: '[Object]',
      },
      b: '[Object]',
      c: { type: 'constructor', on: { go: { target: 'a', guard: 5, actions: [null, {}] } }, after: 7 },
      __proto__x: { always: 'a' },
      'a\u0000\u001b[2J<script>': { description: 'x'.repeat(100_000), tags: [1] },
    },
  };
  const { root, id } = describeDefinition(JSON.stringify(told));
  assert.equal(id, '(machine)');
  assert.deepEqual(
    root.states.map(({ key }) => key),
    Object.keys(told.states),
  );
  const svg = toSvg(await layOut(graphOf({ id, root }), elk), { title: 'odd' });
  assert.ok(!svg.includes('<script>') && !svg.includes('\u0000'), 'nothing that is told is markup');
});

test('what the client cut off at its usual depth is told by dots', async () => {
  const { root } = describeDefinition(await toldOf(machines.server, 10));
  const states = [...statesOf(root)];
  const words = states.flatMap(({ entry, exit, tags, transitions }) => [
    ...[entry, exit, tags].flat(),
    ...transitions.flatMap(({ actions, guard }) => [...actions, guard]),
  ]);
  assert.ok(words.includes('…') && !words.some((word) => word?.startsWith('[')));
  const targets = states.flatMap(({ transitions }) =>
    transitions.flatMap((transition) => transition.targets),
  );
  assert.ok(targets.every((target) => states.some(({ id }) => id === target)));
});

test('what cannot be drawn says why', () => {
  const many = (states: number, events: number) =>
    JSON.stringify({
      id: 'many',
      states: Object.fromEntries(
        Array.from({ length: states }, (_, state) => [
          `s${state}`,
          { on: Object.fromEntries(Array.from({ length: events }, (_, event) => [`e${event}`, 's0'])) },
        ]),
      ),
    });
  const reasons: [string, RegExp][] = [
    ['', /cannot be read/],
    ['[]', /cannot be read/],
    ['null', /cannot be read/],
    [many(DRAWN_STATES + 1, 0), new RegExp(`more than ${DRAWN_STATES} states`)],
    [many(2, DRAWN_TRANSITIONS), new RegExp(`more than ${DRAWN_TRANSITIONS} transitions`)],
    [`${'{"states":{"a":'.repeat(20_000)}{}${'}}'.repeat(20_000)}`, /states/],
  ];
  for (const [text, reason] of reasons)
    assert.throws(
      () => describeDefinition(text),
      (error) => error instanceof NotDrawn && reason.test(error.message),
    );
});

test("a machine of XState's own limits is none of ours: 300 states are laid out", async () => {
  const states = Object.fromEntries(
    Array.from({ length: 300 }, (_, index) => [`s${index}`, { on: { next: `s${(index + 1) % 300}` } }]),
  );
  const machine = createMachine({ id: 'ring', initial: 's0', states });
  const { root, id } = describeDefinition(await toldOf(machine));
  assert.equal(root.states.length, 300);
  const chart = await layOut(graphOf({ id, root }), elk);
  assert.equal(chart.arrows.length, 301);
});

/** Pixels of a letter, at least. */
const LETTER = 6;

test('a composite of few states holds its name, and its actors beside it, and is no higher for it', async () => {
  const inner = { initial: 'a', states: { a: { on: { go: 'b' } }, b: {} } };
  const chartOf = async (name: string, src: string) => {
    const machine = createMachine({
      id: name,
      initial: 'outer',
      states: { outer: { ...inner, id: 'outer', invoke: { src, id: 'i' } } },
    });
    const graph = graphOf(describeDefinition(await definitionTold(createInspector, machine)));
    return layOut(graph, elk);
  };
  const short = await chartOf('m', 's');
  const [name, src] = ['a machine with a name of many words', 'an actor with a name of many words'];
  const long = await chartOf(name, src);
  const [root, outer] = long.boxes.filter(({ kind }) => kind === 'compound');
  assert.ok(root && root.width > name.length * LETTER);
  assert.ok(outer && outer.width > ('outer'.length + src.length) * LETTER);
  assert.equal(long.height, short.height);
});

test('no wire runs through the name of a composite that has room beside it', async () => {
  for (const machine of [crossing, deep, player, ...Object.values(machines)]) {
    const { boxes, arrows } = await layOut(graphOf(describeMachine(machine)), elk);
    const pieces = arrows.flatMap(({ points }) =>
      points.flatMap((way) => way.slice(1).map((point, index) => [way[index]!, point] as const)),
    );
    for (const { id, kind, title, x, y, width, titleShift = 0 } of boxes) {
      if (kind !== 'compound' && kind !== 'parallel') continue;
      const [left, right] = [x + 12 + titleShift, x + 12 + titleShift + title.length * LETTER];
      assert.ok(right < x + width, `${machine.id}: the name of ${id} is in its box`);
      const through = pieces.filter(
        ([one, other]) =>
          Math.min(one.x, other.x) < right &&
          Math.max(one.x, other.x) > left &&
          Math.min(one.y, other.y) < y + 20 &&
          Math.max(one.y, other.y) > y + 6,
      );
      assert.deepEqual(through, [], `${machine.id}: ${id}`);
    }
  }
});
