/** Winners: after the draw, to each agency its own, to whoever comes for them, and once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { batchLine, doneLine, makeBets, winnersLine } from '../support/bets.ts';
import { greet, type Peer } from '../support/peer.ts';
import { startServer } from '../support/system.ts';

test('DONE said ten times has one answer, also over several sessions', async (t) => {
  const { program, port } = await startServer(t, { agencies: 2 });
  const one = makeBets(1, 10, 1);
  const first = await greet(port, 1);
  first.send(batchLine(0, one) + doneLine(1, one).repeat(10));
  await first.expectLine('STORED:10');
  first.reset();
  const second = await greet(port, 1, /^WELCOME:1:10:/);
  second.send(doneLine(1, one).repeat(10));
  const other = await greet(port, 2);
  other.send('DONE:2:0:0\n');
  await other.expectLine(winnersLine());
  await second.expectLine(winnersLine(one.find((row) => row[5] === '7574')![3]));
  other.end();
  second.end();
  await second.expectEnd();
  await program.expectExit(0);
  assert.equal(program.count('action: sorteo | result: success'), 1);
});

test('nobody is told winners before the draw, and each agency is told only its own', async (t) => {
  const { program, port } = await startServer(t, { agencies: 3 });
  const uploads = [makeBets(1, 50, 2), makeBets(2, 50, 3), makeBets(3, 50)];
  const peers: Peer[] = [];
  for (const [index, rows] of uploads.entries()) {
    const peer = await greet(port, index + 1);
    peer.send(batchLine(0, rows));
    await peer.expectLine('STORED:50');
    for (const waiting of peers) waiting.expectNothingYet();
    peer.send(doneLine(index + 1, rows));
    peers.push(peer);
  }
  for (const [index, rows] of uploads.entries()) {
    const own = rows.filter((row) => row[5] === '7574').map((row) => row[3]);
    assert.equal(own.length, [2, 3, 0][index]);
    await peers[index]!.expectLine(winnersLine(...own));
    peers[index]!.end();
    await peers[index]!.expectEnd();
  }
  await program.expectExit(0);
});

test('an agency that comes back after the draw is told its winners again while the server lives', async (t) => {
  const { program, port } = await startServer(t, { agencies: 2 });
  const rows = makeBets(1, 10, 1);
  const one = await greet(port, 1);
  one.send(batchLine(0, rows) + doneLine(1, rows));
  await one.expectLine('STORED:10');
  const two = await greet(port, 2);
  two.send('DONE:2:0:0\n');
  await two.expectLine(winnersLine());
  const winners = await one.expectLine(winnersLine('\\d{8}'));
  one.reset();
  const back = await greet(port, 1, /^WELCOME:1:10:/);
  back.send(doneLine(1, rows));
  await back.expectLine(winners);
  back.end();
  two.end();
  await program.expectExit(0);
});

test('an agency that died while it waited is not counted as told, and is told when it comes back', async (t) => {
  const { program, port } = await startServer(t, { agencies: 2 });
  const rows = makeBets(1, 10, 1);
  const one = await greet(port, 1);
  one.send(batchLine(0, rows) + doneLine(1, rows));
  await one.expectLine('STORED:10');
  // As the kernel does for a process that is killed: an end, and later a reset for whatever still comes.
  one.end();
  one.destroy();
  const two = await greet(port, 2);
  two.send('DONE:2:0:0\n');
  await two.expectLine(winnersLine());
  two.end();
  await program.line('close | result: success | resource: connection of agency 2');
  const back = await greet(port, 1, /^WELCOME:1:10:/);
  back.send(doneLine(1, rows));
  await back.expectLine(winnersLine('\\d{8}'));
  back.end();
  await program.expectExit(0);
});
