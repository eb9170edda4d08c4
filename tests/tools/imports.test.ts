/** What the program imports stands in the README's table, and in the bundle; what only builds it is imported in tools/. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pageOf, sectionOf } from '../docs/pages.ts';

const ROOT = join(import.meta.dirname, '../..');
const { dependencies, devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

/** The packages of the README's table: of the program, not of those who develop it; the Node of a clone is none. */
const named = sectionOf(pageOf('README.md'), '## What it depends on')
  .split('\n')
  .filter((line) => line.startsWith('| `') && !line.startsWith('| `node-'))
  .flatMap((line) => [...line.split('|')[1]!.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name));

/** The bundle has its result in this file's place (tools/bundled-assets.ts). */
const DOOR = 'src/inspector/hub/assets.ts';

/** What `--version` says. */
const VERSION = '../../package.json';

const IMPORT = /(?:^(?:import|export|\})[^'\n]*?\bfrom |\bimport\(|^import )'(?<name>[^']+)'/gm;

type Import = { file: string; name: string };

/** Types are gone before anything runs, and the page's script is made by tools/. */
const importsOf = (folder: string): Import[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.startsWith('inspector/page/'))
    .flatMap((name) => {
      const file = join(folder, name);
      const source = readFileSync(join(ROOT, file), 'utf8').replace(/^(?:import|export) type [^;]*;/gm, '');
      return [...source.matchAll(IMPORT)].map(({ groups }) => ({ file, name: groups!.name! }));
    });

const packageOf = (name: string): string => name.split('/', name.startsWith('@') ? 2 : 1).join('/');

const imports = ['machines', 'src'].flatMap(importsOf);
const packages = imports.filter(({ name }) => !name.startsWith('.') && !name.startsWith('node:'));

test('what the program imports is what the README says, and is pinned', () => {
  assert.deepEqual([...new Set(packages.map(({ name }) => packageOf(name)))].sort(), named.sort());
  assert.deepEqual(
    named.filter((name) => !Object.hasOwn(devDependencies, name)),
    [],
  );
});

test('the bundle holds them all: who installs the program installs nothing else', () => {
  assert.equal(
    dependencies,
    undefined,
    'npm would install them beside the bundle: they are devDependencies here',
  );
});

test('what builds the program is reached through one door, which the bundle closes', () => {
  const outside = imports.filter(
    ({ file, name }) =>
      name.startsWith('.') && name !== VERSION && !/^(?:src|machines)\//.test(join(file, '..', name)),
  );
  assert.deepEqual(outside, [{ file: DOOR, name: '../../../tools/inspector-assets.ts' }]);
});

/** What is loaded with a file before anything runs: dynamic imports are not. */
const loadedWith = (file: string, found = new Set<string>()): Set<string> => {
  if (found.has(file)) return found;
  found.add(file);
  const source = readFileSync(join(ROOT, file), 'utf8').replace(/^(?:import|export) type [^;]*;/gm, '');
  for (const { groups } of source.matchAll(IMPORT)) {
    const { name = '' } = groups ?? {};
    if (name.startsWith('.') && !source.includes(`import('${name}')`))
      loadedWith(join(file, '..', name), found);
  }
  return found;
};

test('an agency makes no chart but that of its mode: a chart is made when its file is loaded', () => {
  const charts = ['agency', 'echo', 'fleet'].map((name) => `machines/agency/${name}.ts`);
  const chartsOf = (file: string) => charts.filter((chart) => loadedWith(file).has(chart));
  assert.deepEqual(chartsOf('src/commands/agency.ts'), []);
  assert.deepEqual(chartsOf('src/wiring/agency.ts'), ['machines/agency/agency.ts']);
  assert.deepEqual(chartsOf('src/wiring/echo.ts'), ['machines/agency/echo.ts']);
});
