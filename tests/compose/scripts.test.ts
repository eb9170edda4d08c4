/** docker/*.sh with a `docker` that is a script: hosts that are not like ours, and what an engine does once in a thousand ends. */
import assert from 'node:assert/strict';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { alone } from '../../src/compose/up/alone.ts';
import { REPOSITORY, run, temporaryFolder } from './shell.ts';

/** Runs one of docker/*.sh with a `docker` that answers as told, by what its arguments hold; the first that fits. */
function withDocker(
  t: TestContext,
  script: string,
  answers: readonly (readonly [string, string])[],
  more: Readonly<Record<string, string>> = {},
  folder = temporaryFolder(t),
  [shell, ...how]: readonly [string, ...string[]] = ['sh'],
) {
  const asked = join(folder, 'asked');
  const cases = answers.map(([pattern, answer]) => `*'${pattern}'*) ${answer} ;;`).join('\n');
  writeFileSync(
    join(folder, 'docker'),
    `#!/bin/sh\necho "$*" >>'${asked}'\ncase "$*" in\n*' config') echo 'name: tp0' ;;\n${cases}\nesac\n`,
  );
  chmodSync(join(folder, 'docker'), 0o755);
  const env = { DOCKER_HOST: '', PATH: `${folder}:${process.env.PATH}`, ...more };
  const ran = run(shell, [...how, join(REPOSITORY, 'docker', script)], { cwd: folder, env });
  return { ...ran, asked: readFileSync(asked, 'utf8').split('\n') };
}

const OFF = "echo 'Cannot connect to the Docker daemon' >&2; exit 1";

