/** Whatever is repeated, out of order or not one's own has one documented answer. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  batchLine,
  doneLine,
  makeBets,
  readStored,
  winnersLine,
  wireBet,
  writeAgencyFile,
} from '../support/bets.ts';
import { greet, Peer } from '../support/peer.ts';
import { startAgency, startServer, temporaryFolder } from '../support/system.ts';

test('the same batch sent 100 times is acknowledged 100 times and stored once', async (t) => {
  const rows = makeBets(1, 100);
  const { program, port, dir } = await startServer(t);
  const peer = await greet(port, 1);
  for (let i = 0; i < 100; i++) peer.send(batchLine(0, rows));
  for (let i = 0; i < 100; i++) await peer.expectLine('STORED:100');
  peer.send(batchLine(60, makeBets(1, 130).slice(60)));
  await peer.expectLine('STORED:130');
  assert.deepEqual(readStored(dir), makeBets(1, 130));
  assert.equal(program.count('action: apuesta_recibida'), 2);
  await program.line('action: apuesta_recibida | result: success | cantidad: 30');
});

test('a single bet sent again, also after a restart of the server, is answered and not stored again', async (t) => {
  const bet = makeBets(1, 1)[0]!;
  const line = `BET:only-once:${wireBet(bet)}\n`;
  const before = await startServer(t);
  const peer = await greet(before.port, 1);
  peer.send(line + line);
  await peer.expectLines(`BET:only-once:${bet[5]}`, `BET:only-once:${bet[5]}`);
  before.program.signal('SIGKILL');
  await before.program.exited;

  const { program, port, dir } = await startServer(t, { dir: before.dir });
  const again = await greet(port, 1);
  again.send(line);
  await again.expectLine(`BET:only-once:${bet[5]}`);
  assert.deepEqual(readStored(dir), [bet]);
  assert.equal(program.count('action: apuesta_almacenada'), 0);

  again.send(`BET:only-once:${wireBet(makeBets(1, 2)[1]!)}\n`);
  await again.expectLine('ERROR:BET_ID:bet id "only-once" was used for another bet: make a new id for each');
  await again.expectEnd();
  assert.deepEqual(readStored(dir), [bet]);
});

test('a batch that leaves a gap is refused, and what came before it stays', async (t) => {
  const rows = makeBets(1, 30);
  const { port, dir } = await startServer(t);
  const peer = await greet(port, 1);
  peer.send(batchLine(0, rows.slice(0, 10)) + batchLine(11, rows.slice(11)));
  await peer.expectLines('STORED:10', 'ERROR:GAP:batch at offset 11 of agency 1: the next bet is 10');
  await peer.expectEnd();
  assert.deepEqual(readStored(dir), rows.slice(0, 10));
});

test('an agency whose file changed between two attempts gives up and sends nothing', async (t) => {
  const data = temporaryFolder(t);
  const { port, dir } = await startServer(t);
  const rows = makeBets(1, 50);
  const peer = await greet(port, 1);
  peer.send(batchLine(0, rows));
  await peer.expectLine('STORED:50');
  peer.reset();

  for (const changed of [makeBets(2, 80), rows.slice(0, 49)]) {
    writeAgencyFile(data, 1, changed);
    const agency = startAgency(t, { port, data });
    await agency.line('apuesta_enviada | result: fail | error: the file is not the one that was uploaded');
    await agency.expectExit(2);
    assert.equal(agency.count('apuesta_enviada | result: success'), 0);
  }
  assert.deepEqual(readStored(dir), rows);
});

test('a DONE whose count or CRC differs is refused, and the agency is not finished', async (t) => {
  const rows = makeBets(1, 20);
  const { port } = await startServer(t, { agencies: 1 });
  const peer = await greet(port, 1);
  peer.send(`${batchLine(0, rows)}DONE:1:21:1\n`);
  await peer.expectLines('STORED:20', 'ERROR:COUNT:agency 1 says 21 bets, 20 are stored');
  await peer.expectEnd();
  const again = await greet(port, 1, /^WELCOME:1:20:\d+$/);
  again.send('DONE:1:20:1\n');
  await again.expectLine(/^ERROR:CRC:agency 1 says CRC 1, its stored bets have \d+$/);
  await again.expectEnd();
  const last = await greet(port, 1, /^WELCOME:1:20:/);
  last.send(doneLine(1, rows));
  await last.expectLine(winnersLine());
});

test('a second connection of an agency takes over, and is welcomed once all that was queued is stored', async (t) => {
  const rows = makeBets(1, 3_000);
  const { program, port, dir } = await startServer(t, { agencies: 1 });
  const older = await greet(port, 1);
  for (let at = 0; at < 2_000; at += 100) older.send(batchLine(at, rows.slice(at, at + 100)));
  await older.expectLine('STORED:100');
  const newer = await Peer.connect(port);
  newer.send('HELLO:1\n');
  const [, stored] = /^WELCOME:1:(\d+):/.exec(await newer.line())!;

  const lines = await older.linesToEnd();
  assert.equal(lines.pop(), 'ERROR:SUPERSEDED:another connection of agency 1 took over, from 127.0.0.1');
  for (const line of lines) assert.ok(Number(/^STORED:(\d+)$/.exec(line)![1]) <= Number(stored), line);
  for (let at = Number(stored); at < 3_000; at += 100) newer.send(batchLine(at, rows.slice(at, at + 100)));
  newer.send(doneLine(1, rows));
  for (let at = Number(stored); at < 3_000; at += 100) await newer.line();
  await newer.expectLine(winnersLine());
  newer.end();
  await program.expectExit(0);
  assert.deepEqual(readStored(dir), rows);
});

test('an agency out of range is refused at its first word', async (t) => {
  const { program, port } = await startServer(t, { agencies: 5 });
  for (const agency of ['0', '6', '9007199254740991']) {
    const peer = await Peer.connect(port);
    peer.send(`HELLO:${agency}\n`);
    await peer.expectLine(`ERROR:AGENCY:agency ${agency} is not one of 1 to 5`);
    await peer.expectEnd();
  }
  for (const agency of ['-1', '01', '1 ', '', '9007199254740992', '1e0']) {
    const peer = await Peer.connect(port);
    peer.send(`HELLO:${agency}\n`);
    await peer.expectLine(/^ERROR:MALFORMED:Cannot read HELLO: the agency is ".*", expected an integer/);
    await peer.expectEnd();
  }
  assert.equal(program.count('action: session | result: fail'), 9);
});

test("a bet in another agency's name is rejected, a DONE in its name ends the session", async (t) => {
  const { port, dir } = await startServer(t);
  const peer = await greet(port, 1);
  const own = makeBets(1, 1)[0]!;
  peer.send(`BATCH:0:${wireBet(own)};${wireBet(makeBets(2, 1)[0]!)}\n`);
  await peer.expectLine('REJECTED:0:1:AGENCY');
  peer.send('DONE:2:0:0\n');
  await peer.expectLine('ERROR:AGENCY:DONE of agency 2 in the session of 1');
  await peer.expectEnd();
  assert.deepEqual(readStored(dir), []);
});

test('bets after DONE are refused: in the same session as out of order, in another as finished', async (t) => {
  const { port, dir } = await startServer(t);
  const rows = makeBets(1, 20);
  const peer = await greet(port, 1);
  peer.send(batchLine(0, rows.slice(0, 10)) + doneLine(1, rows.slice(0, 10)) + batchLine(10, rows.slice(10)));
  await peer.expectLines('STORED:10', 'ERROR:OUT_OF_ORDER:BATCH is not expected now');
  await peer.expectEnd();
  const late = [batchLine(10, rows.slice(10)), `BET:late:${wireBet(rows[11]!)}\n`];
  for (const line of late) {
    const another = await greet(port, 1, /^WELCOME:1:10:/);
    another.send(line);
    await another.expectLine('ERROR:FINISHED:agency 1 has said DONE: it can add no bets');
    await another.expectEnd();
  }
  assert.deepEqual(readStored(dir), rows.slice(0, 10));
});

test('what is no message, or is said at the wrong time, ends the session with its reason', async (t) => {
  const { program, port } = await startServer(t);
  const answers: readonly [string, RegExp][] = [
    ['HELLO:1\n', /^ERROR:OUT_OF_ORDER:HELLO was said before, by agency 1$/],
    ['PLEASE:1\n', /^ERROR:MALFORMED:Cannot read a message: the word is "PLEASE", expected HELLO, BATCH/],
    ['BATCH:x:1,a\n', /^ERROR:MALFORMED:Cannot read BATCH: the offset is "x", expected an integer/],
    ['BATCH:0:\n', /^ERROR:MALFORMED:Cannot read BATCH: the list of bets/],
    ['DONE:1\n', /^ERROR:MALFORMED:Cannot read DONE: the count/],
    ['BET:a b:1\n', /^ERROR:MALFORMED:Cannot read BET: the id is "a b"/],
    ['BET:ok:1,Ana\n', /^ERROR:MALFORMED:bet ok is not valid: FIELDS$/],
    ['\u0000\u001b[2J\r\n', /^ERROR:MALFORMED:Cannot read a message: the word is "\\u0000\\u001b\[2J\\r"/],
  ];
  for (const [said, answer] of answers) {
    const peer = await greet(port, 1);
    peer.send(said);
    await peer.expectLine(answer);
    await peer.expectEnd();
  }
  assert.equal(program.count('action: session | result: fail'), answers.length);
});
