/** What cannot work ends with exit code 2, or 1 if a restart may help, and one clear line: no stack, and nothing half done. */
import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeBets, writeAgencyFile } from '../support/bets.ts';
import { FakeServer } from '../support/fake-server.ts';
import type { Peer } from '../support/peer.ts';
import { type Environment, Program } from '../support/program.ts';
import {
  agencyEnvironment,
  launchServer,
  startAgency,
  startServer,
  temporaryFolder,
} from '../support/system.ts';

/** It ends with 2, has logged nothing, and says why in this one line. */
const expectRefusal = async (program: Program, reason: RegExp): Promise<void> => {
  assert.deepEqual(await program.exited, { code: 2, signal: null });
  assert.match(program.stderr, /^quiniela: [^\n]+\n$/);
  assert.match(program.stderr, reason);
  assert.deepEqual(program.lines, []);
};

test('a bad configuration of the server names key, value, place and what is allowed', async (t) => {
  const cases: readonly [Environment, RegExp][] = [
    [
      { SERVER_PORT: 'abc' },
      /SERVER_PORT is "abc" \(the variable SERVER_PORT\), must be a whole number from 0 to 65535/,
    ],
    [{ LOGGING_LEVEL: 'LOUD' }, /LOGGING_LEVEL is "LOUD".*must be one of/],
    [{ SERVER_FRAME_TIMEOUT: '10' }, /SERVER_FRAME_TIMEOUT is "10".*must be a duration/],
    [{ SERVER_IDLE_TIMEOUT: '0' }, /SERVER_IDLE_TIMEOUT is "0"/],
  ];
  for (const [env, reason] of cases) {
    const { program, dir } = launchServer(t, { env });
    await expectRefusal(program, reason);
    assert.ok(!existsSync(dir), 'no folder is made');
  }
});

const EXPORT = ['export', '/proc/no', '--from', 'nats://127.0.0.1:1', '--draw', '1'];

test('a bad option of a command names it, its value and what is allowed', async () => {
  const cases: readonly [string[], RegExp][] = [
    [['echo', '--port', 'x'], /ask an echo server: --port is "x", must be a whole number from 0 to 65535/],
    [['echo', '--timeout', '2s'], /ask an echo server: --timeout is "2s", must be a whole number from 0/],
    [['inspector', '--port', '70000'], /start the inspector: --port is "70000", must be a whole number/],
    [[...EXPORT, '--cert', 'x'], /cannot export: --key is missing: --cert and --key go together/],
    [[...EXPORT, '--key', 'x'], /cannot export: --cert is missing: --cert and --key go together/],
    [['inspector', '--allow-host', 'a b'], /start the inspector: --allow-host is "a b", must be a host name/],
  ];
  for (const [args, reason] of cases) await expectRefusal(new Program(args), reason);
});