test('a Docker that cannot be used is said with what the user has set, and what to do about it', (t) => {
  const ready = (docker: string, env = {}, context = 'default') => {
    const answers = [
      ['version --format', docker],
      ['context show', `echo ${context}`],
      ['compose version', "echo 'no such command' >&2; exit 1"],
    ] as const;
    const { status, stderr } = withDocker(t, 'ready.sh', answers, env);
    assert.equal(status, 1);
    return stderr;
  };
  assert.match(
    ready(OFF),
    /^Cannot connect.*\nDocker does not answer: start it \(sudo systemctl start docker/,
  );
  const elsewhere = /where DOCKER_HOST says, "tcp:\/\/nonsense": .* or unset DOCKER_HOST/;
  assert.match(ready(OFF, { DOCKER_HOST: 'tcp://nonsense' }), elsewhere);
  assert.match(ready(OFF, {}, 'colima'), /in the context "colima": start it, or choose another one/);
  const denied = "echo 'permission denied while trying to connect' >&2; exit 1";
  assert.match(
    ready(denied, { USER: 'ana' }),
    /may not use Docker: sudo usermod -aG docker ana, then log in/,
  );
  assert.match(ready('echo 28'), /^Docker has no Compose v2.*: see https:\S+\n$/);
});

test('make down removes nothing while a make up makes containers in the same folder, and says so; one that was killed is in nobody’s way', {
  skip: !existsSync('/proc/net/unix'),
}, async (t) => {
  const folder = temporaryFolder(t);
  const down = () => withDocker(t, 'down.sh', [], {}, folder);
  const { status, stderr, asked } = await alone(folder, down);
  assert.deepEqual([status, asked.some((line) => /\b(stop|down|rm)\b/.test(line))], [1, false]);
  assert.match(
    stderr,
    /^make down: a make up is under way in this folder: wait until .* type make down again\n$/,
  );
  writeFileSync(join(folder, '.data/lock.killed'), '');
  assert.equal(down().status, 0);
});

test('a network that the engine cannot remove keeps nothing else: the volume goes, and what stays is said', (t) => {
  const folder = temporaryFolder(t);
  const gone = join(folder, 'gone');
  const answers = [
    ['volume ls', 'echo tp0_draw'],
    ['ps -aq', `[ -e '${gone}' ] || echo id`],
    ['ps -a --format {{.Service}}', 'echo server'],
    ['cp ', "echo 'Could not find the file' >&2; exit 1"],
    [
      'down --remove-orphans',
      `: >'${gone}'; echo 'network tp0_testing_net has active endpoints' >&2; exit 1`,
    ],
  ] as const;
  const { status, stderr, asked } = withDocker(t, 'down.sh', answers, {}, folder);
  assert.equal(status, 0, stderr);
  assert.match(stderr, /^make down: a network could not be removed, all else is: `make up` uses it again/m);
  assert.ok(asked.includes('volume rm tp0_draw'));
});

test('a server that was removed by hand, which Compose looks for, keeps nothing: the others are stopped and removed one by one', (t) => {
  const folder = temporaryFolder(t);
  const gone = join(folder, 'gone');
  const refused = "echo 'could not find server: not found' >&2; exit 1";
  const answers = [
    ['volume ls', 'echo tp0_draw'],
    ['ps -aq', `[ -e '${gone}' ] || echo id`],
    ['ps -a --format {{.Service}}', 'echo client1'],
    ['stop -t 10 client1', refused],
    ['cp ', "echo 'Could not find the file' >&2; exit 1"],
    ['down --remove-orphans', `[ -e '${gone}' ] || { ${refused}; }`],
    ['rm id', `: >'${gone}'`],
  ] as const;
  const { status, stderr, asked } = withDocker(t, 'down.sh', answers, {}, folder);
  assert.equal(status, 0, stderr);
  const done = asked.filter((line) => /^(stop|rm|volume rm) /.test(line));
  assert.deepEqual(done, ['stop -t 10 id', 'stop -t 10 id', 'rm id', 'volume rm tp0_draw']);
});

test('make down of which nobody reads more than the beginning removes all the same', (t) => {
  const answers = [
    ['volume ls', 'echo tp0_draw'],
    ['ps -aq', 'echo id'],
    ['ps -a --format {{.Service}}', 'echo server'],
    ['cp ', 'for to; do :; done; echo a,b >"$to/bets.csv"'],
  ] as const;
  // A pipe that nobody reads any more.
  const unread = ['sh', '-c', 'mkfifo pipe; exec 4<>pipe 3>pipe 4>&-; sh "$0" >&3'] as const;
  const folder = temporaryFolder(t);
  const { status, stderr, asked } = withDocker(t, 'down.sh', answers, {}, folder, unread);
  assert.equal(status, 0, stderr);
  assert.ok(asked.includes('volume rm tp0_draw'));
  assert.equal(readFileSync(join(folder, '.data/last-draw/bets.csv'), 'utf8'), 'a,b\n');
});

test('containers that the engine cannot remove keep the volume', (t) => {
  const { status, asked } = withDocker(t, 'down.sh', [
    ['volume ls', 'echo tp0_draw'],
    ['ps -aq', 'echo id'],
    ['ps -a --format {{.Service}}', 'echo server'],
    ['cp ', "echo 'Could not find the file' >&2; exit 1"],
    ['down --remove-orphans', "echo 'cannot remove' >&2; exit 1"],
  ]);
  assert.equal(status, 1);
  assert.ok(!asked.some((line) => line.startsWith('volume rm')));
});

test('an engine that stops answering is not taken for one that has nothing', (t) => {
  for (const script of ['down.sh', 'there.sh', 'copy-draw.sh']) {
    const { status, stdout, stderr } = withDocker(t, script, [
      ['ps -aq', OFF],
      ['volume ls', ':'],
    ]);
    assert.equal(status, 1, script);
    assert.deepEqual([stdout, stderr], ['', 'Cannot connect to the Docker daemon\n'], script);
  }
});

test('an echo test without a server, or without a network, says what to type; without an engine, what docker says', (t) => {
  const NO_SERVER: [string, string] = ['inspect --type container', 'exit 1'];
  const ask = (...answers: [string, string][]) => {
    const { status, stdout, stderr } = withDocker(t, '../validar-echo-server.sh', answers);
    assert.deepEqual([status, stdout], [1, 'action: test_echo_server | result: fail\n']);
    return stderr;
  };
  const failing: [string, string] = ['run --rm', 'exit 1'];
  assert.equal(
    ask(NO_SERVER, ['network ls', ':']),
    'there is no server, and no network "tp0_testing_net": `make up` starts both\n',
  );
  assert.equal(
    ask(NO_SERVER, ['network ls', 'echo id'], ['printenv', 'exit 1'], failing),
    'there is no container of the server: `make up` starts one\n',
  );
  assert.doesNotMatch(ask(['', OFF]), /make up/);
});
