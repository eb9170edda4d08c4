/** docker/*.sh with a `docker` that is a script: hosts that are not like ours, and what an engine does once in a thousand ends. */
import assert from 'node:assert/strict';
import { chmodSync, copyFileSync, existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { cloneOfVolume, containers, missingImage, networks } from '../../src/compose/engine.ts';
import { alone } from '../../src/compose/up/alone.ts';
import { checkOtherKind, writtenDraw } from '../../src/compose/up/old-draw.ts';
import { writeComposeFile } from '../../src/compose/write.ts';
import { ourDocker } from './our-docker.ts';
import { REPOSITORY, run, temporaryFolder } from './shell.ts';

/** Runs one of docker/*.sh with a `docker` that answers as told, by what its arguments hold; the first that fits. */
function withDocker(
  t: TestContext,
  script: string,
  answers: readonly (readonly [string, string])[],
  more: Readonly<Record<string, string>> = {},
  folder = temporaryFolder(t),
  [shell, ...how]: readonly [string, ...string[]] = ['sh'],
  args: readonly string[] = [],
) {
  const asked = join(folder, 'asked');
  const cases = answers.map(([pattern, answer]) => `*'${pattern}'*) ${answer} ;;`).join('\n');
  writeFileSync(
    join(folder, 'docker'),
    `#!/bin/sh\necho "$*" >>'${asked}'\ncase "$*" in\n*' config') echo 'name: tp0' ;;\n${cases}\nesac\n`,
  );
  chmodSync(join(folder, 'docker'), 0o755);
  const env = { DOCKER_HOST: '', PATH: `${folder}:${process.env.PATH}`, ...more };
  const ran = run(shell, [...how, resolve(REPOSITORY, 'docker', script), ...args], { cwd: folder, env });
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
  assert.match(ready('echo 28'), /^no such command\nDocker runs no Compose v2.*: see https:\S+\n$/);
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
    ['network ls', 'echo tp0_testing_net'],
    [
      'down --remove-orphans',
      `: >'${gone}'; echo 'network tp0_testing_net has active endpoints' >&2; exit 1`,
    ],
  ] as const;
  const { status, stderr, asked } = withDocker(t, 'down.sh', answers, {}, folder);
  assert.equal(status, 0, stderr);
  assert.match(
    stderr,
    /^make down: all is removed but the network tp0_testing_net: `make up` uses it again/m,
  );
  assert.ok(asked.includes('volume rm tp0_draw'));
});

test('where nothing runs any more, a network that cannot be removed is said, and an engine that fails is not nothing', (t) => {
  const down = (networks: string, why: string) =>
    withDocker(t, 'down.sh', [
      ['before-quiniela', 'exit 1'],
      ['network ls', networks],
      ['down --remove-orphans', `echo '${why}' >&2; exit 1`],
    ]);
  const busy = down('echo tp0_testing_net', 'network tp0_testing_net has active endpoints');
  assert.deepEqual([busy.status, busy.stdout], [0, 'nothing was running\n']);
  assert.match(
    busy.stderr,
    /^network tp0_testing_net has active endpoints\nmake down: all is removed but the network tp0_testing_net: /,
  );
  const failing = down(':', 'Cannot connect to the Docker daemon');
  assert.deepEqual(
    [failing.status, failing.stdout, failing.stderr],
    [1, '', 'Cannot connect to the Docker daemon\n'],
  );
});

test('whatever keeps Compose from stopping keeps nothing: its reason is said, once, and the containers go one by one', (t) => {
  for (const why of ['could not find server: not found', 'cannot stop container client1: tried to kill it']) {
    const folder = temporaryFolder(t);
    const gone = join(folder, 'gone');
    const refused = `echo '${why}' >&2; exit 1`;
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
    const told = 'make down: Compose has not done it, as it says above: the containers go one by one';
    assert.deepEqual(stderr.trim().split('\n').slice(0, 2), [why, told]);
    assert.ok(
      !stderr.slice(why.length + told.length + 2).match(/make down|find server|tried to kill/),
      stderr,
    );
  }
});

