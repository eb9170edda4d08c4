/** Winners of any number arrive over any network: what counts is that they come, not how long the last of them takes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeBets, writeAgencyFile } from '../support/bets.ts';
import { Relay } from '../support/relay.ts';
import { startAgency, startServer, temporaryFolder } from '../support/system.ts';

/** All of the bets win. */
const WINNERS = 30_000;
/** Three tenths of a second for what the agency waits for, and for a draw's end; the winners take three seconds. */
const PATIENCE = '300ms';
const BYTES_PER_SECOND = 100_000;

test('winners that take longer than anybody waits for one line arrive whole, over a slow network', async (t) => {
  const data = temporaryFolder(t);
  writeAgencyFile(data, 1, makeBets(1, WINNERS, WINNERS));
  const { program, port } = await startServer(t, { agencies: 1, env: { ANNOUNCE_TIMEOUT: PATIENCE } });
  const relay = await Relay.to(t, port, BYTES_PER_SECOND);
  const agency = startAgency(t, { port: relay.port, id: 1, data, env: { CLI_CONNECTION_TIMEOUT: PATIENCE } });
  await agency.line(`action: consulta_ganadores | result: success | cant_ganadores: ${WINNERS}`);
  await agency.expectExit(0);
  assert.equal(agency.count('action: connection | result: fail'), 0);
  await program.expectExit(0);
});
