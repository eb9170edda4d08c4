/** Whoever starts a program may take from it what others have: its terminal, its folder, a stream, the clock. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { makeBets, writeAgencyFile } from '../support/bets.ts';
import { isThere } from '../support/is-there.ts';
import { greet } from '../support/peer.ts';
import { Program, STOP_MS } from '../support/program.ts';
import { agencyEnvironment, freePort, startServer, temporaryFolder, until } from '../support/system.ts';

const ROOT = join(import.meta.dirname, '../..');
const QUINIELA = join(ROOT, 'quiniela');

/** Calls the server, which only answers if it goes on. */
const callOn = async (port: number): Promise<void> => (await greet(port, 1, /^WELCOME:/)).destroy();

test('a terminal that is closed ends a server, an agency, a fleet and an echo client as SIGTERM does', async (t) => {
  const data = temporaryFolder(t);
  for (const agency of [1, 2]) writeAgencyFile(data, agency, makeBets(agency, 1));
  const nobody = await freePort();
  const calling = (env: Record<string, string>): Program => {
    const program = new Program(['agency'], agencyEnvironment({ port: nobody, data, env }));
    t.after(() => program.kill());
    return program;
  };
  const { program: server } = await startServer(t);
  const clients = [calling({}), calling({ CLI_ID: '1-2' }), calling({ AGENCY_MODE: 'echo' })];
  for (const client of clients) await client.line('action: connect | result: fail');
  for (const program of [server, ...clients]) {
    program.signal('SIGHUP');
    // The kernel and the shell both say so.
    program.signal('SIGHUP');
    await program.expectExit(0, STOP_MS);
    assert.equal(program.count('action: signal_received | result: success | signal: SIGTERM'), 1);
  }
});

test('with nohup a closed terminal ends nothing, and SIGTERM does', async (t) => {
  const { program, port } = await startServer(t, { shell: `shift; exec nohup '${QUINIELA}' "$@"` });
  program.signal('SIGHUP');
  await callOn(port);
  program.signal('SIGTERM');
  await program.expectExit(0, STOP_MS);
});

test('what make starts knows of nohup, and only then', () => {
  const args = ['-C', ROOT, '--no-print-directory', '--eval', 'told: ; @echo "[$$QUINIELA_NOHUP]"', 'told'];
  const said = (command: string, ...more: string[]): string =>
    execFileSync(command, [...more, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  assert.equal(said('nohup', 'make'), '[yes]\n');
  assert.equal(said('make'), '[]\n');
});

/** In a folder that is removed before the program begins. */
const fromNowhere = (t: TestContext): string => {
  const gone = join(temporaryFolder(t), 'gone');
  mkdirSync(gone);
  return `cd '${gone}' && rmdir '${gone}' && exec "$0" "$@"`;
};

test('in a folder that was removed a draw elsewhere is served and mended', async (t) => {
  const { program, port, dir } = await startServer(t, { shell: fromNowhere(t) });
  await callOn(port);
  program.signal('SIGTERM');
  await program.expectExit(0, STOP_MS);
  const recover = new Program(['recover', dir], {}, { shell: fromNowhere(t) });
  await recover.expectExit(0);
});

test('what cannot be done in a folder that was removed is refused in one line', async (t) => {
  for (const args of [['demo'], ['compose', 'x.yaml', '2']]) {
    const program = new Program(args, {}, { shell: fromNowhere(t) });
    assert.deepEqual(await program.exited, { code: 2, signal: null });
    assert.match(program.stderr, /^quiniela: cannot work in this folder: it was removed.*\n$/);
  }
});

test('without standard error an answer is given all the same', () => {
  const { status, stdout } = spawnSync('sh', ['-c', '"$0" --version 2>&-', QUINIELA], { encoding: 'utf8' });
  assert.deepEqual([status, stdout], [0, '0.1.0\n']);
});

test('a clock that stands still or is set back keeps no process that nobody listens to', async (t) => {
  const { program, port } = await startServer(t, {
    env: { NODE_OPTIONS: '--import=data:text/javascript,globalThis.at=1e12;Date.now=()=>at--' },
  });
  program.stopReading();
  const peer = await greet(port, 1, /^WELCOME:/);
  const rows = makeBets(1, 3_000);
  for (const [at, row] of rows.entries()) peer.send(`BATCH:${at}:${row.join(',')}\n`);
  for (const at of rows.keys()) await peer.expectLine(`STORED:${at + 1}`);
  program.signal('SIGTERM');
  await until(() => !isThere(program.pid), 'its end', STOP_MS);
});

test('where few files may be open strangers keep no agency out, and the draw has its own', async (t) => {
  const data = temporaryFolder(t);
  writeAgencyFile(data, 1, makeBets(1, 300));
  const few = { shell: 'ulimit -n 64; exec "$0" "$@"' };
  const { program, port } = await startServer(t, {
    ...few,
    agencies: 1,
    env: { SERVER_IDENTIFY_TIMEOUT: '1h' },
  });
  await program.line(
    'only 64 files open (ulimit -n), and needs 82 for its agencies and strangers beside them',
  );
  const silent = Array.from({ length: 100 }, () =>
    connect(port, '127.0.0.1')
      .on('error', () => {})
      .resume(),
  );
  t.after(() => silent.map((socket) => socket.destroy()));
  await until(() => silent.every(({ connecting }) => !connecting), 'strangers, more than files');
  const agency = new Program(['agency'], agencyEnvironment({ port, data }));
  t.after(() => agency.kill());
  await agency.expectExit(0);
  await program.expectExit(0);
});

test('a fleet that may open too few files says at its start how many it needs', async (t) => {
  const data = temporaryFolder(t);
  const env = agencyEnvironment({ port: await freePort(), data, env: { CLI_ID: '1-100' } });
  const fleet = new Program(['agency'], env, { shell: 'ulimit -n 64; exec "$0" "$@"' });
  t.after(() => fleet.kill());
  await fleet.line('only 64 files open (ulimit -n), and needs 248 for 100 agencies');
});

test('how long a name is looked up is bounded, unless the user has said how long', async (t) => {
  const lookedUp = async (env: Record<string, string>): Promise<string> => {
    const NODE_OPTIONS =
      "--import=data:text/javascript,process.on('exit',()=>console.error('['+process.env.RES_OPTIONS+']'))";
    // Without its file it ends before it calls anybody.
    const options = { port: 1, data: temporaryFolder(t), env: { NODE_OPTIONS, ...env } };
    const agency = new Program(['agency'], agencyEnvironment(options));
    t.after(() => agency.kill());
    assert.equal((await agency.exited).code, 2);
    return agency.stderr;
  };
  assert.match(await lookedUp({}), /^\[timeout:\d+ attempts:\d+\]\n$/);
  assert.equal(await lookedUp({ RES_OPTIONS: 'timeout:7' }), '[timeout:7]\n');
});