test('an engine that stops answering in the middle of make down says so once', (t) => {
  const folder = temporaryFolder(t);
  const off = join(folder, 'off');
  const answers = [
    ['volume ls', 'echo tp0_draw'],
    ['ps -aq', `[ ! -e '${off}' ] || { ${OFF}; }; echo id`],
    ['ps -a --format {{.Service}}', 'echo client1'],
    ['stop -t 10 client1', `: >'${off}'; ${OFF}`],
  ] as const;
  const { status, stderr } = withDocker(t, 'down.sh', answers, {}, folder);
  assert.deepEqual([status, stderr], [1, 'Cannot connect to the Docker daemon\n']);
});

test('what Compose could not do is not taken for a network that it could not remove', (t) => {
  const folder = temporaryFolder(t);
  const gone = join(folder, 'gone');
  const answers = [
    ['volume ls', 'echo tp0_draw'],
    ['ps -aq', `[ -e '${gone}' ] || echo id`],
    ['ps -a --format {{.Service}}', 'echo server'],
    ['cp ', "echo 'Could not find the file' >&2; exit 1"],
    ['down --remove-orphans', `: >'${gone}'; ${OFF}`],
  ] as const;
  const { status, stderr } = withDocker(t, 'down.sh', answers, {}, folder);
  assert.equal(status, 1, stderr);
  assert.doesNotMatch(stderr, /network/);
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

test('a copy says how many bets are of this draw, and how many of those that are over', (t) => {
  const copied = (...files: string[]) => {
    const make = files.map((file) => `mkdir -p "$to/$(dirname ${file})"; printf 'a\\nb\\n' >"$to/${file}"`);
    const answers = [
      ['ps -aq', 'echo id'],
      ['cp id:/data/draw/. ', `for to; do :; done; ${make.join('; ')}`],
      ['cp ', "echo 'Could not find the file' >&2; exit 1"],
    ] as const;
    const { stdout, stderr } = withDocker(
      t,
      'copy-draw.sh',
      answers,
      {},
      temporaryFolder(t),
      ['sh'],
      ['copy'],
    );
    assert.equal(stderr, '');
    return /\((.*)\)\n$/.exec(stdout)?.[1];
  };
  assert.equal(copied('bets.csv'), '2 bets');
  assert.equal(copied('draw-1/bets.csv', 'draw-2/bets.csv'), '4 bets of draws that are over');
  assert.equal(copied('bets.csv', 'draw-1/bets.csv'), '2 bets, and 2 bets of draws that are over');
});

test("another clone's draw is not copied: it is said whose it is", (t) => {
  const folder = temporaryFolder(t);
  const others = (force: string) => {
    const answers = [
      ['volume ls -q --filter label=quiniela.clone=', ':'],
      ['volume ls -q --filter label=quiniela.clone ', 'echo tp0_draw'],
      ['volume inspect', 'echo /there'],
      ['create ', 'echo id'],
    ] as const;
    return withDocker(t, 'copy-draw.sh', answers, { FORCE: force }, folder, ['sh'], [join(folder, 'copy')]);
  };
  const { status, stderr, asked } = others('');
  assert.equal(status, 1);
  assert.match(stderr, /^the volume tp0_draw is that of another clone, "\/there": `make bets` there copies/);
  assert.ok(!asked.some((line) => /^(create|cp) /.test(line)));
  assert.ok(others('1').asked.some((line) => line.startsWith('cp id:/data/draw')));
});

test("a cluster's draw is copied by the image that its server has, whoever has that name by now", (t) => {
  const answers = [
    ['ps -aq', 'echo id'],
    ['{{.Image}}', 'echo sha256:1'],
    ['range .Config.Env', 'echo STORE_URL=nats://nats1'],
    ['create ', 'echo made'],
    ['start -a', 'exit 1'],
  ] as const;
  const { asked } = withDocker(t, 'copy-draw.sh', answers, {}, temporaryFolder(t), ['sh'], ['copy']);
  assert.match(asked.find((line) => line.startsWith('create ')) ?? '', /--entrypoint node sha256:1 /);
});

test('of a cluster all draws are copied that its engine keeps, also if the last one has no bets', (t) => {
  const copied = (last: string) => {
    const folder = temporaryFolder(t);
    const put = 'mkdir -p "$to"; printf "a\\n" >"$to/bets.csv"';
    const { status, stdout, asked } = withDocker(
      t,
      'copy-draw.sh',
      [
        ['ps -aq', 'echo abc; echo def'],
        ['{{.Image}}', 'echo sha256:1'],
        ['range .Config.Env', 'echo STORE_URL=nats://nats1; echo DRAW_NAME=last'],
        ['--draw last', 'echo 1'],
        ['--draw first', 'echo 2'],
        ['--draw empty', 'echo 3'],
        ['start -a 1', last],
        ['start -a 3', 'exit 2'],
        ['exec abc', 'echo first; echo last; echo empty'],
        ['cp ', `for to; do :; done; ${put}`],
      ],
      {},
      folder,
      ['sh'],
      [join(folder, 'copy')],
    );
    assert.equal(status, 0);
    assert.ok(asked.includes('rm -f 1 2 3'));
    return stdout.replace(/^.*: /, '');
  };
  assert.equal(copied(':'), 'bets.csv draw-first (1 bet, and 1 bet of draws that are over)\n');
  assert.equal(copied('exit 2'), 'draw-first (1 bet of draws that are over)\n');
});

test('a cluster whose network was removed is not started to copy its draw: it is said what to type', (t) => {
  const answers = [
    ['ps -aq', 'echo id'],
    ['range .Config.Env', 'echo STORE_URL=nats://nats1'],
    [
      'network inspect',
      "echo '[]'; echo 'Error response from daemon: network tp0_engine_net not found' >&2; exit 1",
    ],
  ] as const;
  const ran = withDocker(t, 'copy-draw.sh', answers, {}, temporaryFolder(t), ['sh'], ['copy']);
  const said =
    "the network of the draw's engine, tp0_engine_net, was removed: `make cluster` makes it anew\n";
  assert.deepEqual([ran.status, ran.stdout, ran.stderr], [1, '', said]);
  assert.ok(!ran.asked.some((line) => /^(start|create) /.test(line)));
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

test('an echo test of a server that cannot answer says in which state that is', (t) => {
  const said = (state: string, network = 'tp0_testing_net') => {
    const { stderr } = withDocker(t, '../validar-echo-server.sh', [
      ['range $name', `echo ${network}`],
      ['network ls', 'echo id'],
      ['State.Status', `echo '${state}'`],
      ['printenv', 'exit 1'],
      ['run --rm', 'exit 1'],
    ]);
    return stderr;
  };
  assert.match(said('paused 0'), /^the server is paused: `docker unpause server`/);
  // Its network is named by the project.
  assert.equal(said('running 0'), '');
  assert.match(
    said('running 0', ''),
    /^the server is in no network: `docker network connect tp0_testing_net server`/,
  );
  assert.match(said('restarting 1'), /^the server is being started again: `make logs` says why/);
  // A log has nothing of a kill.
  assert.match(said('exited 137'), /^the server was killed, exit code 137: `make up` starts it again/);
  assert.match(said('exited 2'), /^the server has failed with exit code 2: `make logs` says why/);
});

test('in the course’s layout a failed echo test names only targets that its Makefile has', (t) => {
  const folder = temporaryFolder(t);
  const script = join(folder, 'validar-echo-server.sh');
  copyFileSync(join(REPOSITORY, 'validar-echo-server.sh'), script);
  const makefile = readFileSync(join(REPOSITORY, 'docker/course/Makefile'), 'utf8');
  const SERVER = ['range $name', 'echo tp0_testing_net'] as const;
  const cases: readonly (readonly (readonly [string, string])[])[] = [
    [['inspect --type container', 'exit 1']],
    [
      ['inspect --type container', 'exit 1'],
      ['network ls', 'echo id'],
    ],
    [SERVER, ['printenv', 'echo /tls/server.pem']],
    [SERVER, ['State.Status', "echo 'exited 0'"], ['logs --since', 'echo "sorteo | result: success"']],
    ...['exited 0', 'exited 1', 'exited 137', 'restarting 1', 'created 0'].map(
      (state) => [SERVER, ['State.Status', `echo '${state}'`]] as const,
    ),
  ];
  for (const answers of cases) {
    const all = [...answers, ['run --rm', 'exit 1'], ['printenv', 'exit 1']] as const;
    const { stderr } = withDocker(t, script, all);
    const named = [...stderr.matchAll(/`make ([a-z-]+)([^`]*)`/g)];
    assert.ok(named.length > 0 || stderr.includes('`docker ps`'), stderr);
    for (const [, target, more] of named) {
      assert.match(makefile, new RegExp(`^${target}:`, 'm'), stderr);
      assert.equal(more, '', stderr);
    }
  }
});

test('a draw of the other kind in volumes of this clone is kept from being forgotten; those of others are their own', (t) => {
  const write = ourDocker(t);
  const there = (volume: string, clone: string) =>
    write(`case "$3" in ${volume}) echo '[{"Labels":{"quiniela.clone":"${clone}"}}]' ;;
      *) echo '[]'; echo "no such volume" >&2; exit 1 ;; esac`);
  const check = (...volumes: string[]) => checkOtherKind(REPOSITORY, 'tp0', volumes);
  there('tp0_nats1', realpathSync(REPOSITORY));
  check('nats1', 'nats2', 'nats3');
  const message = 'the draw of a cluster is in the volume tp0_nats1: make down first, which keeps its files';
  assert.throws(() => check('draw'), { code: 'VOLUME', message });
  there('tp0_draw', realpathSync(REPOSITORY));
  check('draw');
  assert.throws(() => check('nats1'), { message: /^the draw of a server alone is in the volume tp0_draw/ });
  there('tp0_draw', '/there');
  check('nats1');
});

test('the draw of a cluster whose containers have gone is known from its compose file', async (t) => {
  const file = join(temporaryFolder(t), 'compose.yaml');
  assert.equal(writtenDraw(file), undefined);
  const one = { file, clients: 1 };
  await writeComposeFile(one);
  assert.equal(writtenDraw(file), undefined);
  await writeComposeFile({ ...one, servers: 2, draw: 'noche', engineSubnet: '172.25.126.0/24' });
  assert.equal(writtenDraw(file), 'noche');
});

test('an engine that fails while make up looks around is said in its own words, and is not one without volumes', (t) => {
  const write = ourDocker(t);
  const answer = (how: string) => write(`case "$*" in *inspect*) ${how} ;; esac; echo id`);
  answer(OFF);
  for (const ask of [containers, networks, () => cloneOfVolume('tp0_draw')]) {
    assert.throws(ask, {
      code: 'DOCKER',
      message: /^cannot run docker .*: Cannot connect to the Docker daemon$/,
    });
  }
  const gone = (what: string) => answer(`echo '[]'; echo 'Error response from daemon: ${what}' >&2; exit 1`);
  gone('No such container: id');
  assert.deepEqual(containers(), []);
  gone('network id not found');
  assert.deepEqual(networks(), []);
  gone('get tp0_draw: no such volume');
  assert.equal(cloneOfVolume('tp0_draw'), undefined);
  answer(`echo '[{"Labels":{"quiniela.clone":"/home/ana/tp0"}}]'; exit 0`);
  assert.equal(cloneOfVolume('tp0_draw'), '/home/ana/tp0');
  answer(`echo '[{"Labels":null}]'; exit 0`);
  assert.equal(cloneOfVolume('tp0_draw'), '');
});

test('an image that does not come is said with docker’s reason; Ctrl-C while it comes is no reason', async (t) => {
  const write = ourDocker(t);
  const { signal } = new AbortController();
  const pull = (how: string) => write(`case "$1" in image) exit 1 ;; pull) ${how} ;; esac`);
  pull("echo Pulling; echo 'denied: requested access to the resource is denied' >&2; exit 1");
  assert.equal(
    await missingImage('grafana/grafana', signal),
    'cannot run docker pull grafana/grafana: denied: requested access to the resource is denied',
  );
  pull('exit 0');
  assert.equal(await missingImage('x', signal), undefined);
  write('exit 0');
  assert.equal(await missingImage('x', signal), undefined);

  const ending = new AbortController();
  process.once('SIGWINCH', () => ending.abort(new Error('mine')));
  pull('kill -WINCH $PPID; exec sleep 600');
  await assert.rejects(missingImage('x', ending.signal), /mine/);
});
