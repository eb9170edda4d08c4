/** What people type: `make up`, `logs`, `echo-test`, `bets`, `down`, in a clone of its own. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { type Ran, run } from '../compose/shell.ts';
import { clone as cloneOf } from '../support/clone.ts';
import { until } from '../support/system.ts';
import { followUntil } from './follow.ts';
import { containersOf, docker, dockerOk, PATIENCE_MS, removeProject } from './system.ts';

/** A clone whose containers are removed after the test. */
export function clone(t: TestContext): string {
  t.after(removeProject);
  return cloneOf(t);
}

export const exitCodes = (): string[] => containersOf('tp0', '{{.Names}} {{.Status}}').split('\n');

/** What `make logs` has said when all have exited; `begun` is called once it follows. */
async function followed(t: TestContext, cwd: string, begun: () => void): Promise<string> {
  const logs = spawn('make', ['-s', 'logs'], { cwd, stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => logs.kill());
  logs.stdout.once('data', begun);
  return text(logs.stdout);
}

export function makeTargets(): void {
  test('make up, echo-test before the draw ends, logs, bets, down', async (t) => {
    const cwd = clone(t);
    const make = (...args: string[]): Ran => run('make', args, { cwd });
    // Slow enough for an agency to be paused in the middle, 25 s on any machine: the draw waits for it, and the echo test
    // comes before.
    const agency = join(cwd, 'docker', 'agency.yaml');
    writeFileSync(agency, readFileSync(agency, 'utf8').replace('# period: 5s', 'period: 1s'));

    const up = make('up', 'AGENCIES=5', 'BETS=3000');
    assert.equal(up.status, 0, up.stdout + up.stderr);
    assert.match(up.stdout, /Next: make logs/);
    assert.ok(existsSync(join(cwd, '.data', 'agency-5.csv')));

    // A container whose first program is just being started cannot be frozen by some runtimes.
    await followUntil(
      join(cwd, 'docker-compose-dev.yaml'),
      (line) => line.service === 'client5' && /apuesta_enviada/.test(line.text),
    );
    // Some runtimes cannot freeze who just has no processor: of a busy machine that is asked again.
    await until(() => docker('pause', 'client5').status === 0, 'client5 is paused', PATIENCE_MS);
    const echo = make('-s', 'echo-test');
    assert.equal(echo.stdout, 'action: test_echo_server | result: success\n', echo.stderr);
    assert.doesNotMatch(docker('logs', 'server').stdout, /action: sorteo/, 'before the draw');

    // Compose that begins to follow just as a container exits misses its end, and follows for ever: so it has begun before.
    const logs = await followed(t, cwd, () => dockerOk('unpause', 'client5'));
    assert.match(logs, /server +\| .*action: sorteo \| result: success/);
    assert.equal(logs.match(/action: consulta_ganadores \| result: success/g)?.length, 5);
    assert.match(make('-s', 'status').stdout, /client5 .*Exited \(0\)/);

    const bets = make('-s', 'bets', 'BETS_DIR=my bets');
    assert.equal(bets.status, 0, bets.stderr);
    assert.equal(readFileSync(join(cwd, 'my bets', 'bets.csv'), 'utf8').split('\r\n').length - 1, 15_000);

    const down = make('-s', 'down');
    assert.equal(down.status, 0, down.stdout + down.stderr);
    assert.match(down.stdout, /server: Exited \(0\)/);
    assert.match(down.stdout, /\.data\/last-draw: bets\.csv journal\.ndjson \(15000 bets\)/);
    assert.deepEqual(exitCodes(), ['']);
    assert.equal(make('-s', 'verify', 'DIR=.data/last-draw').status, 0);
    const again = make('-s', 'down');
    assert.deepEqual([again.status, again.stdout], [0, 'nothing was running\n']);
    assert.match(make('-s', 'bets').stderr, /there is no container of the server/);
    for (const target of ['logs', 'status', 'restart'])
      assert.match(make('-s', target).stderr, /^nothing is there: `make up` starts it\n/, target);
  });

  test('make up AGENCIES=0: the server alone; make down mid-way is graceful', (t) => {
    const cwd = clone(t);
    const make = (...args: string[]): Ran => run('make', ['-s', ...args], { cwd });
    // So is each container of an image that Compose has built: nobody's.
    const labels = ['project=tp0', 'service=server'].flatMap((label) => [
      '--label',
      `com.docker.compose.${label}`,
    ]);
    const other = dockerOk('create', ...labels, 'busybox:latest');
    t.after(() => docker('rm', '-f', other));
    const up = make('up', 'AGENCIES=0');
    assert.equal(up.status, 0, up.stderr);
    assert.equal(make('echo-test', 'MESSAGE=$x').stdout, 'action: test_echo_server | result: success\n');
    const down = make('down');
    assert.equal(down.status, 0, down.stdout + down.stderr);
    // (What is not inside the grace period would be killed: exit code 137.)
    assert.match(down.stdout, /server: Exited \(0\)/);
    assert.equal(existsSync(join(cwd, '.data', 'last-draw')), false, 'there was nothing to keep');
  });

  test('make down after the server was removed by hand: the draw is kept, and nothing stays', (t) => {
    const cwd = clone(t);
    const make = (...args: string[]): Ran => run('make', ['-s', ...args], { cwd });
    const up = make('up', 'AGENCIES=1', 'BETS=10');
    assert.equal(up.status, 0, up.stderr);
    dockerOk('wait', 'client1');
    dockerOk('rm', '-f', 'server');
    const down = make('down');
    assert.equal(down.status, 0, down.stdout + down.stderr);
    assert.match(down.stdout, /\.data\/last-draw: bets\.csv journal\.ndjson \(10 bets\)/);
    assert.deepEqual(exitCodes(), ['']);
  });

  test('what cannot be is one clear line and starts nothing', (t) => {
    const cwd = clone(t);
    const make = (...args: string[]): Ran => run('make', ['-s', ...args], { cwd });
    for (const [args, pattern] of [
      [['up', 'AGENCIES=many'], /AGENCIES is "many", must be a whole number/],
      [['up', 'BETS=1.5'], /BETS is "1\.5", must be a whole number/],
      [['up', 'MODE=casino'], /MODE is "casino", must be one of/],
      [['up', 'FLEET=maybe'], /FLEET is "maybe", must be one of yes, no, auto/],
      [['up', 'FLEET=yes', 'MODE=echo'], /FLEET is "yes", but in mode echo each agency has a container/],
      [['up', 'DATA=nowhere'], /nowhere" as the folder of the agencies' files: it does not exist/],
      [['up', 'DATA=docker'], /DATA=docker has no file agency-N\.csv for agency 1 2 3 4 5/],
    ] as const) {
      const { status, stderr } = make(...args);
      assert.equal(status, 2);
      assert.match(stderr, pattern);
      assert.deepEqual(exitCodes(), ['']);
    }
    // The file that generar-compose.sh has written, without the files of bets.
    assert.equal(run('./generar-compose.sh', ['docker-compose-dev.yaml', '2'], { cwd }).status, 0);
    const bare = make('docker-compose-up');
    assert.equal(bare.status, 2);
    assert.match(
      bare.stderr,
      /has no file agency-N\.csv for agency 1 2: make data AGENCIES=2 MISSING=1 makes them/,
    );
    assert.deepEqual(exitCodes(), ['']);
    const off = run('make', ['-s', 'up'], { cwd, env: { DOCKER_HOST: 'unix:///nowhere.sock' } });
    assert.equal(off.status, 2);
    assert.match(
      off.stderr,
      /Cannot connect to the Docker daemon.*\n+Docker does not answer where DOCKER_HOST says/,
    );
  });
}
