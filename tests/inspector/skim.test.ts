/** Of an event with large parts all that is small is kept, and its text is JSON as before. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { skim } from '../../src/inspector/hub/skim.ts';
import { EVENT_CHARS } from '../../src/inspector/limits.ts';
import { actorEvent, snapshotEvent } from './posts.ts';

const LARGE = Array.from({ length: 30_000 }, (_, index) => `{"row" \\ ${index}],`);

test('a large field of a context is told by its size, its neighbours as they are', () => {
  const context = { page: 3, name: 'ü "quoted" \\\\"', rows: LARGE, last: { a: [null, true, -1.5e3] } };
  const event = snapshotEvent('a.0', { snapshot: { status: 'active', value: { a: 'b}' }, context } });
  const short = JSON.parse(skim(JSON.stringify(event))!);
  const size = JSON.stringify(LARGE).length;
  const wanted = { ...context, rows: `‹some ${size} characters›` };
  assert.deepEqual(short, {
    ...event,
    snapshot: { status: 'active', value: { a: 'b}' }, context: wanted },
  });
});

test('a definition is kept whole, without the context that the machine begins with', () => {
  const machine = { id: 'm', context: { rows: LARGE }, states: { a: { on: { go: 'b' } }, b: {} } };
  const told = (of: object) =>
    JSON.parse(skim(JSON.stringify(actorEvent('a.0', { definition: JSON.stringify(of) })))!);
  const { states, id } = JSON.parse(told(machine).definition);
  assert.deepEqual({ states, id }, { states: machine.states, id: 'm' });
  const many = Object.fromEntries(LARGE.map((key) => [key, {}]));
  assert.equal(told({ id: 'm', states: many }).definition, null);
});

test('whatever the values are, what is short is kept, and the text stays JSON', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.jsonValue()),
      fc.dictionary(fc.string(), fc.jsonValue()),
      (context, more) => {
        const event = {
          ...more,
          type: 'x',
          event: { type: 'y', large: 'z'.repeat(EVENT_CHARS) },
          snapshot: { context },
        };
        const text = JSON.stringify(event);
        const short = JSON.parse(skim(text)!);
        assert.deepEqual(short.snapshot, JSON.parse(text).snapshot);
        assert.equal(short.event.large, `‹some ${EVENT_CHARS + 2} characters›`);
      },
    ),
    { numRuns: 100 },
  );
});

test('what is no JSON ends somewhere', () => {
  const filler = 'y'.repeat(EVENT_CHARS);
  for (const begin of [
    '',
    '{',
    '{"a',
    '{"a":',
    '{"a":[',
    '{"a":"\\\\',
    '{"a":1,',
    '{"a":{"b":"',
    '[',
    '{"snapshot":{"context":{',
  ])
    for (const end of ['', '"', '\\', '"}', ']}', ',']) skim(`${begin}${filler}${end}`);
});
