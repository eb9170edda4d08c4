/** Hosts that are not ours: names, images, subnets and ports that others have, files as a strict umask makes them. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Ran, run } from '../compose/shell.ts';
import { clone, exitCodes } from './make-targets.ts';
import { containersOf, docker, dockerOk } from './system.ts';

const SUCCESS = 'action: test_echo_server | result: success\n';

const makeIn =
  (cwd: string) =>
  (...args: string[]): Ran =>
    run('make', ['-s', ...args], { cwd });

function refused({ status, stdout, stderr }: Ran, ...patterns: RegExp[]): void {
  assert.equal(status, 2, stdout + stderr);
  for (const pattern of patterns) assert.match(stderr, pattern);
}

/** A container of a student's project, which has our project's name. */
function strangersContainer(t: TestContext, name: string, folder: string): void {
  const labels = {
    project: 'tp0',
    'project.working_dir': folder,
    service: name,
    'container-number': '1',
    oneoff: 'False',
    'config-hash': 'theirs',
  };
  const given = Object.entries(labels).flatMap(([key, value]) => [
    '--label',
    `com.docker.compose.${key}=${value}`,
  ]);
  dockerOk('run', '-d', '--init', '--name', name, ...given, 'busybox:latest', 'sleep', '600');
  t.after(() => docker('rm', '-f', name));
}

const isRunning = (name: string): boolean =>
  docker('inspect', '-f', '{{.State.Running}}', name).stdout === 'true\n';

