/** A defect that no actor catches ends its program in order: a critical line, exit code 1, and no stack for users. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { batchLine, makeBets, writeAgencyFile } from '../support/bets.ts';
import { FakeServer } from '../support/fake-server.ts';
import { greet, Peer } from '../support/peer.ts';
import { PLANTED } from '../support/plant.ts';
import { type Environment, Program } from '../support/program.ts';
import { startAgency, startServer, temporaryFolder } from '../support/system.ts';

const CRITICAL = 'CRITICAL action: run | result: fail | error: Error: planted';

const breaks = async (program: Program): Promise<void> => {
  program.signal('SIGUSR2');
  await program.expectExit(1);
  assert.equal(program.count(CRITICAL), 1);
};

test('a server tells its agencies, stores what they sent, and closes its files', async (t) => {
  const { program, port } = await startServer(t, { env: PLANTED });
  const peer = await greet(port, 1, /^WELCOME:/);
  program.signal('SIGUSR2');
  await peer.expectLine(/^ERROR:SHUTTING_DOWN:the server cannot go on/);
  peer.end();
  await program.expectExit(1);
  assert.equal(program.count(CRITICAL), 1);
  assert.equal(program.count('resource: journal.ndjson'), 1);
});

test('an agency, a fleet, an echo client and an inspector end with 1', async (t) => {
  const server = await FakeServer.listen(t);
  const data = temporaryFolder(t);
  for (const id of [1, 2]) writeAgencyFile(data, id, makeBets(id, 10));
  const kinds: Environment[] = [{ CLI_ID: '1' }, { CLI_ID: '1-2' }, { AGENCY_MODE: 'echo' }];
  const agencies = kinds.map((env) =>
    startAgency(t, { port: server.port, data, env: { ...PLANTED, ...env } }),
  );
  const inspector = new Program(['inspector', '--port', '0'], PLANTED);
  t.after(() => inspector.kill());
  // One call of each, and two of the fleet: all are at work.
  await server.accept(3);
  await inspector.line('action: inspect | result: in_progress');
  await Promise.all([...agencies, inspector].map(breaks));
});

test('at level DEBUG the stack is logged, on one line', async (t) => {
  const { program } = await startServer(t, { env: { ...PLANTED, LOGGING_LEVEL: 'DEBUG' } });
  await breaks(program);
  assert.match(await program.line('stack: Error: planted'), /planted\.ts/);
});

const DEFECTS: Environment = {
  NODE_OPTIONS: `--import ${new URL('../support/planted-defects.ts', import.meta.url).href}`,
};

test("a defect in one session's decoder ends that session, and the server serves the others", async (t) => {
  const { program, port } = await startServer(t, { env: { ...DEFECTS, SERVER_PAUSE_TIMEOUT: '1m' } });
  const agency = await greet(port, 1, /^WELCOME:/);
  for (const said of ['defect\n', 'HELLO:2\n']) {
    const peer = await Peer.connect(port);
    peer.send(said);
    if (said !== 'defect\n') {
      await peer.expectLine(/^WELCOME:/);
      peer.send('BATCH:0:2,a defect,b,12345678,2000-01-01,7\n');
    }
    await peer.expectLine(/^ERROR:INTERNAL:/);
    await peer.expectEnd();
  }
  agency.send(batchLine(0, makeBets(1, 3)));
  await agency.expectLine('STORED:3');
  agency.end();
  program.signal('SIGTERM');
  await program.expectExit(0);
  assert.equal(program.count('CRITICAL action: session | result: fail | error: Error: planted'), 2);
});

test("a defect in the reading of one agency's file costs a fleet that agency", async (t) => {
  const data = temporaryFolder(t);
  writeAgencyFile(data, 1, makeBets(1, 50));
  writeAgencyFile(data, 2, [['2', 'Ana', 'defect', '12345678', '2000-01-01', '7']]);
  writeAgencyFile(data, 3, makeBets(3, 50));
  const { port } = await startServer(t, { agencies: 4 });
  const fleet = startAgency(t, { port, data, env: { ...DEFECTS, CLI_ID: '1-3' } });
  await fleet.line(/CRITICAL action: open_file \| result: fail \| client_id: 2 .*planted/);
  while (fleet.count('apuesta_enviada') < 2) await fleet.line('apuesta_enviada', fleet.lines.length);
  assert.ok(!fleet.hasExited, 'the others await the draw');
});
