/** A demo of several servers looks at the engine that is there before it begins. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../support/system.ts';

const MAIN = join(import.meta.dirname, '../../src/main.ts');

test('a nats-server that is too old, or says no version, is named in one line, and nothing is started or made', (t) => {
  for (const [says, found] of [
    ['nats-server: v2.9.25', 'the nats-server on the PATH is 2.9.25'],
    ['nats-server: what?', 'there is no nats-server on the PATH'],
  ] as const) {
    const [path, cwd] = [temporaryFolder(t), temporaryFolder(t)];
    const program = join(path, 'nats-server');
    writeFileSync(program, `#!/bin/sh\necho '${says}'\n`);
    chmodSync(program, 0o755);
    const options = { cwd, env: { PATH: path }, encoding: 'utf8' } as const;
    const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, 'demo', '--servers', '3'], options);
    assert.equal(stderr.split(', and NATS_URL')[0], `quiniela: cannot run the demo with 3 servers: ${found}`);
    assert.match(stderr, /^[^\n]+ must be 2\.\d+\.\d+ or later[^\n]+\n$/);
    assert.deepEqual([status, stdout, readdirSync(cwd)], [2, '', []]);
  }
});
