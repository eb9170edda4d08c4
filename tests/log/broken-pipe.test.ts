import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { logLine } from './helpers.ts';

const cwd = new URL('../..', import.meta.url);

const PRELUDE = `
  import { writeSync, truncateSync } from 'node:fs';
  import { createLog } from './src/log/log.ts';
  const log = await createLog({ level: 'INFO', format: process.env.FORMAT ?? 'text' });
  const line = (details) => log.log({ level: 'info', action: 'test', result: 'success', details });`;

function child(script: string, env: Record<string, string> = {}): ChildProcess {
  return spawn(process.execPath, ['--input-type=module', '-e', PRELUDE + script], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

for (const format of ['text', 'json']) {
  test(`a process survives that the reader of its ${format} log goes away`, async () => {
    const process_ = child(
      `let n = 0;
       const timer = setInterval(() => {
         for (let i = 0; i < 100; i += 1) line({ n: n++ });
         if (n === 5_000) { clearInterval(timer); writeSync(2, 'still alive'); }
       }, 2);`,
      { FORMAT: format },
    );
    const errors = text(process_.stderr as NodeJS.ReadableStream & AsyncIterable<Buffer>);
    const exit = once(process_, 'exit');
    await once(process_.stdout as NodeJS.ReadableStream & NodeJS.EventEmitter, 'data');
    process_.stdout?.destroy();
    assert.deepEqual(await exit, [0, null]);
    assert.equal(await errors, 'still alive');
  });
}

test('a process survives that it has no stdout at all, or a full disk behind it', () => {
  const script = `${PRELUDE} for (let i = 0; i < 100; i += 1) line({ i }); writeSync(2, 'still alive');`;
  for (const target of ['>&-', ...(existsSync('/dev/full') ? ['>/dev/full'] : [])]) {
    const command = `exec "$0" --input-type=module -e "$1" ${target}`;
    const { status, stderr } = spawnSync('sh', ['-c', command, process.execPath, script], {
      cwd,
      encoding: 'utf8',
    });
    assert.deepEqual([status, stderr], [0, 'still alive'], target);
  }
});

test('every line arrives whole through a non-blocking pipe that is full for a while', async () => {
  // Node makes a pipe non-blocking as soon as somebody uses process.stdout.
  const process_ = child(
    `process.stdout;
     for (let n = 0; n < 5_000; n += 1) line({ n, text: 'ñandú '.repeat(n % 40) });
     writeSync(2, 'done');`,
  );
  const stdout = process_.stdout as NodeJS.ReadableStream & AsyncIterable<Buffer>;
  // Nobody reads before all of it is written.
  const [said] = await once(process_.stderr as NodeJS.ReadableStream & NodeJS.EventEmitter, 'data');
  assert.equal(String(said), 'done');
  const lines = (await text(stdout)).split('\n');
  assert.equal(lines.pop(), '');
  assert.equal(lines.length, 5_000);
  lines.forEach((line, n) => {
    assert.match(line, logLine);
    assert.ok(line.includes(` | n: ${n} | text: ${'ñandú '.repeat(n % 40)}`.trimEnd()));
  });
});

test('after half a line was lost, the next one stands on a line of its own, and what was lost is counted', () => {
  const dir = mkdtempSync(join(tmpdir(), 'quiniela-log-'));
  try {
    const file = join(dir, 'log');
    // The shell's limit on the size of files cuts the second line, as a full disk does.
    const script = `${PRELUDE}
      line({ text: 'a'.repeat(500) });
      line({ text: 'b'.repeat(700) });
      line({ text: 'lost' });
      truncateSync(process.env.LOG_FILE, 700);
      line({ text: 'c' });
      line({ text: 'd' });`;
    const command = `trap '' XFSZ; ulimit -f 1; exec "$0" --input-type=module -e "$1" >>"$LOG_FILE"`;
    const { status, stderr } = spawnSync('bash', ['-c', command, process.execPath, script], {
      cwd,
      // bash complains of a locale that this machine does not have.
      env: { ...process.env, LC_ALL: 'C', LOG_FILE: file },
      encoding: 'utf8',
    });
    assert.deepEqual([status, stderr], [0, '']);
    const [first, torn, ...rest] = readFileSync(file, 'utf8').split('\n');
    assert.match(first ?? '', /text: a{500}$/);
    assert.match(torn ?? '', /^\d{4}-.*b+$/);
    assert.deepEqual(
      rest.map((line) => line.replace(/^.* \| result: (success \| )?/, '')),
      ['text: c', 'fail | lost: 2 | error: the log was not read, or could not be written', 'text: d', ''],
    );
  } finally {
    rmSync(dir, { recursive: true });
  }
});
