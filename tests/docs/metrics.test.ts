/** What is told to whoever watches: the page has a line for each, and promises no other. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { alertRules, dashboardPanels } from '../metrics/prometheus.ts';
import { pageOf, ROOT } from './pages.ts';

const METRICS = join(ROOT, 'src/metrics');

const namesIn = (text: string): string[] => [...new Set(text.match(/\bquiniela_[a-z_]+[a-z]/g))].sort();

const told = namesIn(
  readdirSync(METRICS)
    .map((file) => readFileSync(join(METRICS, file), 'utf8'))
    .join('\n'),
);

test('the page names each metric, and no other', () => {
  assert.ok(told.length > 20);
  assert.deepEqual(namesIn(pageOf('docs/operations.md').text), told);
});

test('alerts and dashboard ask for what is told', () => {
  const asked = [
    ...alertRules().map(({ expr }) => expr),
    ...dashboardPanels().flatMap(({ targets }) => targets.map(({ expr }) => expr)),
  ];
  const names = namesIn(asked.join('\n').replaceAll(/_(?:bucket|count)\b/g, ''));
  assert.ok(names.length > 20);
  assert.deepEqual(
    names.filter((name) => !told.includes(name)),
    [],
  );
});
