import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type AnyStateMachine, and, createMachine, fromPromise, setup } from 'xstate';
import { Coverage } from './coverage.ts';
import { explore, type Walk } from './paths.ts';

/** What a walk misses of a machine. */
function missed<TMachine extends AnyStateMachine>(
  machine: TMachine,
  events: readonly { type: string }[],
  more: Partial<Walk<TMachine>> = {},
): string[] {
  const walk = { machine, inputs: [undefined], events, remember: (context: unknown) => context, ...more };
  const coverage = new Coverage(machine);
  explore(walk as unknown as Walk<AnyStateMachine>, coverage);
  return coverage.missing();
}

const go = { type: 'go' };
const back = { type: 'back' };

describe('coverage', () => {
  test('a machine that is reached whole misses nothing', () => {
    const machine = createMachine({
      id: 'm',
      initial: 'a',
      states: { a: { on: { go: 'b' } }, b: { on: { back: 'a' } } },
    });
    assert.deepEqual(missed(machine, [go, back]), []);
  });

  test('names a state that nothing reaches, and a transition that no event takes', () => {
    const machine = createMachine({
      id: 'm',
      initial: 'a',
      states: { a: { on: { go: 'b', back: 'c' } }, b: {}, c: { initial: 'd', states: { d: {} } } },
    });
    assert.deepEqual(missed(machine, [go]), [
      'state never reached: m.c',
      'state never reached: m.c.d',
      'transition never taken: m.a: back -> m.c',
    ]);
  });

  test('each branch of a guarded transition counts', () => {
    const machine = setup({ guards: { never: () => false } }).createMachine({
      id: 'm',
      initial: 'a',
      states: { a: { on: { go: [{ guard: 'never', target: 'b' }, { target: 'c' }] } }, b: {}, c: {} },
    });
    assert.deepEqual(missed(machine, [go]), [
      'state never reached: m.b',
      'transition never taken: m.a: go [never] -> m.b',
    ]);
  });

  test('a guard that never refuses is named: without it nothing would differ', () => {
    const machine = setup({ guards: { always: () => true } }).createMachine({
      id: 'm',
      initial: 'a',
      states: { a: { on: { go: { guard: and(['always', 'always']), target: 'b' } } }, b: {} },
    });
    assert.deepEqual(missed(machine, [go]), ['guard that never refuses: m.a: go [always and always] -> m.b']);
  });

  test('transitions without a target count, also those that only swallow an event', () => {
    const machine = createMachine({
      id: 'm',
      initial: 'a',
      states: { a: { on: { go: {}, back: { actions: () => {} } } } },
    });
    assert.deepEqual(missed(machine, []), [
      'transition never taken: m.a: go -> stays',
      'transition never taken: m.a: back -> stays',
    ]);
    assert.deepEqual(missed(machine, [go, back]), []);
  });

  test('states that are only passed through count as reached', () => {
    const machine = createMachine({
      id: 'm',
      initial: 'a',
      states: { a: { on: { go: 'between' } }, between: { always: 'b' }, b: {} },
    });
    assert.deepEqual(missed(machine, [go]), []);
  });

  test('time passes and actors end where the machine waits for them, and nowhere else', () => {
    const machine = setup({
      actors: { work: fromPromise(async () => 1) },
      delays: { late: 5 },
    }).createMachine({
      id: 'm',
      initial: 'a',
      states: {
        a: { after: { late: 'working', 100: 'working' } },
        working: { invoke: { src: 'work', onDone: 'b', onError: 'c' } },
        b: { type: 'final' },
        c: {},
      },
    });
    assert.deepEqual(missed(machine, [], { outputs: { work: () => [1] } }), []);
    assert.deepEqual(missed(machine, []), [
      'state never reached: m.b',
      'transition never taken: m.working: work done -> m.b',
    ]);
  });

  test('of two transitions that exclude each other, only the one that XState takes counts', () => {
    const machine = createMachine({
      id: 'm',
      initial: 'both',
      states: {
        both: {
          type: 'parallel',
          states: {
            left: { initial: 'l', states: { l: { on: { go: '#m.a' } } } },
            right: { initial: 'r', states: { r: { on: { go: '#m.b' } } } },
          },
        },
        a: { id: 'm.a' },
        b: { id: 'm.b' },
      },
    });
    assert.deepEqual(missed(machine, [go]), [
      'state never reached: m.b',
      'transition never taken: m.both.right.r: go -> m.b',
    ]);
  });

  test('the machine itself is left as it was', () => {
    const actions = [() => {}];
    const machine = createMachine({ id: 'm', on: { go: { actions } } });
    missed(machine, [go]);
    assert.equal(actions.length, 1);
    assert.equal(machine.root.on.go![0]!.actions.length, 1);
  });

  test('an action that throws is named with the event and the state', () => {
    const machine = setup({ guards: { broken: () => assert.fail('oh') } }).createMachine({
      id: 'm',
      initial: 'a',
      states: { a: { on: { go: { guard: 'broken', target: 'a' } } } },
    });
    assert.throws(() => missed(machine, [go]), /go in "a" throws/);
  });

  test('a circle of transitions that need no event is named, not followed for ever', () => {
    const machine = createMachine({
      id: 'm',
      initial: 'a',
      states: { a: { on: { go: 'b' } }, b: { always: 'c' }, c: { always: 'b' } },
    });
    assert.throws(() => missed(machine, [go]), /go in "a" throws/);
  });
});
