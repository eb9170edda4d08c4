/** Many servers in Docker: what people type, with servers and nodes killed and cut off in the middle. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { run } from '../compose/shell.ts';
import { clone, exitCodes } from './make-targets.ts';
import { docker, dockerOk } from './system.ts';

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