export function strangeHosts(): void {
  test('another folder has a project tp0: nothing of it is touched, it is named, and FORCE=1 goes on', (t) => {
    const make = makeIn(clone(t));
    strangersContainer(t, 'client1', '/home/student/tp0');
    const volume = dockerOk('volume', 'create', '--label', 'com.docker.compose.project=tp0', 'tp0_theirs');
    t.after(() => docker('volume', 'rm', volume));
    for (const target of ['up', 'down', 'restart', 'bets', 'docker-compose-up']) {
      refused(
        make(target),
        /"tp0" is that of another folder, "\/home\/student\/tp0" \(containers client1\)/,
        /stop it there \(docker compose -p tp0 down\), or type FORCE=1 make \S+ to take it over/,
      );
    }
    // The names of the containers are fixed: another project's name is not enough.
    refused(
      make('up', 'COMPOSE_PROJECT_NAME=mine'),
      /called client1 is there already, of the Compose project "tp0" in "\/home\/student\/tp0"/,
    );
    assert.ok(isRunning('client1'));

    const ours = dockerOk('image', 'inspect', '-f', '{{.Id}}', 'server:latest');
    dockerOk('tag', 'busybox:latest', 'server:latest');
    t.after(() => {
      dockerOk('tag', ours, 'server:latest');
      docker('rmi', 'server:before-quiniela');
    });
    const up = make('up', 'AGENCIES=0', 'FORCE=1');
    assert.equal(up.status, 0, up.stdout + up.stderr);
    assert.match(up.stdout, /server:latest is another project's: kept as server:before-quiniela/);
    assert.equal(docker('inspect', 'client1').status, 1, 'an orphan that was taken over is removed');
    const down = make('down');
    assert.equal(down.status, 0, down.stdout + down.stderr);
    assert.match(down.stdout, /server:latest is again that of the other project/);
    const id = (image: string): string => dockerOk('image', 'inspect', '-f', '{{.Id}}', image);
    assert.equal(id('server:latest'), id('busybox:latest'));
    assert.equal(dockerOk('volume', 'ls', '-q', '--filter', `name=${volume}`), volume, 'not ours to remove');
    assert.equal(dockerOk('volume', 'ls', '-q', '--filter', 'name=tp0_draw'), '');
  });

  test('a project of another name, a taken subnet, a taken port, another port of the server: all targets agree', async (t) => {
    const cwd = clone(t);
    const make = makeIn(cwd);
    writeFileSync(join(cwd, '.env'), 'COMPOSE_PROJECT_NAME=another\r\n');
    t.after(() => docker('compose', '-p', 'another', 'down', '-v', '-t', '1'));
    dockerOk('network', 'create', '--subnet', '172.25.125.0/25', 'somebodys');
    t.after(() => docker('network', 'rm', 'somebodys'));
    const port = createServer();
    port.listen(8080, '127.0.0.1');
    // Unless somebody has it, who may let go of it at any moment.
    const isOurs = await once(port, 'listening').then(
      () => true,
      () => false,
    );
    t.after(() => port.close());
    const configure = (name: string, from: string, to: string): void => {
      const file = join(cwd, 'docker', `${name}.yaml`);
      writeFileSync(file, readFileSync(file, 'utf8').replace(from, to));
    };
    configure('server', 'SERVER_PORT: 12345', 'server_port: 9999\nSERVER_HOST: server');
    configure('agency', 'server:12345', 'server:9999');
    configure('agency', '# period: 5s', 'period: 1h');

    const up = make('up', 'AGENCIES=1', 'BETS=300', 'INSPECT=1');
    assert.equal(up.status, 0, up.stdout + up.stderr);
    assert.match(
      up.stdout,
      /172\.25\.125\.0\/24 is taken by the network "somebodys" \(172\.25\.125\.0\/25\)/,
    );
    const [, page = ''] = /The machines at work: (http:\/\/127\.0\.0\.1:\d+\/)/.exec(up.stdout) ?? [];
    assert.notEqual(page, '', up.stdout);
    if (isOurs) assert.notEqual(new URL(page).port, '8080');
    assert.equal((await fetch(page)).status, 200);

    assert.equal(make('echo-test').stdout, SUCCESS);
    assert.match(make('status').stdout, /client1 .*Up/);
    // A system that runs is not turned into another one.
    refused(
      make('up', 'AGENCIES=2'),
      /a system of 1 agency in mode lottery is there already, and its draw is not over: make down first/,
    );
    refused(make('up', 'AGENCIES=1', 'MODE=batches'), /make down first/);
    const restart = make('restart');
    assert.equal(restart.status, 0, restart.stderr);
    assert.ok(isRunning('server') && isRunning('client1'));
    const down = make('down');
    assert.equal(down.status, 0, down.stdout + down.stderr);
    assert.match(down.stdout, /server: Exited \(0\)/);
    assert.equal(containersOf('another'), '');
  });

  test('files of umask 077 and links out of the folder: said with the command that mends it, then they are there', (t) => {
    const cwd = clone(t);
    const make = makeIn(cwd);
    mkdirSync(join(cwd, '.data'));
    mkdirSync(join(cwd, 'my files'));
    assert.equal(make('data', 'AGENCIES=2', 'BETS=50').status, 0);
    renameSync(join(cwd, '.data', 'agency-2.csv'), join(cwd, 'my files', 'second file.csv'));
    symlinkSync('../my files/second file.csv', join(cwd, '.data', 'agency-2.csv'));
    chmodSync(join(cwd, 'docker', 'server.yaml'), 0o600);
    chmodSync(join(cwd, '.data'), 0o700);
    chmodSync(join(cwd, 'my files', 'second file.csv'), 0o600);
    chmodSync(join(cwd, 'docker', 'supervise.sh'), 0o600);
    const up = make('up', 'AGENCIES=2');
    refused(up, /the containers run as user 1000, who may not read .*docker\/server\.yaml.*: chmod a\+rX '/);
    assert.deepEqual(exitCodes(), ['']);
    const [mend = ''] = /chmod a\+rX .*$/m.exec(up.stderr) ?? [];
    assert.equal(run('sh', ['-c', mend], { cwd }).status, 0);

    symlinkSync('nowhere.csv', join(cwd, '.data', 'agency-3.csv'));
    refused(make('up', 'AGENCIES=3'), /agency-3\.csv is a link to "nowhere\.csv", which does not exist/);
    const mended = make('up', 'AGENCIES=2');
    assert.equal(mended.status, 0, mended.stderr);
    dockerOk('wait', 'client1', 'client2', 'server');
    assert.match(make('bets').stdout, /\(100 bets\)/);
    assert.match(
      make('echo-test').stderr,
      /the draw is over, and the server has left with it: `make up MODE=echo` starts one that stays/,
    );

    // What a restart cannot mend is shown where it was started from, and is not restarted.
    assert.equal(make('down').status, 0);
    const labels = ['--label', 'com.docker.compose.project=tp0', '--label', 'com.docker.compose.volume=draw'];
    dockerOk('volume', 'create', ...labels, '--label', `quiniela.clone=${cwd}`, 'tp0_draw');
    const damage =
      'mkdir -p /data/draw && echo damaged | tee /data/draw/journal.ndjson >/data/draw/bets.csv && chown -R 1000 /data';
    dockerOk('run', '--rm', '-v', 'tp0_draw:/data', 'busybox:latest', 'sh', '-c', damage);
    const failing = make('up', 'AGENCIES=1');
    assert.equal(failing.status, 2, failing.stderr);
    assert.match(failing.stdout, /volume tp0_draw is there from before/);
    assert.match(failing.stdout, /The server has ended with exit code 2\. It says.*\n.*journal\.ndjson/);
    assert.equal(docker('inspect', '-f', '{{.RestartCount}}', 'server').stdout, '0\n');
    assert.equal(make('down').status, 0);
    assert.equal(dockerOk('volume', 'ls', '-q', '--filter', 'name=tp0_draw'), '');
  });
}
