/** The original's clients start again from their first row: nothing is stored twice, nothing is mixed up. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeBets, readStored, wireBets } from '../support/bets.ts';
import { Peer } from '../support/peer.ts';
import { startServer } from '../support/system.ts';
import { batchesOf, OriginalClient } from './original-client.ts';

test('a client that is killed anywhere and starts again from its first row stores every bet once', async (t) => {
  const rows = makeBets(1, 500, 4);
  let server = await startServer(t, { agencies: 1 });
  const batches = batchesOf(rows);
  const dyings: ((client: OriginalClient) => Promise<void>)[] = [
    async ({ peer }) => peer.reset(), // before anything
    async (client) => {
      await client.upload(rows, { only: 2 }); // after a count
      client.peer.reset();
    },
    async (client) => {
      await client.upload(rows, { only: 1 });
      await client.peer.sendPieces([batches[1]!]); // before the count of a batch that is a repeat
      client.peer.end();
      await client.peer.linesToEnd();
    },
    async (client) => {
      await client.upload(rows, { only: 3 });
      await client.peer.sendPieces([batches[3]!.slice(0, 1_000)]); // in the middle of a batch
      client.peer.reset();
    },
    async (client) => {
      await client.upload(rows);
      client.peer.end(); // all sent, DONE not said
      await client.peer.linesToEnd();
    },
  ];
  for (const [index, dieFrom] of dyings.entries()) {
    await dieFrom(await OriginalClient.start(server.port, 1));
    if (index % 2 === 0) continue;
    server.program.signal('SIGKILL');
    await server.program.exited;
    server = await startServer(t, { agencies: 1, dir: server.dir });
  }
  const client = await OriginalClient.start(server.port, 1);
  await client.upload(rows);
  client.sayDone();
  assert.equal(await client.winners(), 4);
  await server.program.expectExit(0);
  assert.deepEqual(readStored(server.dir), rows);
});

test('a client that starts again with another file is stopped before anything is mixed up', async (t) => {
  const rows = makeBets(1, 300);
  const { port, dir } = await startServer(t, { agencies: 1 });
  const first = await OriginalClient.start(port, 1);
  await first.upload(rows);
  first.peer.reset();
  const again = await OriginalClient.start(port, 1);
  await again.upload(rows, { only: 1 });
  again.peer.send(`${wireBets(makeBets(1, 360).slice(240))}\n`);
  await again.peer.expectLine('0');
  await again.peer.expectEnd();
  assert.deepEqual(readStored(dir), rows);
});

test('a client that opens a connection for each batch uploads all of them', async (t) => {
  const rows = makeBets(1, 500);
  const { port, dir } = await startServer(t, { agencies: 1 });
  for (const batch of batchesOf(rows)) {
    const peer = await Peer.connect(port);
    peer.send(batch);
    await peer.expectLine(`${batch.split(';').length}`);
    peer.end();
    await peer.expectEnd();
  }
  assert.deepEqual(readStored(dir), rows);
});
