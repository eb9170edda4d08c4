/** A session is the same however the network cuts its bytes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  batchLine,
  csvRow,
  documentsOfWinners,
  doneLine,
  makeBets,
  type Row,
  readStored,
  winnersLine,
  wireBet,
} from '../support/bets.ts';
import { Peer } from '../support/peer.ts';
import { startServer } from '../support/system.ts';

const [first, second, third] = [makeBets(1, 40, 1), makeBets(1, 70).slice(40), makeBets(1, 100, 2).slice(70)];
const ROWS: Row[] = [...first, ...second, ...third];
const SAID = [
  'HELLO:1\n',
  batchLine(0, first),
  batchLine(40, second),
  batchLine(70, third),
  doneLine(1, ROWS),
].join('');

/** After every byte that begins a character of more than one. */
function* insideCharacters(bytes: Buffer): Generator<Buffer> {
  let from = 0;
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at]! < 0xc0) continue;
    yield bytes.subarray(from, at + 1);
    from = at + 1;
  }
  yield bytes.subarray(from);
}

const CUTS: Readonly<Record<string, (peer: Peer) => Promise<unknown>>> = {
  'in one piece': async (peer) => peer.send(SAID),
  'line by line': (peer) => peer.sendPieces(SAID.split(/(?<=\n)/)),
  'byte by byte': (peer) => peer.sendBytes(SAID),
  'inside each UTF-8 character': (peer) => peer.sendPieces(insideCharacters(Buffer.from(SAID))),
  'with its end right behind it': async (peer) => peer.end(SAID),
};

for (const [how, say] of Object.entries(CUTS)) {
  test(`an upload that comes ${how} is answered line by line, stored, drawn and announced`, async (t) => {
    const { program, port, dir } = await startServer(t, { agencies: 1 });
    const peer = await Peer.connect(port);
    await say(peer);
    await peer.expectLines('WELCOME:1:0:0', 'STORED:40', 'STORED:70', 'STORED:100');
    await peer.expectLine(winnersLine(...documentsOfWinners(ROWS)));
    if (peer.socket.writable) peer.end();
    await peer.expectEnd();
    await program.expectExit(0);
    assert.deepEqual(readStored(dir), ROWS);
  });
}

test('names with separators, quotes, per cent signs and accents arrive as they are', async (t) => {
  const rows: Row[] = [
    ['1', 'Ana, la "Ñata"', '100% Pérez;Gómez', '30904465', '1999-03-17', '7574'],
    ['1', ' %2C ', '李,李', '00000001', '2000-02-29', '0'],
  ];
  const { program, port, dir } = await startServer(t, { agencies: 1 });
  const peer = await Peer.connect(port);
  peer.send(`HELLO:1\n${batchLine(0, rows)}${doneLine(1, rows)}`);
  await peer.expectLines('WELCOME:1:0:0', 'STORED:2', winnersLine('30904465'));
  peer.end();
  await program.expectExit(0);
  assert.deepEqual(readStored(dir), rows);
});

test('single bets are answered with their numbers, and are no part of the upload', async (t) => {
  const [bet, upload] = [makeBets(1, 1, 1)[0]!, makeBets(1, 3).slice(1)];
  const { program, port, dir } = await startServer(t, { agencies: 1 });
  const peer = await Peer.connect(port);
  peer.send('HELLO:1\n');
  await peer.expectLine('WELCOME:1:0:0');
  await peer.sendBytes(`BET:a-B_9:${wireBet(bet)}\n`);
  await peer.expectLine('BET:a-B_9:7574');
  peer.send(batchLine(0, upload) + doneLine(1, upload));
  await peer.expectLines('STORED:2', winnersLine(bet[3]));
  peer.end();
  await program.expectExit(0);
  assert.deepEqual(readStored(dir), [bet, ...upload]);
  assert.equal(
    program.count(`action: apuesta_almacenada | result: success | dni: ${bet[3]} | numero: 7574`),
    1,
  );
});

test("a batch with a bad bet is rejected as a whole with the bet's place, and the session goes on", async (t) => {
  const rows = makeBets(1, 3);
  const bad: readonly [string, string][] = [
    ['FIELDS', wireBet(rows[1]!).replace(',', '')],
    ['AGENCY', wireBet(rows[1]!).replace('1,', '2,')],
    ['FIRST_NAME', `1,,Lorca,30904465,1999-03-17,1`],
    ['FIRST_NAME', `1,${'ñ'.repeat(33)},Lorca,30904465,1999-03-17,1`],
    ['LAST_NAME', `1,Ana,%zz,30904465,1999-03-17,1`],
    ['DOCUMENT', '1,Ana,Lorca,3090446,1999-03-17,1'],
    ['BIRTHDATE', '1,Ana,Lorca,30904465,1999-02-29,1'],
    ['NUMBER', '1,Ana,Lorca,30904465,1999-03-17,10000'],
  ];
  const { program, port, dir } = await startServer(t, { agencies: 1 });
  const peer = await Peer.connect(port);
  peer.send('HELLO:1\n');
  await peer.expectLine('WELCOME:1:0:0');
  for (const [fault, bet] of bad) {
    peer.send(`BATCH:0:${wireBet(rows[0]!)};${bet};${wireBet(rows[2]!)}\n`);
    await peer.expectLine(`REJECTED:0:1:${fault}`);
  }
  peer.send(batchLine(0, rows) + doneLine(1, rows));
  await peer.expectLines('STORED:3', winnersLine());
  peer.end();
  await program.expectExit(0);
  assert.deepEqual(readStored(dir).map(csvRow), rows.map(csvRow));
  assert.equal(program.count('action: apuesta_recibida | result: fail | cantidad: 3'), bad.length);
});
