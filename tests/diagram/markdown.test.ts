import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, mock, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createMachine } from 'xstate';
import { run } from '../../src/diagram/command.ts';
import { staleDiagrams, updateDiagrams } from '../../src/diagram/markdown.ts';

const door = createMachine({
  id: 'door',
  initial: 'shut',
  states: { shut: { on: { open: 'wide' } }, wide: {} },
});
const lamp = createMachine({ id: 'lamp', initial: 'off', states: { off: {} } });
const sources = { door, 'hall-lamp': lamp };

const EMPTY =
  '# A house\n<!-- diagram:door --><!-- /diagram:door -->\n$& and $1\n<!-- diagram:hall-lamp -->\nold\n<!-- /diagram:hall-lamp -->\n';

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

describe('quiniela diagram', () => {
  let folder = '';
  let file = '';
  const said: string[] = [];
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'diagram-'));
    file = join(folder, 'README.md');
    for (const stream of ['log', 'error'] as const)
      mock.method(console, stream, (line: string) => said.push(line));
  });
  after(async () => {
    mock.restoreAll();
    await rm(folder, { recursive: true });
  });

  test('--check names what is stale, exits with 1 and changes nothing', async () => {
    await writeFile(file, EMPTY);
    assert.equal(await run({ check: true, file }, sources), 1);
    assert.match(said.join('\n'), /the diagram of door is stale.*\n.*the diagram of hall-lamp is stale/);
    assert.equal(await readFile(file, 'utf8'), EMPTY);
  });

  test('writes what is stale, then --check exits with 0', async () => {
    assert.equal(await run({ check: false, file }, sources), 0);
    assert.equal(await readFile(file, 'utf8'), updateDiagrams(EMPTY, sources));
    assert.equal(await run({ check: true, file }, sources), 0);
  });

  test('a file that is not there exits with 1 and is named', async () => {
    const missing = join(folder, 'missing.md');
    assert.equal(await run({ check: true, file: missing }, sources), 1);
    assert.match(said.at(-1)!, /missing\.md: ENOENT/);
  });
});

const README = fileURLToPath(new URL('../../README.md', import.meta.url));

test('the diagrams of the README are as the machines are', async () => {
  assert.equal(await run({ check: true, file: README }), 0, 'run "make diagrams"');
});