test('a configuration file that is not there, or no YAML, is named', async (t) => {
  const file = join(temporaryFolder(t), 'server.yaml');
  await expectRefusal(new Program(['server', '--config', file]), /server\.yaml.*it does not exist/);
  writeFileSync(file, 'SERVER_PORT: [1\n');
  await expectRefusal(new Program(['server', '--config', file]), /server\.yaml" is no valid YAML at line/);
  await expectRefusal(new Program(['agency', '--id', '1', '--config', file]), /is no valid YAML at line/);
});

/** What stands in a path's place, with each command that reads it: none of it is mended by starting again. */
const WITHOUT: Readonly<Record<string, (path: string) => void>> = {
  'nothing there': () => {},
  'an empty folder': (path) => mkdirSync(path),
  'a device': (path) => symlinkSync('/dev/null', path),
};
const READERS: Readonly<Record<string, (path: string) => string[]>> = {
  'check-data': (path) => ['check-data', path],
  verify: (path) => ['verify', path],
  'verify --receipt': (path) => ['verify', '--receipt', path, '.'],
  'verify --ca': (path) => ['verify', '--ca', path, '.'],
  recover: (path) => ['recover', path],
  reset: (path) => ['reset', '--agency', '1', path],
  trace: (path) => ['trace', path],
  'inspector --replay': (path) => ['inspector', '--port', '0', '--replay', path],
  'server --config': (path) => ['server', '--config', path],
  'demo --data': (path) => ['demo', '--data', path, '--agencies', '1'],
  'export --creds': (path) => [
    ...['export', '--from', 'nats://127.0.0.1:1', '--draw', '1', '--creds', path],
    join(path, '..', 'exported'),
  ],
};

test('what a command is to read and is not there, is empty or is no file ends each with 2, and is named', async (t) => {
  for (const [what, make] of Object.entries(WITHOUT)) {
    const path = join(temporaryFolder(t), 'path');
    make(path);
    for (const [command, argumentsFor] of Object.entries(READERS)) {
      const program = new Program(argumentsFor(path));
      const { code } = await program.exited;
      const said = program.stderr + program.lines.join('\n');
      assert.equal(code, 2, `${command}, ${what}: ${said}`);
      assert.ok(said.includes(path), `${command}, ${what}: ${said}`);
      assert.doesNotMatch(said, /\n {4}at /);
    }
  }
});

test('AGENCIES that is no number is a warning and means 5', async (t) => {
  const { program } = await startServer(t, { env: { AGENCIES: 'many' } });
  await program.line(/WARNING {2}action: config .* warning: AGENCIES is "many"/);
  await program.line('agencies: 5');
});

test('an agency without a number, or with a bad one, sends nothing', async (t) => {
  const server = await FakeServer.listen(t);
  const cases: readonly [Environment, RegExp][] = [
    [{ CLI_ID: '' }, /id is missing: set CLI_ID/],
    [{ CLI_ID: 'x' }, /id is "x"/],
    [{ CLI_ID: '10001' }, /id is "10001"/],
    [{ CLI_SERVER_ADDRESS: 'nowhere' }, /server\.address is "nowhere".*must be host:port/],
    [{ CLI_LOOP_PERIOD: 'soon' }, /loop\.period is "soon"/],
    [{ AGENCY_MODE: 'guess' }, /mode is "guess"/],
    [{ CLI_PROTOCOL: 'tp1' }, /protocol is "tp1"/],
  ];
  for (const [env, reason] of cases) {
    await expectRefusal(startAgency(t, { port: server.port, env }), reason);
  }
  assert.equal(server.connections, 0);
});

const BET: Environment = {
  AGENCY_MODE: 'bet',
  NOMBRE: 'Santiago Lionel',
  APELLIDO: 'Lorca',
  DOCUMENTO: '30904465',
  NACIMIENTO: '1999-03-17',
  NUMERO: '7574',
};

test('a single bet with a variable missing or bad is not sent', async (t) => {
  const server = await FakeServer.listen(t);
  const bad: Environment = {
    NOMBRE: 'x'.repeat(65),
    APELLIDO: 'ñ'.repeat(33),
    DOCUMENTO: '3090446',
    NACIMIENTO: '1999-02-30',
    NUMERO: '10000',
  };
  for (const [variable, value] of Object.entries(bad)) {
    const without = { ...BET, [variable]: '' };
    await expectRefusal(
      startAgency(t, { port: server.port, env: without }),
      new RegExp(`cannot place the bet: ${variable} is not set`),
    );
    await expectRefusal(
      startAgency(t, { port: server.port, env: { ...BET, [variable]: value } }),
      new RegExp(`cannot place the bet: ${variable} is not valid: `),
    );
  }
  assert.equal(server.connections, 0);
});

test('an agency without its file, or with a folder in its place, ends before it calls', async (t) => {
  const server = await FakeServer.listen(t);
  const agency = startAgency(t, { port: server.port, data: temporaryFolder(t) });
  await agency.line(/open_file \| result: fail .* error: cannot read ".*agency-1\.csv": it does not exist$/);
  await agency.expectExit(2);
  assert.equal(server.connections, 0);
});

test('a port in use is said in one line, and the files are closed', async (t) => {
  const first = await startServer(t);
  const { program } = launchServer(t, { port: first.port });
  await program.line(`action: listen | result: fail | error: cannot listen on 127.0.0.1:${first.port}: `);
  await program.expectExit(1);
  assert.equal(program.count('CRITICAL'), 1);
  assert.deepEqual(
    program.lines.slice(-2).map((line) => line.split('resource: ')[1]),
    ['bets.csv', 'journal.ndjson'],
  );
});

test('a folder that cannot be made or written is said in one line', async (t) => {
  const parent = temporaryFolder(t);
  writeFileSync(join(parent, 'file'), '');
  const places = [join(parent, 'file', 'draw'), '/dev/null'];
  if (process.getuid?.() !== 0) {
    chmodSync(parent, 0o555);
    places.push(join(parent, 'draw'));
  }
  for (const dir of places) {
    const { program } = launchServer(t, { dir });
    await program.line(`action: store | result: fail | error: opening "${dir}"`);
    await program.expectExit(2);
    assert.equal(program.count('CRITICAL'), 1);
  }
  chmodSync(parent, 0o755);
});

test('a second server on a folder is refused, and the first one does not notice', async (t) => {
  const first = await startServer(t, { agencies: 1 });
  const rows = makeBets(1, 10);
  const second = launchServer(t, { dir: first.dir, agencies: 1 });
  await second.program.line(`"${first.dir}" is in use by another server: stop it, or use another folder`);
  await second.program.expectExit(2);

  const data = temporaryFolder(t);
  writeAgencyFile(data, 1, rows);
  await startAgency(t, { port: first.port, data }).expectExit(0);
  await first.program.expectExit(0);
  assert.equal(first.program.count('WARNING'), 0);
});

test('an agency gives up after its attempts, with one line that says so', async (t) => {
  const data = temporaryFolder(t);
  writeAgencyFile(data, 1, makeBets(1, 1));
  const server = await FakeServer.listen(t);
  const agency = startAgency(t, { port: server.port, data, env: { CLI_CONNECTION_MAXATTEMPTS: '3' } });
  for (let i = 0; i < 3; i++) {
    const peer: Peer = await server.accept(i);
    await peer.expectLine('HELLO:1');
    peer.reset();
  }
  await agency.line(/action: connect \| result: fail \| client_id: 1 \| error: gave up after 3 attempts, /);
  await agency.expectExit(1);
});

test('an unknown command or option is a line on stderr, not a stack', async () => {
  for (const args of [['serve'], ['agency', '--what'], ['verify']]) {
    const program = new Program(args, agencyEnvironment({ port: 1 }));
    assert.equal((await program.exited).code, 2);
    assert.match(program.stderr, /^quiniela: /);
    assert.doesNotMatch(program.stderr, /\n\s+at /);
  }
});
