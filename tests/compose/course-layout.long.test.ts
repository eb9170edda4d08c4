/** `make course-layout` writes the repository that the course's own tests expect, a branch for each exercise. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { Program } from '../support/program.ts';
import { run, temporaryFolder } from './shell.ts';

const LAYOUT = join(import.meta.dirname, '../../docker/course-layout.sh');

const good = (cwd: string, command: string, ...args: string[]): string => {
  const { status, stdout, stderr } = run(command, args, { cwd });
  assert.equal(status, 0, stderr);
  return stdout;
};

const MODES = ['echo', 'echo', 'echo', 'echo', 'bet', 'batches', 'lottery', 'lottery'];

/** What the course's tests write, build, run or ask git for. */
const FILES = [
  ...[
    'server/config.ini',
    'server/Dockerfile',
    'client/config.yaml',
    'client/Dockerfile',
    '.data/agency-1.csv',
  ],
  ...['generar-compose.sh', 'validar-echo-server.sh', 'docker-compose-dev.yaml', 'Makefile'],
];

test('each branch has the files that the course knows, and its mode', async (t) => {
  const dir = join(temporaryFolder(t), "an alumno's tp0");
  good('/', 'sh', LAYOUT, dir);
  for (const [index, mode] of MODES.entries()) {
    good(dir, 'git', 'switch', '-q', `ej${index + 1}`);
    assert.equal(good(dir, 'git', 'status', '--porcelain'), '');
    for (const file of FILES) assert.ok(existsSync(join(dir, file)), `ej${index + 1}: ${file}`);
    good(dir, 'bash', 'generar-compose.sh', 'three.yaml', '3');
    const { name, services } = parse(readFileSync(join(dir, 'three.yaml'), 'utf8'));
    assert.deepEqual([name, Object.keys(services)], ['tp0', ['server', 'client1', 'client2', 'client3']]);
    assert.equal(services.server.environment.AGENCIES, 3);
    assert.equal(services.client2.environment.CLI_ID, 2);
    assert.equal(services.client2.environment.AGENCY_MODE, mode);
    assert.equal(services.client2.environment.DOCUMENTO, mode === 'bet' ? '30904466' : undefined);
    rmSync(join(dir, 'three.yaml'));
  }
  good(dir, 'sh', 'generar-compose.sh', 'none.yaml', '0');
  const { services } = parse(readFileSync(join(dir, 'none.yaml'), 'utf8'));
  assert.deepEqual(Object.keys(services), ['server']);
  for (const args of [[], ['one.yaml'], ['one.yaml', 'x'], ['one.yaml', '-1'], ['one.yaml', '1', '2']]) {
    const { status, stderr } = run('sh', ['generar-compose.sh', ...args], { cwd: dir });
    assert.deepEqual(
      [status, stderr.trim().split('\n').length, existsSync(join(dir, 'one.yaml'))],
      [1, 1, false],
    );
  }

  writeFileSync(
    join(dir, 'server/config.ini'),
    '[DEFAULT]\nSERVER_PORT = 0\nSERVER_IP = server\nSERVER_LISTEN_BACKLOG = 8',
  );
  const env = { ...services.server.environment, STORE_DIR: join(dir, 'draw'), SERVER_HOST: '0.0.0.0' };
  const server = new Program(['server', '--config', join(dir, 'server/config.ini')], env);
  t.after(() => server.kill());
  await server.line(/config \| result: success .* listen_backlog: 8/);
  await server.line('accept_connections | result: in_progress');
  // The course reads the first line of that action.
  assert.match(server.lines.find((line) => line.includes('action: config')) ?? '', /listen_backlog: 8/);
  server.signal('SIGTERM');
  await server.expectExit(0);
});

test('a folder that is not empty is left alone, and a missing one is asked for', (t) => {
  const dir = temporaryFolder(t);
  writeFileSync(join(dir, 'mine'), '');
  for (const [args, said] of [
    [[dir], /DIR is ".*", which is there already/],
    [[], /DIR is missing/],
  ] as const) {
    const { status, stderr } = run('sh', [LAYOUT, ...args]);
    assert.equal(status, 1);
    assert.match(stderr, said);
  }
  assert.ok(!existsSync(join(dir, '.git')));
});
