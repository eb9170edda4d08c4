import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { StateMachine } from 'xstate';
import { pageOf, ROOT, sectionOf } from './pages.ts';

const README = pageOf('README.md');

/** The lines that a reader sees before anything is scrolled. */
const FIRST_SCREEN = 25;

describe('README.md', () => {
  test('has at most 12,000 bytes', () => assert.ok(Buffer.byteLength(README.text) <= 12_000));

  test('its first screen shows the page and the two commands', () => {
    const first = README.text.split('\n').slice(0, FIRST_SCREEN).join('\n');
    assert.match(first, /!\[.+\]\(docs\/inspector\.png\)/);
    assert.match(first, /^make demo\b/m);
    assert.match(first, /^make up AGENCIES=5\b/m);
    assert.ok(statSync(join(ROOT, 'docs/inspector.png')).size <= 150_000);
  });

  test('says of every package what it is for, and of no other', () => {
    const read = (file: string) => JSON.parse(readFileSync(join(ROOT, file), 'utf8'));
    const { devDependencies } = read('package.json');
    const { optionalDependencies } = read('tools/node/package.json');
    const section = sectionOf(README, '## What it depends on');
    const named = [...section.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
    const packages = Object.keys({ ...devDependencies, ...optionalDependencies });
    assert.deepEqual(named.filter((name) => name !== 'quiniela').sort(), packages.sort());
  });
});

test('every promise of docs/proofs.md names its test', () => {
  const rows = pageOf('docs/proofs.md')
    .text.split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| promise |'));
  assert.ok(rows.length >= 27);
  for (const row of rows) assert.match(row, /^\| .+ \| .*\]\(\.\.\/tests\/.+ \| .+ \|$/, row);
});

test('the pages count what there is as it is', () => {
  const alerts = readFileSync(join(ROOT, 'docker/monitoring/alerts.yaml'), 'utf8').match(/ alert: /g) ?? [];
  assert.match(pageOf('docs/operations.md').text, new RegExp(`alerts\\.yaml\` \\(${alerts.length} alerts,`));
});

test('the tree of docs/architecture.md has every folder, and no other', () => {
  const tree = sectionOf(pageOf('docs/architecture.md'), '## The folders');
  const named = [...tree.matchAll(/^([\w/-]+)\/ /gm)].map(([, folder = '']) => folder);
  const foldersIn = (folder: string): string[] =>
    readdirSync(join(ROOT, folder), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => join(folder, name));
  const top = ['machines', 'tools', 'docker', 'compose-templates', 'docs', 'tests'];
  assert.deepEqual(named.sort(), [...top, ...foldersIn('machines'), ...foldersIn('src')].sort());
});

test('the tree of machines/README.md has every actor that a machine makes', async () => {
  const tree = sectionOf(pageOf('machines/README.md'), '## Who makes whom');
  const files = readdirSync(join(ROOT, 'machines'), { recursive: true, encoding: 'utf8' });
  const made = new Set<string>();
  for (const file of files.filter((name) => name.endsWith('.ts'))) {
    const all: Record<string, unknown> = await import(pathToFileURL(join(ROOT, 'machines', file)).href);
    for (const machine of Object.values(all).filter((one) => one instanceof StateMachine))
      for (const actor of Object.keys(machine.implementations.actors)) made.add(actor);
  }
  assert.ok(made.has('listener') && made.size > 15, [...made].join());
  for (const actor of made) assert.match(tree, new RegExp(`\\b${actor}\\b`), actor);
});

test('docs/ejercicios.md says how each exercise is run', () => {
  const page = pageOf('docs/ejercicios.md');
  const titles = [...page.text.matchAll(/^## Ejercicio (\d): .+$/gm)];
  assert.deepEqual(
    titles.map(([, number]) => number),
    ['1', '2', '3', '4', '5', '6', '7', '8'],
  );
  for (const [title] of titles) assert.match(sectionOf(page, title), /^(?:make \S|\.\/\S+\.sh)/m, title);
});

test('the three walks of docs/architecture.md open at most 20, 12 and 12 files', () => {
  const walks = sectionOf(pageOf('docs/architecture.md'), '## The three walks').split('### ').slice(1);
  const files = walks.map((walk) => [...walk.matchAll(/^\d+\. \[`[^`]+`\]/gm)].length);
  assert.equal(files.length, 3);
  for (const [index, most] of [20, 12, 12].entries()) assert.ok(0 < files[index]! && files[index]! <= most);
});
