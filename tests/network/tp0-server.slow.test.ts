/** The server to the original's clients: what they have always been answered, and nothing stored twice. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  batchLine,
  documentsOfWinners,
  doneLine,
  finishedIn,
  makeBets,
  type Row,
  readStored,
  sorted,
  winnersLine,
  wireBet,
  wireBets,
  writeAgencyFile,
} from '../support/bets.ts';
import { greet, Peer } from '../support/peer.ts';
import { startAgency, startServer, temporaryFolder, until } from '../support/system.ts';
import { batchesOf, OriginalClient } from './original-client.ts';

test('batches are counted, DONE without a newline ends the upload, the winners follow', async (t) => {
  const { program, port, dir } = await startServer(t, { agencies: 2 });
  const uploads = [makeBets(1, 250, 2), makeBets(2, 120, 3)];
  const clients: OriginalClient[] = [];
  for (const [index, rows] of uploads.entries()) {
    const client = await OriginalClient.start(port, index + 1);
    await client.upload(rows);
    for (const waiting of clients) waiting.peer.expectNothingYet();
    client.sayDone();
    clients.push(client);
  }
  assert.deepEqual(await Promise.all(clients.map((client) => client.winners())), [2, 3]);
  for (const { peer } of clients) await peer.expectEnd();
  await program.expectExit(0);
  assert.deepEqual(readStored(dir), uploads.flat());
});

/** The winners as Python writes a list of them. */
const listOf = (rows: readonly Row[]): string =>
  `[${documentsOfWinners(rows)
    .map((document) => `'${document}'`)
    .join(', ')}]`;

test("the winners are the final version's list, or the number of the version before it", async (t) => {
  for (const [winners, two, none] of [
    ['list', "['10200010', '10200020']", '[]'],
    ['count', '2', '0'],
  ] as const) {
    const env = { SERVER_TP0_WINNERS: winners };
    const { program, port } = await startServer(t, { agencies: 2, env });
    const rows = makeBets(1, 30, 2);
    const client = await OriginalClient.start(port, 1);
    await client.upload(rows);
    client.sayDone();
    const other = await OriginalClient.start(port, 2);
    other.sayDone();
    await client.peer.expectLine(winners === 'list' ? listOf(rows) : two);
    if (winners === 'list') assert.equal(listOf(rows), two);
    await other.peer.expectLine(none);
    for (const { peer } of [client, other]) await peer.end().expectEnd();
    await program.expectExit(0);
  }
});

test('answers come in the order of what was said, whatever is wrong with it', async (t) => {
  const { program, port, dir } = await startServer(t, { agencies: 1 });
  const rows = makeBets(1, 3);
  const { peer } = await OriginalClient.start(port, 1);
  peer.send(`${wireBets(rows.slice(0, 2))}\nbad\n${wireBet(rows[2]!)}\nDONE:7\n`);
  await peer.expectLines('2', '0', '1', '0');
  await peer.expectEnd();
  assert.deepEqual(readStored(dir), rows);
  assert.equal(program.count('action: session | result: fail'), 1);
});

test("exercise 5's client: one bet that ends in a separator, answered with its number, in each connection", async (t) => {
  const { program, port, dir } = await startServer(t, { agencies: 5 });
  const [bet] = makeBets(3, 1, 1) as [Row];
  const number = '7574';
  for (const end of ['', '\n', '']) {
    const peer = await Peer.connect(port);
    peer.send(`${wireBet(bet)};${end}`);
    await peer.expectLine(number);
    peer.end();
    await peer.expectEnd();
  }
  assert.deepEqual(readStored(dir), [bet], 'a client says its bet loop.amount times');
  const stored = `apuesta_almacenada | result: success | dni: ${bet[3]} | numero: ${number}`;
  assert.equal(program.count(stored), 1);
  const bad = await Peer.connect(port);
  bad.send(`${wireBet(bet).replace(/\d+$/, '10000')};`);
  await bad.expectEnd();
  await program.line('apuesta_almacenada | result: fail | error: NUMBER');
});

