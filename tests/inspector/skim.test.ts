/** Of an event with large parts all that is small is kept, and its text is JSON as before. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { describeDefinition } from '../../src/inspector/charts/definition.ts';
import { Skimming } from '../../src/inspector/hub/skim.ts';
import { EVENT_CHARS } from '../../src/inspector/limits.ts';
import { parseEvent } from '../../src/inspector/view/shape.ts';
import { actorEvent, sentEvent, snapshotEvent } from './posts.ts';

/** As it comes: in pieces of so many characters. */
function skim(text: string, size = 64 * 1024): string | undefined {
  const skimming = new Skimming();
  for (let at = 0; at < text.length; at += size) skimming.push(text.slice(at, at + size));
  return skimming.end();
}

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
  const large = JSON.parse(told({ id: 'm', states: many }).definition);
  assert.equal(large.id, 'm', 'what cannot be drawn has a name at least');
  assert.match(large.states, /^‹some \d{6,} characters›$/);
  assert.throws(() => describeDefinition(JSON.stringify(large)), /its states are ‹some \d{6,} characters›/);
});

test('wherever it is cut as it comes, the same is left of it', () => {
  const rows = LARGE.slice(0, 9_000);
  const machine = { id: 'é "\\" \u2028', context: { rows }, states: { 'a\n\\b': {} } };
  const text = JSON.stringify(
    actorEvent('a.0', {
      definition: JSON.stringify(machine),
      snapshot: { status: 'active', value: 'a\n\\b', context: { rows, end: '\\' } },
    }),
  );
  const whole = skim(text, text.length);
  assert.deepEqual(JSON.parse(JSON.parse(whole!).definition).states, machine.states);
  for (const size of [1, 7, 4_096]) assert.equal(skim(text, size), whole, `pieces of ${size}`);
});

test('of too many fields the first are kept, and how many more there are', () => {
  const context = Object.fromEntries(LARGE.map((row, index) => [`row ${index}`, row]));
  for (const told of [
    snapshotEvent('a.0', { snapshot: { status: 'active', context, value: 'late' } }),
    sentEvent('a.0', { event: { ...context, type: 'late' } }),
  ]) {
    const event = parseEvent(skim(JSON.stringify(told))!) as unknown as Record<
      string,
      Record<string, unknown>
    >;
    assert.ok(event, 'it is an event still');
    assert.equal(event.snapshot?.value ?? event.event?.type, 'late');
  }
  const short = JSON.parse(skim(JSON.stringify(snapshotEvent('a.0', { snapshot: { context } })))!);
  const { '…': more, ...kept } = short.snapshot.context;
  assert.equal(more, `‹${LARGE.length - Object.keys(kept).length} more fields›`);
  assert.ok(Object.keys(kept).length > 100);
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
