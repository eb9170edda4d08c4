/** A link says what is looked at, and a run that is taken along is the run. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Linked, readLink, writeLink } from '../../src/inspector/page/share/link.ts';
import { linesOf, readRun, showRun } from '../../src/inspector/page/share/run-file.ts';
import type { InspectorEvent } from '../../src/inspector/view/events.ts';
import { Moments } from '../../src/inspector/view/moments.ts';
import { actorsIn, toData } from '../../src/inspector/view/picture-data.ts';
import { readEvent } from '../../src/inspector/view/shape.ts';
import { eventsIn, pictureOf, RUN } from './helpers.ts';
import { actorEvent, snapshotEvent } from './posts.ts';

const eventFrom = (fields: unknown): InspectorEvent => readEvent(fields)!;

test('a link is read as it was written, whatever stands in it', () => {
  const text = fc.string({ minLength: 1, unit: 'grapheme' });
  const linked: fc.Arbitrary<Linked> = fc.record(
    {
      run: fc.option(text, { nil: undefined }),
      actor: fc.option(text, { nil: undefined }),
      at: fc.option(fc.nat(), { nil: undefined }),
      filter: fc.string({ unit: 'grapheme' }),
      isOnly: fc.boolean(),
      tab: fc.option(text, { nil: undefined }),
    },
    { noNullPrototype: true },
  );
  fc.assert(fc.property(linked, (link) => assert.deepEqual(readLink(writeLink(link)), link)));
});

test('a link that says nonsense is passed over', () => {
  const nothing: Linked = {
    run: undefined,
    actor: undefined,
    at: undefined,
    filter: '',
    isOnly: false,
    tab: undefined,
  };
  for (const hash of ['', '#', '#at=-1', '#at=1e9', '#at=', '#nonsense', '#%E0%A4%A'])
    assert.deepEqual({ ...readLink(hash), filter: '' }, nothing, hash);
});

test('a run that is downloaded and dropped again shows the same, also where its beginning is forgotten', async () => {
  const events = eventsIn(RUN).sort((one, other) => Number(one.createdAt) - Number(other.createdAt));
  for (const forgotten of [0, 150]) {
    const moments = new Moments();
    await showRun(moments, events, () => {});
    moments.forgetBefore(forgotten);
    const shares: number[] = [];
    const { events: read, skipped } = await readRun(new Blob([...linesOf(moments)]), (share) =>
      shares.push(share),
    );
    assert.equal(skipped, 0);
    assert.ok((shares.at(-1) ?? 0) > 0.9);
    const again = new Moments();
    await showRun(again, read, () => {});
    const told = ({ actors }: ReturnType<Moments['before']>) =>
      [...actors.values()].map(({ id, status, value, context }) => ({ id, status, value, context }));
    assert.deepEqual(told(again.before(again.next)), told(moments.before(moments.next)));
    if (forgotten === 0)
      assert.deepEqual(toData(again.before(again.next)), toData(moments.before(moments.next)));
  }
});

test('what is known of agencies whose actors are kept no longer is taken along', async () => {
  const record = { stored: 7, total: 9, hasFinished: false, hasWinners: false };
  const agencies = [
    { ...record, agency: 1, actor: 'a.1', state: 'finished', hasFinished: true, hasWinners: true },
    { ...record, agency: 2, actor: 'a.2', state: 'closing', hasFinished: true },
    { ...record, agency: 3, actor: 'a.3', state: 'failed', total: undefined },
    { ...record, agency: 4, actor: 'b.0', state: 'gone' },
    { ...record, agency: 5, actor: 'c.0', state: 'finished' },
  ];
  const moments = new Moments();
  moments.restart({ agencies }, 3);
  moments.addActors(
    actorsIn(toData(pictureOf([eventFrom(actorEvent('s.0', { machine: 'server' }))])).actors),
  );
  moments.add([eventFrom(snapshotEvent('s.0'))]);
  const { events, skipped } = await readRun(new Blob([...linesOf(moments)]), () => {});
  assert.equal(skipped, 0);
  const again = new Moments();
  await showRun(again, events, () => {});
  const { actors, agencies: known } = again.before(again.next);
  assert.deepEqual([...known.values()], agencies);
  assert.deepEqual([...actors.keys()], ['s.0'], 'and no actor that is not there');
});

test('a run that went on at another hub is downloaded with whom that hub had as it went on', async () => {
  const moments = new Moments();
  moments.restart({}, 0);
  moments.add([eventFrom(actorEvent('old.0')), eventFrom(actorEvent('kept.0'))]);
  const base = new Moments();
  base.add([
    eventFrom(actorEvent('kept.0', { snapshot: { status: 'active', value: 'on', context: {} } })),
    eventFrom(actorEvent('met.0')),
  ]);
  const { actors, ...rest } = toData(base.before(base.next));
  moments.goOn({ ...rest, actors: [] }, 7);
  moments.addActors(actors);
  moments.add([eventFrom(snapshotEvent('met.0'))]);
  const { events } = await readRun(new Blob([...linesOf(moments)]), () => {});
  const again = new Moments();
  await showRun(again, events, () => {});
  const told = [...again.before(again.next).actors.values()].map(({ id, status, value }) => [
    id,
    status,
    value,
  ]);
  assert.deepEqual(told, [
    ['old.0', 'gone', 'off'],
    ['kept.0', 'active', 'on'],
    ['met.0', 'active', 'on'],
  ]);
  assert.deepEqual(
    [...moments.before(moments.next).actors.keys()],
    ['kept.0', 'met.0'],
    'the page itself shows no more whom nobody knows',
  );
});

test('what is no event in a file is counted, and half a line at its end too', async () => {
  const line = JSON.stringify(eventsIn(RUN)[0]);
  const { events, skipped } = await readRun(
    new Blob([line, '\n\n{"a":1}\nnonsense\n', line.slice(0, 40)]),
    () => {},
  );
  assert.deepEqual([events.length, skipped], [1, 3]);
});