test("TP0's words never touch an upload that has offsets", async (t) => {
  const { program, port, dir } = await startServer(t, { agencies: 1 });
  const rows = makeBets(1, 40, 1);
  const agency = await greet(port, 1);
  const dones = ['DONE:1', 'DONE:1\n'];
  const bets = [`${wireBets(rows.slice(0, 3))}\n`, `${wireBet(rows[0]!)};`];
  const strange = async (words = [...dones, ...bets]): Promise<void> => {
    for (const said of words) {
      const stranger = await Peer.connect(port);
      stranger.send(said);
      await stranger.expectEnd();
    }
  };
  await strange(dones);
  agency.send(batchLine(0, rows.slice(0, 20)));
  await agency.expectLine('STORED:20');
  await strange();
  agency.end();
  await agency.expectEnd();
  await strange();
  const again = await greet(port, 1, /^WELCOME:1:20:/);
  again.send(`${batchLine(20, rows.slice(20))}${doneLine(1, rows)}`);
  await again.expectLine('STORED:40');
  await again.expectLine(winnersLine(...documentsOfWinners(rows)));
  again.end();
  await program.expectExit(0);
  assert.deepEqual(readStored(dir), rows);
  assert.equal(program.count('session | result: fail | ip: 127.0.0.1 | agency: 1 | error: DIALECT'), 10);
});

test('a DONE that somebody else said before an agency came ends nothing of it', async (t) => {
  const rows = makeBets(1, 40, 1);
  const data = temporaryFolder(t);
  writeAgencyFile(data, 1, rows);
  for (const said of ['DONE:1', 'HELLO:1\nDONE:1:0:0\n']) {
    for (const dialect of ['quiniela', 'tp0']) {
      const { program, port, dir } = await startServer(t, { agencies: 2 });
      const stranger = await Peer.connect(port);
      stranger.send(said);
      await until(async () => (await finishedIn(dir)).includes(1), 'the DONE is written down');
      const agency = startAgency(t, { port, id: 1, data, env: { CLI_PROTOCOL: dialect } });
      await until(() => readStored(dir).length === rows.length, 'the whole upload');
      const two = await OriginalClient.start(port, 2);
      two.sayDone();
      assert.equal(await two.winners(), 0);
      await agency.line('cant_ganadores: 1');
      await agency.expectExit(0);
      stranger.destroy();
      await program.expectExit(0);
      assert.deepEqual(readStored(dir), rows);
    }
  }
});

test('an idle HELLO keeps no TP0 agency out that has bets', async (t) => {
  const { program, port, dir } = await startServer(t, { agencies: 1 });
  const rows = makeBets(1, 200, 1);
  const idle = await greet(port, 1);
  const client = await OriginalClient.start(port, 1);
  await client.upload(rows);
  await idle.expectLine(/^ERROR:SUPERSEDED:/);
  client.sayDone();
  assert.equal(await client.winners(), 1);
  await program.expectExit(0);
  assert.deepEqual(readStored(dir), rows);
});

test('agencies count from 0 in the edition that does', async (t) => {
  const env = { AGENCIES_FROM: '0' };
  const { program, port, dir } = await startServer(t, { agencies: 2, env });
  const uploads = [makeBets(0, 20, 1), makeBets(1, 20, 2)];
  const client = await OriginalClient.start(port, 0);
  await client.upload(uploads[0]!);
  client.sayDone();
  const beyond = await Peer.connect(port);
  beyond.send('HELLO:2\n');
  await beyond.expectLine('ERROR:AGENCY:agency 2 is not one of 0 to 1');
  await beyond.expectEnd();
  const data = temporaryFolder(t);
  writeAgencyFile(data, 1, uploads[1]!);
  const agency = startAgency(t, { port, id: 1, data });
  assert.equal(await client.winners(), 1);
  await agency.line('cant_ganadores: 2');
  await agency.expectExit(0);
  await program.expectExit(0);
  assert.deepEqual(sorted(readStored(dir)), sorted(uploads.flat()));
});

/** How the last bytes of an upload can come: glued, alone, or cut at every place of `\nDONE:12`. */
const ENDINGS: ((peer: Peer, said: string) => unknown)[] = [
  (peer, said) => peer.send(said),
  (peer, said) => peer.sendBytes(said),
  (peer, said) => peer.end(said),
  (peer, said) => peer.send(`${said}\n`),
  (peer, said) => peer.sendPieces([said.slice(0, -7), 'DO', 'NE:1', said.slice(-1)]),
  ...Array.from({ length: 9 }, (_, i) => (peer: Peer, said: string) => {
    const at = said.length - i;
    return peer.sendPieces([said.slice(0, at), said.slice(at)]);
  }),
];

