/** Who says nothing, drips or does not read is told so and closed; deadlines do not move with each byte. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { batchLine, makeBets } from '../support/bets.ts';
import { Peer } from '../support/peer.ts';
import { startServer, until } from '../support/system.ts';
import { whileHonestAgenciesWork } from './honest.ts';

const CROWD = 100;

/** Long enough that a busy machine does not make an honest agency so late. */
const LATE = '5s';
const crowd = <T>(make: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: CROWD }, (_, index) => make(index)));

test('100 that say nothing are closed when their time to say who they are is over', async (t) => {
  const env = { SERVER_IDENTIFY_TIMEOUT: LATE };
  const { program } = await whileHonestAgenciesWork(t, { agencies: 6, env }, ({ port }) =>
    crowd(async () => {
      const peer = await Peer.connect(port);
      await peer.expectLine('ERROR:TIMEOUT:said nothing in time');
      await peer.expectEnd();
    }),
  );
  assert.equal(
    program.count('session | result: fail | ip: 127.0.0.1 | error: TIMEOUT, said nothing in time'),
    CROWD,
  );
});

/** A byte ten times a second, until the connection ends. */
const drip = async (peer: Peer, said: string): Promise<void> => {
  let at = 0;
  const timer = setInterval(() => peer.send(said[at++ % said.length]!), 100);
  try {
    // A byte that comes after the end has it end with a reset.
    assert.deepEqual(await peer.linesToEnd(), ['ERROR:TIMEOUT:the line was not ended in time']);
  } finally {
    clearInterval(timer);
  }
};

test('100 that drip a byte at a time are closed when the time of one line is over', async (t) => {
  const env = { SERVER_FRAME_TIMEOUT: LATE, SERVER_IDLE_TIMEOUT: '20s', SERVER_PAUSE_TIMEOUT: '30s' };
  const { program } = await whileHonestAgenciesWork(t, { agencies: 15, env }, ({ port }) =>
    crowd(async (index) => {
      const peer = await Peer.connect(port);
      // Some are agencies in the middle of a batch, the others in the middle of an echo.
      const hello = index < 10 ? [`HELLO:${6 + index}\n`, 'WELCOME:1:0:0'] : ['echo\n', 'echo'];
      peer.send(hello[0]!);
      await peer.expectLine(hello[1]!);
      await drip(peer, 'BATCH:0:1,Ana,Lorca,30904465,1999-03-17,7574;');
    }),
  );
  assert.equal(program.count('error: TIMEOUT, the line was not ended in time'), CROWD);
});

test('an agency that always has a line begun is not closed while each of them ends in time', async (t) => {
  const { port } = await startServer(t, { env: { SERVER_FRAME_TIMEOUT: LATE } });
  const peer = await Peer.connect(port);
  const lines = Array.from({ length: 12 }, (_, i) => batchLine(i, makeBets(1, i + 1).slice(i)));
  const said = `HELLO:1\n${lines.join('')}`;
  for (const piece of said.match(/[^\n]*\n[^\n]{0,20}/g)!) {
    peer.send(piece);
    await sleep(500); // all of them together take longer than a line may
  }
  await peer.expectLine('WELCOME:1:0:0');
  for (let i = 1; i <= lines.length; i++) await peer.expectLine(`STORED:${i}`);
  peer.end();
  await peer.expectEnd();
});

test('100 that ask for echoes and never read them cost no memory, and are closed', async (t) => {
  const lines = Buffer.from(`${'x'.repeat(8_000)}\n`.repeat(1_000));
  const env = {
    // They are a while about it: whoever falls silent meanwhile has not ended.
    ...{ SERVER_IDENTIFY_TIMEOUT: '1m', SERVER_PAUSE_TIMEOUT: '1m', SERVER_IDLE_TIMEOUT: LATE },
    LOGGING_LEVEL: 'WARNING',
  };
  const { program } = await whileHonestAgenciesWork(t, { agencies: 6, env }, async ({ program, port }) => {
    const peers = await crowd(() => Peer.connect(port));
    for (const { socket } of peers) {
      socket.pause();
      socket.write(lines);
    }
    // Who does not read does not hear its end either.
    await until(() => program.count('TOO_SLOW') === CROWD, 'all are found out');
    for (const peer of peers) peer.destroy();
  });
  assert.equal(
    program.count('session | result: fail | ip: 127.0.0.1 | error: TOO_SLOW, the answers are not read'),
    CROWD,
  );
});
