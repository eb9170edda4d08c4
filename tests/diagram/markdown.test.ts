import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, mock, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createMachine } from 'xstate';
import { updateConfigTable } from '../../tools/diagrams/config-table.ts';
import { staleDiagrams, updateDiagrams } from '../../tools/diagrams/markdown.ts';
import { writePages } from '../../tools/diagrams/pages.ts';

const door = createMachine({
  id: 'door',
  initial: 'shut',
  states: { shut: { on: { open: 'wide' } }, wide: {} },
});
const lamp = createMachine({ id: 'lamp', initial: 'off', states: { off: {} } });
const sources = { door, 'hall-lamp': lamp };

const EMPTY =
  '# A house\n<!-- diagram:door --><!-- /diagram:door -->\n$& and $1\n<!-- diagram:hall-lamp -->\nold\n<!-- /diagram:hall-lamp -->\n';
const NO_KEYS = '# Keys\n<!-- config --><!-- /config -->\n';

describe('updateDiagrams', () => {
  const written = updateDiagrams(EMPTY, sources);

  test('writes each machine between its markers, and leaves the rest', () => {
    assert.equal(
      written,
      [
        '# A house',
        '<!-- diagram:door -->',
        '```mermaid',
        'stateDiagram-v2',
        '  [*] --> shut',
        '  shut --> wide : open',
        '```',
        '<!-- /diagram:door -->',
        '$& and $1',
        '<!-- diagram:hall-lamp -->',
        '```mermaid',
        'stateDiagram-v2',
        '  [*] --> off',
        '```',
        '<!-- /diagram:hall-lamp -->',
        '',
      ].join('\n'),
    );
  });

  test('written again, changes nothing', () => assert.equal(updateDiagrams(written, sources), written));

  test('a diagram is stale when its machine has changed', () => {
    assert.deepEqual(staleDiagrams(written, sources), []);
    assert.deepEqual(staleDiagrams(EMPTY, sources), ['door', 'hall-lamp']);
    assert.deepEqual(staleDiagrams(written.replace('open', 'opened'), sources), ['door']);
  });

  test('a marker without a machine, a machine without a marker, and half a marker are errors', () => {
    assert.throws(() => updateDiagrams(EMPTY, { door }), /no machine is called "hall-lamp", only door/);
    assert.throws(() => updateDiagrams('# A house', { door }), /"door" has no place: <!-- diagram:door -->/);
    assert.throws(
      () => updateDiagrams('<!-- diagram:door -->', { door }),
      /without its counterpart: <!-- diagram:door -->/,
    );
  });
});

describe('the pages', () => {
  let folder = '';
  let charts = '';
  let keys = '';
  const said: string[] = [];
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'diagram-'));
    charts = join(folder, 'statecharts.md');
    keys = join(folder, 'configuration.md');
    for (const stream of ['log', 'error'] as const)
      mock.method(console, stream, (line: string) => said.push(line));
  });
  after(async () => {
    mock.restoreAll();
    await rm(folder, { recursive: true });
  });

  test('a check names what is stale, answers 1 and changes nothing', async () => {
    await writeFile(charts, EMPTY);
    await writeFile(keys, NO_KEYS);
    assert.equal(await writePages({ check: true, folder }, sources), 1);
    assert.match(
      said.join('\n'),
      /the diagram of door is stale.*\n.*the diagram of hall-lamp is stale.*\n.*the configuration table is stale/,
    );
    assert.equal(await readFile(charts, 'utf8'), EMPTY);
    assert.equal(await readFile(keys, 'utf8'), NO_KEYS);
  });

  test('writes what is stale, then a check answers 0', async () => {
    assert.equal(await writePages({ check: false, folder }, sources), 0);
    assert.equal(await readFile(charts, 'utf8'), updateDiagrams(EMPTY, sources));
    assert.equal(await readFile(keys, 'utf8'), updateConfigTable(NO_KEYS));
    assert.equal(await writePages({ check: true, folder }, sources), 0);
  });

  test('a page without a place for its table makes it 1, and is written no further', async () => {
    await writeFile(keys, '# Keys\n');
    assert.equal(await writePages({ check: false, folder }, sources), 1);
    assert.match(said.at(-1)!, /configuration\.md: the configuration table has no place/);
    assert.equal(await readFile(keys, 'utf8'), '# Keys\n');
  });

  test('a page that is not there makes it 1 and is named', async () => {
    await rm(keys);
    assert.equal(await writePages({ check: true, folder }, sources), 1);
    assert.match(said.at(-1)!, /configuration\.md: ENOENT/);
  });
});

const DOCS = fileURLToPath(new URL('../../docs', import.meta.url));

test('the diagrams and tables of docs are as the code is', async () => {
  assert.equal(await writePages({ check: true, folder: DOCS }), 0, 'run "make diagrams"');
});
