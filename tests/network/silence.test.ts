/** The other side falls silent, or its machine is gone: nobody waits for ever. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { makeBets, writeAgencyFile } from '../support/bets.ts';
import { FakeServer } from '../support/fake-server.ts';
import { isLinux } from '../support/kernel.ts';
import { startAgency, startServer, temporaryFolder, until } from '../support/system.ts';

test('an agency calls again when the server falls silent, also after pauses longer than its patience', async (t) => {
  const data = temporaryFolder(t);
  writeAgencyFile(data, 1, makeBets(1, 100));
  const server = await FakeServer.listen(t);
  const env = {
    // Long enough that a busy machine's server answers in time.
    CLI_CONNECTION_IDLE: '3s',
    CLI_LOOP_PERIOD: '4s',
    CLI_BATCH_WINDOW: '1',
    CLI_BATCH_MAXAMOUNT: '10',
  };
  const agency = startAgency(t, { port: server.port, data, env });
  const peer = await server.accept();
  await peer.expectLine('HELLO:1');
  peer.send('WELCOME:1:0:0\n');
  await peer.expectLine(/^BATCH:0:/);
  peer.send('STORED:10\n');
  await peer.expectLine(/^BATCH:10:/);
  const again = await server.accept(1);
  await again.expectLine('HELLO:1:1');
  await agency.line(
    'action: connection | result: fail | client_id: 1 | error: the server did not answer in time',
  );
});

const ESTABLISHED = '01';
/** The kernel's timer of a connection that owes nothing: it will ask whether the other side is there. */
const KEEP_ALIVE = '02';

test('who waits for the draw is asked by the kernel whether it is still there, on both sides', {
  skip: !isLinux,
}, async (t) => {
  const data = temporaryFolder(t);
  writeAgencyFile(data, 1, makeBets(1, 10));
  const { program, port, dir } = await startServer(t);
  const agency = startAgency(t, { port, data });
  await until(() => readFileSync(`${dir}/journal.ndjson`, 'utf8').includes('"done":[1]'), 'DONE is stored');
  const side = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const timers = () =>
    readFileSync('/proc/net/tcp', 'utf8')
      .split('\n')
      .map((row) => row.trim().split(/\s+/))
      .filter(([, local, remote, state]) => state === ESTABLISHED && (local === side || remote === side))
      .map((fields) => fields[5]!.slice(0, 2));
  await until(() => timers().join() === `${KEEP_ALIVE},${KEEP_ALIVE}`, 'both sides are watched');
  assert.ok(!program.hasExited && !agency.hasExited);
});
