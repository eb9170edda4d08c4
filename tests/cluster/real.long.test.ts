/** Servers, agencies and an engine as real processes: what no simulation can show. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { nodeDisk } from '../../src/store/disk.ts';
import { verifyDraw } from '../../src/store/verify.ts';
import { makeBets, readStored, sorted, writeAgencyFile } from '../support/bets.ts';
import { EngineNodes, withoutEngine } from '../support/engine.ts';
import { type Environment, Program } from '../support/program.ts';
import { agencyEnvironment, temporaryFolder } from '../support/system.ts';
import { withExport } from './exported.ts';
import { type ClusterServer, startServers } from './servers.ts';

const options = { skip: withoutEngine };

const startFleet = (t: TestContext, port: number, data: string, agencies: number, env: Environment = {}) => {
  const program = new Program(['agency', '--id', `1-${agencies}`], {
    ...agencyEnvironment({ port, data, env: { CLI_CONNECTION_MAXATTEMPTS: '10000', ...env } }),
    CLI_ID: '',
  });
  t.after(() => program.kill());
  return program;
};

const makeFiles = (t: TestContext, agencies: number, bets: number) => {
  const data = temporaryFolder(t);
  const rows = Array.from({ length: agencies }, (_, index) => makeBets(index + 1, bets, index % 3));
  for (const [index, own] of rows.entries()) writeAgencyFile(data, index + 1, own);
  return { data, rows: rows.flat() };
};

test('a hundred agencies, each at two servers at once: every bet is stored once', options, async (t) => {
  const engine = await EngineNodes.start(t);
  const { data, rows } = makeFiles(t, 100, 200);
  const servers = await startServers(t, 2, { url: engine.url, draw: 'twins', agencies: 100 });
  const env = { CLI_BATCH_MAXAMOUNT: '10' };
  const fleets = servers.map(({ port }) => startFleet(t, port, data, 100, env));
  for (const { program } of servers) await program.expectExit(0, 180_000);
  await withExport(engine.url, 'twins', async (dir) => {
    const { state } = await verifyDraw(dir, nodeDisk());
    assert.equal(state, 'closed');
    assert.deepEqual(sorted(readStored(dir)), sorted(rows));
  });
  for (const fleet of fleets) fleet.signal('SIGTERM');
});

const residentBytes = ({ program }: ClusterServer): number =>
  1024 * Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${program.pid}/status`, 'utf8'))?.[1]);

test('the engine is away for 30 s: the server says so once, its memory stays bounded, the upload goes on', {
  skip: withoutEngine || (process.platform === 'linux' ? false : 'reads /proc'),
}, async (t) => {
  const engine = await EngineNodes.start(t);
  const { data, rows } = makeFiles(t, 50, 8_000);
  const [server] = await startServers(t, 1, { url: engine.url, draw: 'away', agencies: 50 });
  assert.ok(server);
  const fleet = startFleet(t, server.port, data, 50);
  await server.program.line('apuesta_recibida');
  const waits = (result: string) => server.program.count(`action: wait_for_log | result: ${result}`);
  const waitedBefore = waits('in_progress');
  await engine.kill();
  const before = residentBytes(server);
  let most = 0;
  for (let second = 0; second < 30; second++) {
    await sleep(1_000);
    most = Math.max(most, residentBytes(server));
  }
  const grown = (most - before) / 1024 / 1024;
  t.diagnostic(`${grown.toFixed(0)} MB more than before`);
  assert.ok(grown < 160, `the server took ${grown.toFixed(0)} MB more while it waited`);
  assert.equal(waits('in_progress') - waits('success'), 1);
  assert.ok(waits('in_progress') - waitedBefore <= 1);
  for (const node of engine.nodes) node.start();
  await fleet.expectExit(0, 180_000);
  await server.program.expectExit(0);
  // While its nodes elect their leaders, an engine may answer and be away again.
  assert.equal(waits('success'), waits('in_progress'));
  await withExport(engine.url, 'away', async (dir) => {
    assert.deepEqual(sorted(readStored(dir)), sorted(rows));
  });
});

test(
  'an agency that missed its winners hears them from a server of the next draw, out of the engine',
  options,
  async (t) => {
    const engine = await EngineNodes.start(t);
    const { data } = makeFiles(t, 3, 500);
    const [monday] = await startServers(t, 1, {
      ...{ url: engine.url, draw: 'monday', agencies: 3 },
      env: { ANNOUNCE_TIMEOUT: '1s', ANNOUNCE_DELAY: '1s' },
    });
    assert.ok(monday);
    const agencyOf = (id: number, port: number, env: Environment = {}) => {
      const program = new Program(['agency'], agencyEnvironment({ port, id, data, env }));
      t.after(() => program.kill());
      return program;
    };
    const [one, two, three] = [1, 2, 3].map((id) => agencyOf(id, monday.port));
    await monday.program.line('action: sorteo | result: success');
    await three?.kill();
    await one?.expectExit(0);
    await two?.expectExit(0);
    await monday.program.expectExit(0);

    const [tuesday] = await startServers(t, 1, { url: engine.url, draw: 'tuesday', agencies: 3 });
    assert.ok(tuesday);
    const late = agencyOf(3, tuesday.port, { CLI_DRAW: 'monday' });
    await late.expectExit(0);
    await late.line('action: consulta_ganadores | result: success | cant_ganadores: 2');
    await late.line('action: draw | result: success | draw: monday | head: ');
    const lost = agencyOf(1, tuesday.port, { CLI_DRAW: 'sunday' });
    assert.deepEqual(await lost.exited, { code: 2, signal: null });
    assert.ok(
      lost.lines.some((line) => line.includes('the engine has no draw "sunday"')),
      lost.lines.join('\n'),
    );
    tuesday.program.signal('SIGTERM');
    await tuesday.program.expectExit(0);
  },
);
