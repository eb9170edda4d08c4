/** Many servers in Docker: what people type, with servers and nodes killed and cut off in the middle. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { run } from '../compose/shell.ts';
import { until } from '../support/system.ts';
import { clone, exitCodes } from './make-targets.ts';
import { docker, dockerOk, PATIENCE_MS } from './system.ts';

export function clusters(): void {
  test('make chaos: servers and nodes killed, networks cut, and every bet once; make bets and down keep the draw', (t) => {
    const cwd = clone(t);
    const make = (...args: string[]) => run('make', ['-s', ...args], { cwd });
    const chaos = make('chaos', 'AGENCIES=6', 'BETS=15000', 'FLEET=yes');
    assert.equal(chaos.status, 0, chaos.stdout + chaos.stderr);
    for (const what of [
      /server2 is killed/,
      /nats\d is killed, which led the engine/,
      /the network between server3 and the engine is cut/,
      /between nats\d and the other nodes is cut/,
      /total +90,000 +90,000 +0 +0 /,
      /yes {2}bets\.csv and journal of all nodes are the same bytes/,
    ])
      assert.match(chaos.stdout, what);

    assert.match(make('status').stdout, /server3 .*Exited \(0\)/);
    const down = make('down');
    assert.equal(down.status, 0, down.stdout + down.stderr);
    assert.match(down.stdout, /\.data\/last-draw: bets\.csv journal\.ndjson \(90000 bets\)/);
    assert.deepEqual(exitCodes(), ['']);
    assert.equal(make('verify', 'DIR=.data/last-draw').status, 0);
    assert.equal(dockerOk('volume', 'ls', '-q', '--filter', 'name=^tp0_'), '');
  });

  test('a node of the engine that begins anew as the servers wait for it is waited for', async (t) => {
    const cwd = clone(t);
    const up = spawn('make', ['-s', 'cluster', 'SERVERS=2', 'AGENCIES=0'], { cwd, stdio: 'pipe' });
    const ended = once(up, 'exit');
    const [out, err] = [text(up.stdout), text(up.stderr)];
    // As docker/nats/healthy.sh does.
    const kill =
      'cd /proc; for one in [0-9]*; do [[ $(<$one/comm) != nats-server ]] || kill -KILL $one; done';
    const isStarted = () => docker('logs', 'nats2').stderr.includes('Starting nats-server');
    await until(isStarted, 'nats2 runs', PATIENCE_MS);
    dockerOk('exec', 'nats2', 'bash', '-c', kill);
    const [[code], said] = [await ended, (await out) + (await err)];
    assert.equal(code, 0, said);
    assert.match(docker('logs', 'nats2').stderr, /action: restart \| result: in_progress \| exit_code: 137/);
  });

  test('a cluster with a configuration of its nodes that is wrong ends at once, and says what is wrong', (t) => {
    const cwd = clone(t);
    appendFileSync(join(cwd, 'docker', 'nats', 'nats.conf'), 'wrong {\n');
    const { status, stdout } = run('make', ['-s', 'cluster', 'SERVERS=2', 'AGENCIES=0'], { cwd });
    assert.equal(status, 2, stdout);
    assert.match(
      stdout,
      /The container nats\d has ended with exit code 2\. It says .*:\n {2}nats-server: Parse error .*\n.* docker\/nats\/nats\.conf/,
    );
  });

  test('an echo test of a cluster that waits for its agencies, and an agency cannot reach the engine', (t) => {
    const cwd = clone(t);
    const make = (...args: string[]) => run('make', ['-s', ...args], { cwd });
    const up = make('cluster', 'SERVERS=2', 'AGENCIES=1', 'MODE=batches', 'BETS=1000');
    assert.equal(up.status, 0, up.stdout + up.stderr);
    assert.equal(make('echo-test').stdout, 'action: test_echo_server | result: success\n');
    assert.notEqual(
      docker(
        'run',
        '--rm',
        '--network',
        'tp0_testing_net',
        'busybox:latest',
        'nc',
        '-w',
        '2',
        'nats1',
        '4222',
      ).status,
      0,
    );
    const down = make('down');
    assert.equal(down.status, 0, down.stdout + down.stderr);
  });
}