test('an upload and its DONE are the same glued into one segment, byte by byte, and cut anywhere', async (t) => {
  const agencies = 10 + ENDINGS.length;
  const { program, port, dir } = await startServer(t, { agencies });
  const uploads = ENDINGS.map((_, i) => makeBets(11 + i, 30, i % 3));
  const peers: Peer[] = [];
  for (const [i, say] of ENDINGS.entries()) {
    const peer = await Peer.connect(port);
    await say(peer, `${batchesOf(uploads[i]!, 10).join('')}DONE:${11 + i}`);
    await peer.expectLines('10', '10', '10');
    peers.push(peer);
  }
  const others = await finish(port, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  for (const [i, peer] of peers.entries()) {
    await peer.expectLine(listOf(uploads[i]!));
    if (peer.socket.writable) peer.end();
  }
  for (const other of others) other.end();
  await program.expectExit(0);
  assert.deepEqual(readStored(dir), uploads.flat());
});

/** These agencies say DONE without a bet, and stay. */
const finish = (port: number, agencies: readonly number[]): Promise<Peer[]> =>
  Promise.all(
    agencies.map(async (agency) => {
      const peer = await Peer.connect(port);
      peer.send(`HELLO:${agency}\nDONE:${agency}:0:0\n`);
      await peer.expectLine('WELCOME:1:0:0');
      return peer;
    }),
  );

test('an agency without bets says only DONE, and DONE:1 is not taken for the beginning of DONE:12', async (t) => {
  const { program, port, dir } = await startServer(t, { agencies: 12 });
  const one = await OriginalClient.start(port, 1);
  one.sayDone();
  const twelve = await Peer.connect(port);
  await twelve.sendPieces(['DO', 'NE:1', '2']);
  const others = await finish(port, [2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  assert.equal(await one.winners(), 0);
  await twelve.expectLine('[]');
  for (const peer of [...others, twelve]) peer.end();
  await program.expectExit(0);
  assert.deepEqual(
    await finishedIn(dir),
    Array.from({ length: 12 }, (_, i) => i + 1),
  );
});

test('a session with bets of agency 12 is not ended by DONE:1, however long the 2 takes', async (t) => {
  const { port, dir } = await startServer(t, { agencies: 12 });
  const peer = await Peer.connect(port);
  peer.send(`${wireBets(makeBets(12, 5))}\n`);
  await peer.expectLine('5');
  await peer.sendPieces(['D', 'ONE:', '1']);
  // Nothing can be awaited: it is a silence beyond the one that completes a DONE:1 without bets.
  await new Promise((resolve) => setTimeout(resolve, 400));
  assert.deepEqual(await finishedIn(dir), []);
  peer.send('2');
  await until(async () => (await finishedIn(dir)).includes(12), 'agency 12 has finished');
  assert.deepEqual(await finishedIn(dir), [12]);
});

test("a DONE of another agency than that of the session's bets is counted 0 and closed", async (t) => {
  const { port, dir } = await startServer(t);
  const peer = await Peer.connect(port);
  peer.send(`${wireBet(makeBets(3, 1)[0]!)}\n`);
  await peer.expectLine('1');
  peer.send('DONE:4');
  await peer.expectLine('0');
  await peer.expectEnd();
  assert.deepEqual(await finishedIn(dir), []);
});

test('a batch with a bad bet is counted 0, none of it is stored, and the session goes on', async (t) => {
  const { program, port, dir } = await startServer(t, { agencies: 1 });
  const rows = makeBets(1, 20, 1);
  const { peer } = await OriginalClient.start(port, 1);
  peer.send(`${wireBets(rows.slice(0, 10))}\n`);
  await peer.expectLine('10');
  const bad = [
    wireBets(rows.slice(10)).replace(/\d{4}-/, 'year-'),
    `${wireBets(rows.slice(10))};`,
    `${wireBets(rows.slice(10))};${wireBet(makeBets(2, 1)[0]!)}`,
    '',
    'garbage',
  ];
  for (const batch of bad) {
    peer.send(`${batch}\n`);
    await peer.expectLine('0');
  }
  peer.send(`${wireBets(rows.slice(10))}\n`);
  await peer.expectLine('10');
  peer.send('DONE:1');
  await peer.expectLine(listOf(rows));
  peer.end();
  await program.expectExit(0);
  assert.deepEqual(readStored(dir), rows);
  assert.equal(program.count('action: apuesta_recibida | result: fail'), bad.length);
});

test('an agency out of range is counted 0 and closed', async (t) => {
  const { port, dir } = await startServer(t, { agencies: 5 });
  for (const said of [`${wireBet(makeBets(6, 1)[0]!)}\n`, 'DONE:6']) {
    const peer = await Peer.connect(port);
    peer.send(said);
    await peer.expectLine('0');
    await peer.expectEnd();
  }
  assert.deepEqual(readStored(dir), []);
});
