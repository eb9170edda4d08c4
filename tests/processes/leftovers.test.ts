/** A command that is killed just before its file gets its name leaves that file to nobody: the next one removes it. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../support/system.ts';

const ROOT = join(import.meta.dirname, '../..');
const MAIN = join(ROOT, 'src/main.ts');

/** Loaded first: whoever names a file is killed, or says so and stays. */
const insteadOfNaming = (then: string): string =>
  `data:text/javascript,${encodeURIComponent(`
    import fs from 'node:fs';
    import { syncBuiltinESMExports } from 'node:module';
    const instead = () => { ${then} };
    for (const of of [fs, fs.promises]) for (const name of Object.keys(of)) {
      if (/^(link|rename)(Sync)?$/.test(name)) of[name] = instead;
    }
    syncBuiltinESMExports();
  `)}`;
const KILLED = insteadOfNaming(`process.kill(process.pid, 'SIGKILL')`);
const HELD = insteadOfNaming(
  `fs.writeSync(1, 'held'); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)`,
);

const EXPORT = `
  import { exportDraw } from './src/cluster/export.ts';
  import { nodeDisk } from './src/store/disk.ts';
  import { MemoryLog } from './tests/cluster/memory-log.ts';
  import { hello, openServer } from './tests/cluster/support.ts';
  const log = new MemoryLog();
  const server = await openServer({ after() {} }, log.port());
  await server.say(hello(1));
  await exportDraw(log.port(), nodeDisk(), process.argv[1]);
  process.exit();`;

const commands: Readonly<Record<string, (dir: string) => string[]>> = {
  certs: (dir) => [MAIN, 'certs', '--agencies', '1', '--out', dir],
  data: (dir) => [MAIN, 'data', '--agencies', '1', '--bets', '10', '--out', dir],
  'data --missing': (dir) => [MAIN, 'data', '--missing', '--agencies', '1', '--bets', '10', '--out', dir],
  compose: (dir) => [MAIN, 'compose', join(dir, 'compose.yaml'), '1'],
  export: (dir) => ['--input-type=module', '-e', EXPORT, dir],
};

for (const [name, argumentsFor] of Object.entries(commands)) {
  test(`${name}: what a killed one left is gone after the next, what a living one writes is not`, async (t) => {
    const dir = temporaryFolder(t);
    const start = (first?: string) =>
      spawn(process.execPath, [...(first ? ['--import', first] : []), ...argumentsFor(dir)], {
        cwd: ROOT,
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { ...process.env, DATA: dir },
      });
    assert.deepEqual(await once(start(KILLED), 'exit'), [null, 'SIGKILL']);
    const left = readdirSync(dir);
    assert.ok(left.length > 0);

    const living = start(HELD);
    t.after(() => living.kill('SIGKILL'));
    await once(living.stdout, 'data');
    const written = readdirSync(dir).filter((file) => !left.includes(file));
    assert.ok(written.length > 0);
    // Somebody's own, which only looks like it.
    const own = ['notes.1.unfinished', 'notes.txt.4194305.abcdef.unfinished'];
    for (const file of own) writeFileSync(join(dir, file), '');

    const next = start();
    next.stdout.resume();
    assert.deepEqual(await once(next, 'exit'), [0, null]);
    const files = readdirSync(dir);
    for (const file of left) assert.ok(!files.includes(file), `${file} is still there`);
    for (const file of [...written, ...own]) assert.ok(files.includes(file), `${file} is gone`);
  });
}
