/** The dashboard is one that Grafana imports as it is: what its classic model asks for, and nothing that hides another. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { MONITORING } from './prometheus.ts';

type GridPos = { x: number; y: number; w: number; h: number };
type Panel = {
  id: number;
  title: string;
  type: string;
  description?: string;
  datasource: unknown;
  gridPos: GridPos;
  fieldConfig: { defaults: { unit?: string }; overrides: unknown[] };
  options: object;
  targets: { refId: string; expr: string; datasource: unknown }[];
};

const dashboard = JSON.parse(readFileSync(join(MONITORING, 'grafana/dashboards/quiniela.json'), 'utf8')) as {
  uid: string;
  title: string;
  schemaVersion: number;
  id?: number;
  templating: { list: { name: string; type: string; query: string }[] };
  time: { from: string; to: string };
  panels: Panel[];
};

/** Of the grid of a classic dashboard. */
const COLUMNS = 24;
/** Kinds of panels that need no plugin. */
const BUILT_IN = [
  'stat',
  'timeseries',
  'gauge',
  'bargauge',
  'barchart',
  'heatmap',
  'table',
  'state-timeline',
  'text',
];

const SOURCE = { type: 'prometheus', uid: `$\{datasource}` };

const overlap = (a: GridPos, b: GridPos): boolean =>
  a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

test('it has a name of its own, a version that Grafana migrates from, and asks for its data source', () => {
  const { uid, title, schemaVersion, id, templating, time } = dashboard;
  assert.match(uid, /^[a-zA-Z0-9_-]{1,40}$/);
  assert.ok(title.length > 0);
  // The last of the classic model is 42; from 37 on no panel is of AngularJS.
  assert.ok(
    Number.isInteger(schemaVersion) && schemaVersion >= 37 && schemaVersion <= 42,
    `${schemaVersion}`,
  );
  assert.equal(id ?? null, null, 'a number is that of one Grafana, and another refuses it');
  const [source, ...others] = templating.list.filter(({ type }) => type === 'datasource');
  assert.deepEqual([source?.name, source?.query, others], ['datasource', 'prometheus', []]);
  assert.match(`${time.from} ${time.to}`, /^now-\d+[mh] now$/);
});

test('each panel is whole, of a kind that every Grafana has, and asks the source that was chosen', () => {
  const { panels } = dashboard;
  for (const key of ['id', 'title'] as const)
    assert.equal(new Set(panels.map((panel) => panel[key])).size, panels.length, key);
  for (const { id, title, type, datasource, fieldConfig, options, targets } of panels) {
    assert.ok(Number.isInteger(id) && id > 0 && title.length > 0, title);
    assert.ok(BUILT_IN.includes(type), `${title} is a ${type}`);
    assert.deepEqual(datasource, SOURCE, title);
    // Names of states have no unit.
    assert.ok(type === 'state-timeline' || fieldConfig.defaults.unit, title);
    assert.ok(Array.isArray(fieldConfig.overrides), title);
    assert.equal(typeof options, 'object', title);
    assert.ok(targets.length > 0, title);
    assert.equal(new Set(targets.map(({ refId }) => refId)).size, targets.length, title);
    for (const target of targets) {
      assert.match(target.refId, /^[A-Z]$/, title);
      assert.ok(target.expr.trim().length > 0, title);
      assert.deepEqual(target.datasource ?? SOURCE, SOURCE, title);
    }
  }
});

test('the panels fill the grid without lying on each other or hanging over its edge', () => {
  const { panels } = dashboard;
  for (const [index, { title, gridPos }] of panels.entries()) {
    const { x, y, w, h } = gridPos;
    assert.ok([x, y, w, h].every(Number.isInteger) && x >= 0 && y >= 0 && w > 0 && h > 1, title);
    assert.ok(x + w <= COLUMNS, `${title} ends at column ${x + w}`);
    for (const other of panels.slice(index + 1))
      assert.ok(!overlap(gridPos, other.gridPos), `${title} lies on ${other.title}`);
  }
});
