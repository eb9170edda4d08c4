import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type AnyStateMachine, createMachine, setup } from 'xstate';
import { statesOf } from '../../src/inspector/charts/description.ts';
import { triggerName } from '../../src/inspector/charts/words.ts';
import { describeMachine } from '../../tools/diagrams/describe.ts';
import { machines } from '../../tools/diagrams/machines.ts';
import { toMermaid } from '../../tools/diagrams/mermaid.ts';

const draw = (machine: AnyStateMachine): string[] =>
  toMermaid(describeMachine(machine))
    .split('\n')
    .map((line) => line.slice(2));

/** The lines of a drawing after its first, `stateDiagram-v2`. */
const lines = (config: Parameters<typeof createMachine>[0]): string[] =>
  draw(createMachine({ id: 'm', ...config })).slice(1);

describe('toMermaid', () => {
  test('draws states, where they start, and where they end', () => {
    assert.deepEqual(
      lines({ initial: 'a', states: { a: { on: { lonely: 'b' } }, b: { type: 'final' }, lonely: {} } }),
      ['[*] --> a', 'lonely', 'a --> b : lonely', 'b --> [*]'],
    );
  });

  test('several events between two states share one arrow', () => {
    const { on } = { on: { one: 'b', two: 'b' } };
    assert.deepEqual(
      lines({ initial: 'a', states: { a: { on, after: { 2000: 'b' }, always: 'b' }, b: {} } }),
      ['[*] --> a', 'a --> b : one<br/>two<br/>after 2 s'],
    );
  });

  test('guards stand in brackets, and what is left says else', () => {
    const machine = setup({ guards: { isFull: () => true } }).createMachine({
      id: 'm',
      initial: 'a',
      states: { a: { on: { go: [{ guard: 'isFull', target: 'b' }, { target: 'c' }] } }, b: {}, c: {} },
    });
    assert.deepEqual(draw(machine).slice(2), ['a --> b : go [isFull]', 'a --> c : go [else]']);
  });

  test('an answer that stays is a line in the box of its state', () => {
    const actions = () => {};
    assert.deepEqual(lines({ initial: 'a', states: { a: { on: { ping: { actions }, noise: {} } } } }), [
      '[*] --> a',
      'state "a" as a',
      'a : ping',
      'a : ignores noise',
    ]);
  });

  test('what a composite state answers everywhere has a box of its own', () => {
    assert.deepEqual(
      lines({
        initial: 'a',
        on: { stop: '.b' },
        states: {
          a: {
            initial: 'c',
            on: { skip: '.d', again: { target: 'a', reenter: true } },
            states: { c: {}, d: {} },
          },
          b: {},
        },
      }),
      [
        'state "in every state" as m_everywhere',
        '[*] --> a',
        'state a {',
        '  state "in every state" as a_everywhere',
        '  [*] --> c',
        '  a_everywhere --> d : skip',
        '  a_everywhere --> c : again',
        '}',
        'm_everywhere --> b : stop',
      ],
    );
  });

  test('an arrow across blocks stands outside, so that it moves no state into another block', () => {
    assert.deepEqual(
      lines({
        initial: 'a',
        states: {
          a: {
            initial: 'b',
            states: {
              b: { initial: 'c', states: { c: { on: { out: '#m.a.d', far: '#m.e' } } } },
              d: {},
            },
          },
          e: {},
        },
      }),
      [
        '[*] --> a',
        'state a {',
        '  [*] --> b',
        '  state b {',
        '    [*] --> c',
        '  }',
        '  d',
        '}',
        'c --> d : out',
        'c --> e : far',
      ],
    );
  });

  test('regions of a parallel state are separated', () => {
    const region = { initial: 'x', states: { x: {} } };
    assert.deepEqual(
      lines({ initial: 'p', states: { p: { type: 'parallel', states: { l: region, r: region } } } }),
      [
        '[*] --> p',
        'state p {',
        '  state l {',
        '    [*] --> p_l_x',
        '    state "x" as p_l_x',
        '  }',
        '  --',
        '  state r {',
        '    [*] --> p_r_x',
        '    state "x" as p_r_x',
        '  }',
        '}',
      ],
    );
  });

  test('names that Mermaid would misread are made safe, and still read as they are', () => {
    const drawn = lines({
      initial: 'end',
      states: { end: { on: { 'a:b;c': 'not ready' } }, 'not ready': {}, not_ready: {} },
    });
    assert.deepEqual(drawn, [
      '[*] --> end_',
      'state "end" as end_',
      'state "not ready" as not_ready',
      'state "not_ready" as not_ready_',
      'end_ --> not_ready : a#58;b#59;c',
    ]);
  });

  for (const [name, machine] of Object.entries(machines)) {
    test(`${name}: every state and every event is in its drawing`, () => {
      const description = describeMachine(machine);
      const drawn = toMermaid(description);
      const [, ...states] = statesOf(description.root);
      for (const { key } of states) assert.match(drawn, new RegExp(`\\b${key}\\b`));
      for (const { trigger } of [description.root, ...states].flatMap(({ transitions }) => transitions))
        assert.ok(drawn.includes(triggerName(trigger)), triggerName(trigger));
    });
  }
});
