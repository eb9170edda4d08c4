/** The tests that every machine has to pass, made from its walk. */
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import {
  type AnyEventObject,
  type AnyMachineSnapshot,
  type AnyStateMachine,
  __unsafe_getAllOwnEventDescriptors as descriptorsOf,
  initialTransition,
  transition,
} from 'xstate';
import { Coverage, SCOPE } from './coverage.ts';
import { explore, type Path, stateKey, stepsOf, type Walk } from './paths.ts';
import { keyOf, textOf } from './text.ts';

/** @returns the paths, for tests of what holds on every one; there are none before the tests run. */
export function testEveryPath<TMachine extends AnyStateMachine>(walk: Walk<TMachine>): () => readonly Path[] {
  const coverage = new Coverage(walk.machine);
  let paths: readonly Path[] = [];
  describe(`${walk.machine.id}: generated paths`, () => {
    before(() => {
      paths = explore(walk, coverage);
    });

    test('reach every state, take every transition, and see every guard refuse', () => {
      assertNone(coverage.missing());
    });

    test('taken again, lead to where they led', () => {
      assertNone(replay(walk, paths));
    });

    test('never break the machine', () => {
      const broken = paths.filter(({ snapshot }) => snapshot.status === 'error');
      assertNone(broken.map(textOfPath));
    });

    test('show that an event which a state does not know changes nothing', () => {
      assertNone(disturbed(walk, paths));
    });
  });
  return () => paths;
}

/** Fails with the first few of many lines. */
function assertNone(lines: readonly string[]): void {
  const more = lines.length > 20 ? `\n… and ${lines.length - 20} more` : '';
  if (lines.length > 0) assert.fail(`${lines.slice(0, 20).join('\n')}${more}`);
}

const textOfPath = (path: Path): string => stepsOf(path).map(textOf).join(', ');

/** Paths that end elsewhere the second time: something outside of the machine, or a changed context, decides. */
function replay(walk: Walk<AnyStateMachine>, paths: readonly Path[]): string[] {
  const again = new Map<Path, AnyMachineSnapshot>();
  return paths.flatMap((path) => {
    const before = path.last && again.get(path.last.from);
    // A path comes after the one that it continues.
    const now =
      path.last && before
        ? transition(SCOPE, before, path.last.event)[0]
        : initialTransition(walk.machine, path.input)[0];
    again.set(path, now as AnyMachineSnapshot);
    const [first, second] = [stateKey(walk, path.snapshot), stateKey(walk, now as AnyMachineSnapshot)];
    return first === second ? [] : [`${textOfPath(path)}: ${first}, then ${second}`];
  });
}

/** The states in which an event that no active state declares did something: no guard is asked, so no context counts. */
function disturbed(walk: Walk<AnyStateMachine>, paths: readonly Path[]): string[] {
  const outside = walk.events.filter(({ type }) => !type.startsWith('xstate.'));
  const events: AnyEventObject[] = [...outside, { type: 'nobody.knows.this' }];
  const active = paths.filter(({ snapshot }) => snapshot.status === 'active');
  const ofEachState = new Map(active.map(({ snapshot }) => [keyOf(snapshot.value), snapshot]));
  return [...ofEachState].flatMap(([state, snapshot]) => {
    const known = descriptorsOf(snapshot);
    const unknown = events.filter((event) => !known.some((descriptor) => matches(event, descriptor)));
    return unknown.flatMap((event) => {
      const [next, actions] = transition(SCOPE, snapshot, event);
      const isUnchanged =
        isDeepStrictEqual(next.value, snapshot.value) &&
        isDeepStrictEqual(next.context, snapshot.context) &&
        actions.length === 0;
      return isUnchanged ? [] : [`${textOf(event)} in ${state}`];
    });
  });
}

const matches = ({ type }: AnyEventObject, descriptor: string): boolean =>
  descriptor === type ||
  descriptor === '*' ||
  (descriptor.endsWith('.*') && type.startsWith(descriptor.slice(0, -1)));
