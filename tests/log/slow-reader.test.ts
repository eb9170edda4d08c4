/** A log's reader that stops holds nobody up: lines wait in bounded memory, then are lost and counted. */
import assert from 'node:assert/strict';
import { constants, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { LogOutput } from '../../src/log/log-output.ts';
import { makeBets } from '../support/bets.ts';
import { greet } from '../support/peer.ts';
import { makeFifo } from '../support/plant.ts';
import { Program, STOP_MS } from '../support/program.ts';
import { freePort, temporaryFolder, until } from '../support/system.ts';
import { logLine } from './helpers.ts';

/** A FIFO with a reader that reads only what it is told to. */
const fifo = (t: TestContext) => {
  const path = makeFifo(join(temporaryFolder(t), 'log'));
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const chunk = Buffer.alloc(1024 * 1024);
  /** All that is there. */
  const read = (): string => {
    let text = '';
    for (;;) {
      try {
        const length = readSync(reader, chunk);
        if (length === 0) return text;
        text += chunk.toString('utf8', 0, length);
      } catch {
        return text; // EAGAIN
      }
    }
  };
  return { path, read };
};

const wait = () => new Promise((resolve) => setTimeout(resolve, 5));

test('lines that find no room are lost and counted; the others arrive whole and in order', async (t) => {
  const { path, read } = fifo(t);
  const lost: number[] = [];
  const output = new LogOutput(openSync(path, 'w'), (lines) => lost.push(lines), 100_000);
  const before = performance.now();
  for (let n = 0; n < 5_000; n++) output.write(`line ${n} ${'x'.repeat(90)}\n`);
  output.write(`two ${'x'.repeat(90)}\nlines\n`);
  assert.ok(performance.now() - before < 2_000, 'nobody is waited for');
  let text = '';
  while (lost.length === 0) {
    text += read();
    await wait();
  }
  text += read();
  const lines = text.trimEnd().split('\n');
  lines.forEach((line, n) => {
    assert.equal(line, `line ${n} ${'x'.repeat(90)}`);
  });
  assert.deepEqual(lost, [5_002 - lines.length]);
  assert.ok(lines.length > 1_000);
});

/** A server whose log nobody reads: a pipe, or the socket that Node's own child processes have. */
const KINDS = ['pipe', 'socket'] as const;

test('a server whose log is not read serves on, ends in time, and says what it had to say', async (t) => {
  for (const kind of KINDS) {
    const { path, read } = fifo(t);
    const port = await freePort();
    const env = {
      SERVER_PORT: `${port}`,
      SERVER_HOST: '127.0.0.1',
      STORE_DIR: join(temporaryFolder(t), 'draw'),
    };
    const program = new Program(
      ['server'],
      env,
      kind === 'pipe' ? { shell: `exec "$0" "$@" > ${path}` } : {},
    );
    t.after(() => program.kill());
    if (kind === 'socket') program.stopReading();
    await until(() => isListening(port), `a server on port ${port}`);
    const peer = await greet(port, 1, /^WELCOME:/);
    // A log line for each batch of one bet: far more than a pipe holds.
    const rows = makeBets(1, 3_000);
    for (const [at, row] of rows.entries()) peer.send(`BATCH:${at}:${row.join(',')}\n`);
    for (const at of rows.keys()) await peer.expectLine(`STORED:${at + 1}`);
    program.signal('SIGTERM');
    await peer.expectLine(/^ERROR:SHUTTING_DOWN/);
    peer.end();
    if (kind === 'socket') await program.expectExit(0, STOP_MS);
    else {
      let text = '';
      while (!program.hasExited) {
        text += read();
        await wait();
      }
      const lines = (text + read()).trimEnd().split('\n');
      for (const line of lines) assert.match(line, logLine);
      assert.equal(lines.filter((line) => line.includes('apuesta_recibida')).length, rows.length);
      assert.match(lines.at(-1)!, /resource: journal.ndjson/);
    }
  }
});

const isListening = (port: number): Promise<boolean> =>
  greet(port, 2, /./).then(
    (peer) => {
      peer.destroy();
      return true;
    },
    () => false,
  );
