/** Many agencies in one process: `quiniela agency --id 1-3`. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { CALLS } from '../../src/limits.ts';
import { csvRow, makeBets, type Row, writeAgencyFile } from '../support/bets.ts';
import { agencyTls, certificates } from '../support/certificates.ts';
import { type Environment, Program, STOP_MS } from '../support/program.ts';
import { agencyEnvironment, freePort, startServer, temporaryFolder, until } from '../support/system.ts';

const IDS = [1, 2, 3];

const dataOf = (t: TestContext, bets: readonly Row[][]): string => {
  const data = temporaryFolder(t);
  for (const [index, rows] of bets.entries()) writeAgencyFile(data, index + 1, rows);
  return data;
};

const startFleet = (t: TestContext, port: number, data: string, args: string[], env: Environment = {}) => {
  const program = new Program(['agency', ...args], { ...agencyEnvironment({ port, data }), ...env });
  t.after(() => program.kill());
  return program;
};

test('each agency of a fleet uploads its own file and is told its own winners', async (t) => {
  const bets = IDS.map((id) => makeBets(id, 200 * id, id));
  const { program: server, port, dir } = await startServer(t, { agencies: 3 });
  const fleet = startFleet(t, port, dataOf(t, bets), ['--id', '1-3']);
  await fleet.expectExit(0);
  await server.expectExit(0);
  for (const id of IDS) {
    await fleet.line(`action: config | result: success | client_id: ${id} |`);
    await fleet.line(`consulta_ganadores | result: success | client_id: ${id} | cant_ganadores: ${id}`);
  }
  const stored = readFileSync(join(dir, 'bets.csv'), 'utf8').split('\r\n').filter(Boolean).sort();
  assert.deepEqual(
    stored,
    bets
      .flat()
      .map((row) => csvRow(row).trimEnd())
      .sort(),
  );
});

test('a fleet that only uploads sends each file and is told nothing', async (t) => {
  const bets = IDS.slice(0, 2).map((id) => makeBets(id, 10 * id));
  const { port, dir } = await startServer(t, { agencies: 3 });
  const fleet = startFleet(t, port, dataOf(t, bets), ['--id', '1-2'], { AGENCY_MODE: 'batches' });
  await fleet.expectExit(0);
  assert.equal(fleet.count('consulta_ganadores'), 0);
  const stored = readFileSync(join(dir, 'bets.csv'), 'utf8').split('\r\n').filter(Boolean);
  assert.equal(stored.length, 30);
});

test('an agency that fails does not keep the others from their upload, and the exit code tells of it', async (t) => {
  const bets = IDS.slice(0, 2).map((id) => makeBets(id, 100));
  const { program: server, port } = await startServer(t, { agencies: 2 });
  const fleet = startFleet(t, port, dataOf(t, bets), [], { CLI_ID: '1-3' });
  await fleet.expectExit(2);
  await server.expectExit(0);
  await fleet.line(/open_file \| result: fail \| client_id: 3 /);
  assert.equal(fleet.count('consulta_ganadores | result: success'), 2);
});

test('with TLS so many call at once, and the others once they have been answered: none waits for all', async (t) => {
  const ids = Array.from({ length: CALLS + 10 }, (_, index) => index + 1);
  const certs = await certificates(t, ids);
  const live = new Set<Socket>();
  let [called, most] = [0, 0];
  const deaf = createServer((socket) => {
    called++;
    live.add(socket.on('error', () => {}).on('close', () => live.delete(socket)));
    most = Math.max(most, live.size);
  });
  deaf.listen(0, '127.0.0.1');
  await once(deaf, 'listening');
  const cutAll = () => {
    for (const socket of live) socket.destroy();
  };
  t.after(() => deaf.close());
  t.after(cutAll);
  const bets = ids.map((id) => makeBets(id, 1));
  const { port } = deaf.address() as AddressInfo;
  const fleet = startFleet(t, port, dataOf(t, bets), ['--id', `1-${ids.length}`], agencyTls(certs));
  await until(
    () => fleet.count('open_file | result: success') === ids.length && called >= CALLS,
    'all have begun',
  );
  cutAll();
  await until(() => called >= ids.length, 'the calls of the others');
  assert.equal(most, CALLS);
});

test('a signal stops all agencies of a fleet, and the exit code is 0', async (t) => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    const bets = IDS.map((id) => makeBets(id, 100));
    const fleet = startFleet(t, await freePort(), dataOf(t, bets), ['--id', '1-3']);
    for (const id of IDS) await fleet.line(`connect | result: fail | client_id: ${id} `);
    fleet.signal(signal);
    await fleet.expectExit(0, STOP_MS);
    for (const id of IDS)
      await fleet.line(`close | result: success | client_id: ${id} | resource: file of bets`);
  }
});

test('who looks at a recorded run sees how far each agency of the fleet is', async (t) => {
  const bets = IDS.map((id) => makeBets(id, 100 * id, id));
  const file = join(temporaryFolder(t), 'run.ndjson');
  const { program: server, port } = await startServer(t, { agencies: 3, env: { INSPECT_FILE: file } });
  const fleet = startFleet(t, port, dataOf(t, bets), ['--id', '1-3'], { INSPECT_FILE: file });
  await fleet.expectExit(0);
  await server.expectExit(0);
  const status = new Program(['status', '--file', file], {});
  assert.deepEqual(await status.exited, { code: 0, signal: null });
  for (const id of IDS)
    assert.match(status.lines.join('\n'), new RegExp(`^ *agency ${id} +█+ +${100 * id} +✓ winners$`, 'm'));
});

test('a range that makes no sense, or a mode for one agency, is refused before anything is sent', async (t) => {
  const cases: readonly [string[], Environment, RegExp][] = [
    [['--id', '3-1'], {}, /id is "3-1", must be a whole number from 0 to 10000, or a range/],
    [['--id', '1-x'], {}, /id is "1-x"/],
    [['--id', '1-20000'], {}, /id is "1-20000"/],
    [['--id', '1-2'], { AGENCY_MODE: 'bet' }, /agencies 1 to 2 in mode bet/],
    [['--id', '1-2'], { AGENCY_MODE: 'echo' }, /agencies 1 to 2 in mode echo/],
  ];
  for (const [args, env, reason] of cases) {
    const fleet = startFleet(t, 1, '/nonexistent', args, env);
    assert.deepEqual(await fleet.exited, { code: 2, signal: null });
    assert.match(fleet.stderr, /^quiniela: [^\n]+\n$/);
    assert.match(fleet.stderr, reason);
    assert.deepEqual(fleet.lines, []);
  }
});
