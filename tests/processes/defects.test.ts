/** A defect that no actor catches ends its program in order: a critical line, exit code 1, and no stack for users. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeBets, writeAgencyFile } from '../support/bets.ts';
import { FakeServer } from '../support/fake-server.ts';
import { greet } from '../support/peer.ts';
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
