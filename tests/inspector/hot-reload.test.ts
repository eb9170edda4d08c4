/** A program that is changed and started again all day takes nothing from those that go on beside it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { History } from '../../src/inspector/hub/history.ts';
import { DEFINITIONS } from '../../src/inspector/limits.ts';
import { Moments } from '../../src/inspector/view/moments.ts';
import { toData } from '../../src/inspector/view/picture-data.ts';
import { readEvent } from '../../src/inspector/view/shape.ts';
import { actorEvent } from './posts.ts';

const started = (process: string, version: number) =>
  readEvent(
    actorEvent(`${process}.0`, {
      machine: undefined,
      definition: JSON.stringify({ id: 'app', version, states: { off: {} } }),
    }),
  )!;

test('whoever lives keeps the definition of its chart, in the hub and on its pages', () => {
  const history = new History(100);
  const moments = new Moments();
  moments.restart(toData(history.base), history.first);
  history.add(started('steady', 0));
  const versions = 2 * DEFINITIONS;
  for (let version = 1; version <= versions; version += 1) {
    history.add(started(`p${version}`, version));
    if (version < versions)
      history.add({ type: '@quiniela.left', process: `p${version}`, createdAt: Date.now().toFixed(3) });
    if (version % 50 === 0 || version === versions) {
      moments.add(history.settle(Number.POSITIVE_INFINITY).map(({ event }) => event));
      moments.forgetBefore(history.first);
    }
  }
  const { definitions, actors } = history.now;
  assert.equal(definitions.size, DEFINITIONS);
  const versionOf = (id: string): unknown =>
    JSON.parse(definitions.get(actors.get(id)?.chart ?? '')?.definition ?? '{}').version;
  assert.deepEqual([versionOf('steady.0'), versionOf(`p${versions}.0`)], [0, versions]);
  assert.equal(versionOf('p1.0'), undefined, 'it is long ago');
  assert.deepEqual([...moments.before(moments.next).definitions.keys()], [...definitions.keys()]);
});
