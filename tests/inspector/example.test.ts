/** The run that comes along is one of the machines as they are. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { statesOf } from '../../src/inspector/charts/description.ts';
import { definitionOf } from '../../src/inspector/probe/observer.ts';
import { activeStates } from '../../src/inspector/view/naming.ts';
import { apply, emptyPicture } from '../../src/inspector/view/picture.ts';
import { barrierText, progressOf } from '../../src/inspector/view/progress.ts';
import { parseEvent } from '../../src/inspector/view/shape.ts';
import { describeMachine } from '../../tools/diagrams/describe.ts';
import { machines } from '../../tools/diagrams/machines.ts';
import { exampleRun } from '../../tools/example.ts';

const events = exampleRun()
  .split('\n')
  .filter(Boolean)
  .map((line) => parseEvent(line)!)
  .sort((one, other) => Number(one.createdAt) - Number(other.createdAt));

test('every state and transition of the run that comes along is one of its machine', () => {
  const known = new Set(
    Object.values(machines).flatMap((machine) =>
      [...statesOf(describeMachine(machine).root)].flatMap(({ id, transitions }) => [
        id,
        ...transitions.map((transition) => transition.id),
      ]),
    ),
  );
  const picture = emptyPicture();
  const seen = new Set<string>();
  for (const event of events) {
    apply(picture, event);
    if (event.type !== '@xstate.snapshot') continue;
    const { machine, value } = picture.actors.get(event.sessionId) ?? {};
    if (machine === undefined) continue;
    for (const id of [...activeStates(machine, value), ...(event.transitions ?? [])]) seen.add(id);
  }
  assert.deepEqual(
    [...seen].filter((id) => !known.has(id)),
    [],
    'run "make example"',
  );
  assert.ok(seen.has('server.serving.drawing') && seen.has('agency.finished'), `${[...seen]}`);
  assert.equal(barrierText(progressOf(picture)), 'Drawn: all 3 have their winners');
});

test('the run that comes along tells the definitions of the machines as they are now', () => {
  const told = events.flatMap((event) =>
    event.type === '@xstate.actor' && event.definition !== undefined
      ? [{ machine: event.machine, definition: event.definition }]
      : [],
  );
  const taking = new Set(
    events.flatMap((event) => (event.type === '@xstate.actor' ? (event.machine ?? []) : [])),
  );
  assert.deepEqual(
    new Set(told.map(({ machine }) => machine)),
    taking,
    'each machine that takes part has one',
  );
  assert.equal(told.length, taking.size);
  for (const { machine, definition } of told) {
    const own = Object.values(machines).find(({ id }) => id === machine)!;
    assert.equal(definition, definitionOf(own));
  }
});
