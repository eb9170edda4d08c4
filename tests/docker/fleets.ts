/** All agencies in one container, as `make up` has it if they are many. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { mostApart } from '../../src/config/fleet-rule.ts';
import { run } from '../compose/shell.ts';
import { agencyRows, storedRowsOf } from './bets.ts';
import { clone, exitCodes } from './make-targets.ts';
import { dockerOk, System } from './system.ts';

const WINNERS = [3, 0, 1, 12, 5, 2, 0, 0, 4, 1, 1, 7];

export function fleets(): void {
  test('a fleet of twelve agencies: the draw, each its own winners, every bet once', async (t) => {
    const files = WINNERS.map((winners, i) => agencyRows(i + 1, 300 + 50 * i, winners));
    const system = new System(t, { clients: WINNERS.length, fleet: true, files });
    system.up();
    for (const [i, winners] of WINNERS.entries()) {
      const line = `consulta_ganadores \\| result: success \\| client_id: ${i + 1} \\| cant_ganadores: ${winners}$`;
      await system.line('clients', new RegExp(line));
    }
    assert.equal(await system.exitCode('clients'), 0);
    assert.equal(await system.exitCode('server'), 0);
    assert.deepEqual(system.storedRows(), storedRowsOf(files));
  });

  test('a fleet that is told to stop in the middle of its upload does so at once', async (t) => {
    const files = [1, 2, 3].map((id) => agencyRows(id, 200, 1));
    const agency = [['# period: 5s', 'period: 1h']] as const;
    const system = new System(t, { clients: 3, fleet: true, files, agency });
    system.up();
    await system.line('server', /apuesta_recibida/);
    system.stop();
    assert.equal(await system.exitCode('clients'), 0);
    assert.equal(await system.exitCode('server'), 0);
  });

  test('make up with many agencies starts two containers; status, logs and down know them', (t) => {
    const cwd = clone(t);
    const make = (...args: string[]) => run('make', ['-s', ...args], { cwd });
    const agencies = mostApart() + 1;
    const up = make('up', `AGENCIES=${agencies}`, 'BETS=100');
    assert.equal(up.status, 0, up.stdout + up.stderr);
    assert.match(up.stdout, new RegExp(`the server and ${agencies} agencies in one container\n`));
    assert.ok(existsSync(join(cwd, '.data', `agency-${agencies}.csv`)));
    // Compose that begins to follow just as a container exits misses its end, and follows for ever.
    dockerOk('wait', 'clients', 'server');
    const { stdout: logs } = make('logs');
    assert.equal(logs.match(/clients +\| .*consulta_ganadores \| result: success/g)?.length, agencies);
    assert.match(make('status').stdout, /clients .*Exited \(0\)/);
    assert.equal(exitCodes().length, 2);
    const down = make('down');
    assert.equal(down.status, 0, down.stdout + down.stderr);
    assert.match(down.stdout, new RegExp(`bets\\.csv journal\\.ndjson \\(${agencies * 100} bets\\)`));
    assert.deepEqual(exitCodes(), ['']);
    assert.equal(dockerOk('network', 'ls', '-q', '--filter', 'name=tp0_testing_net'), '');
  });
}
