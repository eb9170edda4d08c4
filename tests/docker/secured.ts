/** `make up TLS=1`: certificates by themselves, a health check that has its own, and new ones on SIGHUP. */
import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { run } from '../compose/shell.ts';
import { until } from '../support/system.ts';
import { clone } from './make-targets.ts';
import { docker, dockerBoth, dockerOk, PATIENCE_MS } from './system.ts';

export function secured(): void {
  test('make up TLS=1: a draw of agencies that show certificates, a server that is healthy', async (t) => {
    const cwd = clone(t);
    const make = (...args: string[]) => run('make', ['-s', ...args], { cwd });
    t.after(() => make('down'));
    const up = make('up', 'AGENCIES=2', 'BETS=100', 'TLS=1');
    assert.equal(up.status, 0, up.stdout + up.stderr);
    assert.match(up.stdout, /^\.data\/certs: made certificates of 5 names$/m);
    dockerOk('wait', 'client1', 'client2', 'server');
    const said = dockerBoth('logs', 'server').join('\n');
    assert.match(said, /action: load_certificates \| result: success/);
    assert.doesNotMatch(said, /result: fail|warning/);
    const key = readFileSync(join(cwd, '.data/certs/agency-1.key'), 'utf8');
    const down = make('down');
    assert.match(down.stdout, /\(200 bets\)/, down.stderr);

    // As a fleet, with what is there; and one that is not waited for is told to load them anew.
    rmSync(join(cwd, '.data/agency-2.csv'));
    const again = make('up', 'AGENCIES=2', 'BETS=10', 'FLEET=yes', 'MODE=batches', 'TLS=1');
    assert.equal(again.status, 0, again.stderr);
    assert.doesNotMatch(again.stdout, /made certificates/);
    assert.equal(readFileSync(join(cwd, '.data/certs/agency-1.key'), 'utf8'), key);
    dockerOk('wait', 'clients');
    const echo = run('sh', ['validar-echo-server.sh'], { cwd });
    assert.deepEqual([echo.status, echo.stdout], [1, 'action: test_echo_server | result: fail\n']);
    assert.match(echo.stderr, /^the server speaks TLS, which netcat does not: /m);
    const loads = () => dockerBoth('logs', 'server').filter((line) => /load_certificates/.test(line)).length;
    assert.equal(loads(), 1);
    docker('kill', '--signal', 'HUP', 'server');
    await until(() => loads() === 2, 'they are loaded anew', PATIENCE_MS);
    dockerOk('stop', '-t', '10', 'server');
    assert.equal(loads(), 2);
    assert.equal(dockerOk('inspect', '--format', '{{.State.ExitCode}}', 'server'), '0');
  });
}
