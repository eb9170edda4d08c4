/** A FIFO, a device or a socket where a file should be is refused by its name before anything waits for it. */
import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { makeFifo } from '../support/plant.ts';
import { type Environment, Program } from '../support/program.ts';
import {
  agencyEnvironment,
  freePort,
  launchServer,
  startServer,
  temporaryFolder,
} from '../support/system.ts';

const run = async (t: TestContext, args: readonly string[], env: Environment = {}): Promise<Program> => {
  const program = new Program(args, env);
  t.after(() => program.kill());
  await program.exited;
  return program;
};

const expectRefusal = async (program: Program, path: string) => {
  assert.deepEqual(await program.exited, { code: 2, signal: null });
  const said = `${program.stderr}\n${program.lines.join('\n')}`;
  assert.ok(said.includes(`cannot use "${path}": it is a`), said);
  assert.ok(!/^ +at /m.test(said), said);
};

test('no configuration, data, store, recording or replay is read from what is no file', async (t) => {
  const folder = temporaryFolder(t);
  const fifo = makeFifo(join(folder, 'fifo'));
  const socket = join(folder, 'socket');
  const listener = createServer().listen(socket);
  t.after(() => listener.close());
  symlinkSync('/dev/zero', join(folder, 'device'));

  for (const path of [fifo, socket, join(folder, 'device')]) {
    await expectRefusal(await run(t, ['server', '--config', path]), path);
  }
  await expectRefusal(await run(t, ['agency', '--config', fifo]), fifo);
  await expectRefusal(await run(t, ['inspector', '--replay', fifo]), fifo);
  await expectRefusal(await run(t, ['status', '--file', fifo]), fifo);
  await expectRefusal(await run(t, ['up', '--written', fifo]), fifo);
});

test('no certificate and no credentials are read from what is no file', async (t) => {
  const folder = temporaryFolder(t);
  const fifo = makeFifo(join(folder, 'ca.pem'));
  await expectRefusal(await run(t, ['certs', '--out', folder]), fifo);
  const engine = { STORE_URL: 'nats://127.0.0.1:1', STORE_CREDS: fifo };
  await expectRefusal(await run(t, ['server'], { ...engine, DRAW_NAME: 'one' }), fifo);
  const args = ['--from', engine.STORE_URL, '--draw', 'one', '--creds', fifo, join(folder, 'draw')];
  await expectRefusal(await run(t, ['export', ...args]), fifo);
});

test('a file of gigabytes in the place of a small one is refused before it is read', async (t) => {
  const folder = temporaryFolder(t);
  const large = (name: string): string => {
    const path = join(folder, name);
    writeFileSync(path, '');
    truncateSync(path, 3 * 1024 ** 3);
    return path;
  };
  const expectTooLarge = async (path: string, args: readonly string[], env: Environment = {}) => {
    const program = await run(t, args, env);
    assert.equal((await program.exited).code, 2);
    const said = `${program.stderr}\n${program.lines.join('\n')}`;
    assert.match(said, /it has 3221225472 bytes, at most \d+ are read/);
    assert.ok(said.includes(path), said);
  };
  const ca = large('ca.pem');
  await expectTooLarge(ca, ['server', '--config', ca]);
  await expectTooLarge(ca, ['certs', '--out', folder]);
  const tls = { TLS_CERT: ca, TLS_KEY: ca, TLS_CA: ca };
  await expectTooLarge(ca, ['server'], { ...tls, SERVER_PORT: '0', STORE_DIR: join(folder, 'draw') });
  const draw = large('agency-1.draw');
  await expectTooLarge(draw, ['agency', '--id', '1'], { CLI_RECEIPTS: folder, CLI_DATA: folder });
});

test('a draw is not stored in a FIFO, nor checked in one', async (t) => {
  for (const name of ['bets.csv', 'journal.ndjson']) {
    const dir = join(temporaryFolder(t), 'draw');
    mkdirSync(dir);
    const path = makeFifo(join(dir, name));
    await expectRefusal(launchServer(t, { dir }).program, path);
    // Without a journal there is nothing to check.
    if (name === 'journal.ndjson') await expectRefusal(await run(t, ['verify', dir]), path);
  }
});

test("a folder in the place of a draw's file is refused by every command, and nothing is taken for damage", async (t) => {
  for (const name of ['bets.csv', 'journal.ndjson']) {
    const { dir, program: server } = await startServer(t);
    server.signal('SIGTERM');
    await server.expectExit(0);
    const path = join(dir, name);
    rmSync(path);
    mkdirSync(path);
    await expectRefusal(launchServer(t, { dir }).program, path);
    for (const args of [
      ['verify', dir],
      ['recover', '--force', dir],
      ['reset', '--agency', '1', dir],
    ]) {
      await expectRefusal(await run(t, args), path);
    }
    assert.deepEqual(readdirSync(dir).sort(), ['bets.csv', 'journal.ndjson']);
  }
});

test('an agency, alone or in a fleet, and the demo name the FIFO that should be its file', async (t) => {
  const data = temporaryFolder(t);
  makeFifo(join(data, 'agency-1.csv'));
  for (const id of ['1', '1-1']) {
    const env = { ...agencyEnvironment({ port: await freePort(), data }), CLI_ID: id };
    const program = await run(t, ['agency'], env);
    await program.line(/agency-1\.csv/);
    assert.equal((await program.exited).code, 2);
  }
  const receipts = temporaryFolder(t);
  makeFifo(join(receipts, 'agency-1.draw'));
  const env = { CLI_RECEIPTS: receipts, CLI_DATA: data };
  await expectRefusal(await run(t, ['agency', '--id', '1'], env), join(receipts, 'agency-1.draw'));
  const demo = await run(t, ['demo', '--agencies', '1', '--data', data]);
  assert.equal((await demo.exited).code, 2);
  assert.match(demo.stderr, /agency-1\.csv": it is a FIFO/);
});

test('a recording into a FIFO is refused, and the server runs on', async (t) => {
  const fifo = makeFifo(join(temporaryFolder(t), 'fifo'));
  const { program } = await startServer(t, { env: { INSPECT_FILE: fifo } });
  program.signal('SIGTERM');
  assert.deepEqual(await program.exited, { code: 0, signal: null });
  assert.match(program.stderr, /cannot record to .*FIFO/);
  assert.ok(existsSync(fifo));
});
