import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** An action or guard of a machine, and a wrong event or value that it is wired to. */
const WRONG: readonly { what: string; file: string; find: string; put: string }[] = [
  {
    what: 'an agency is noted as waiting when the store is full',
    file: 'machines/server/serving.ts',
    find: "'store.saturated': { actions: { type: 'tellAll', params: { type: 'flow.pause' } } }",
    put: "'store.saturated': { actions: { type: 'noteWaiting', params: ({ event }) => event } }",
  },
  {
    what: 'a session is closed by an event that has no session',
    file: 'machines/server/server.ts',
    find: "'uploads.finished': { actions: { type: 'noteFinished', params: ({ event }) => event } }",
    put: "'uploads.finished': { actions: { type: 'closeSession', params: ({ event }) => event } }",
  },
  {
    what: 'an order that no connection knows',
    file: 'machines/server/serving.ts',
    find: "params: { type: 'flow.resume' }",
    put: "params: { type: 'flow.resumed' }",
  },
  {
    what: 'an action without its params',
    file: 'machines/agency/fleet.ts',
    find: "{ type: 'noteEnd', params: EXIT_FAILED }",
    put: "'noteEnd'",
  },
];

/** The machines alone, each wrong one as a copy beside its original: what the compiler says of them. */
function compile(folder: string): string {
  cpSync(join(ROOT, 'machines'), join(folder, 'machines'), { recursive: true });
  for (const file of ['node_modules', 'tsconfig.json', 'package.json'])
    symlinkSync(join(ROOT, file), join(folder, file));
  for (const [index, { file, find, put }] of WRONG.entries()) {
    const source = readFileSync(join(ROOT, file), 'utf8');
    assert.ok(source.includes(find), `${file} has no ${find}`);
    writeFileSync(join(folder, copyOf(file, index)), source.replace(find, put));
  }
  writeFileSync(join(folder, 'wiring.json'), '{ "extends": "./tsconfig.json", "include": ["machines"] }');
  const { stdout } = spawnSync(join(ROOT, 'node_modules/.bin/tsc'), ['-p', 'wiring.json', '--noEmit'], {
    cwd: folder,
    encoding: 'utf8',
  });
  return stdout;
}

const copyOf = (file: string, index: number): string => join(dirname(file), `wrong-${index}.ts`);

describe('a wrong wiring does not compile', () => {
  const folder = mkdtempSync(join(tmpdir(), 'quiniela-wiring-'));
  after(() => rmSync(folder, { recursive: true }));
  const said = compile(folder);

  for (const [index, { what, file }] of WRONG.entries()) {
    test(what, () => assert.match(said, new RegExp(`^${copyOf(file, index)}\\(.*error TS`, 'm')));
  }

  test('and nothing else fails', () => {
    const errors = said.split('\n').filter((line) => line.includes('error TS'));
    assert.deepEqual(
      errors.filter((line) => !line.includes('/wrong-')),
      [],
    );
  });
});
