/** Connections that break off at any point: nothing is stored by halves, nobody else notices. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { batchLine, doneLine, makeBets, readStored, wireBet } from '../support/bets.ts';
import { Peer } from '../support/peer.ts';
import { whileHonestAgenciesWork } from './honest.ts';
import { batchesOf } from './original-client.ts';

/** A session of echoes is over after a pause: not after one of a machine that has much else to do. */
const OPTIONS = { agencies: 9, env: { SERVER_PAUSE_TIMEOUT: '5m', SERVER_IDENTIFY_TIMEOUT: '5m' } };

const ROWS = makeBets(6, 60);
const BATCHES = [batchLine(0, ROWS.slice(0, 40)), batchLine(40, ROWS.slice(40))];
const ORIGINAL = makeBets(7, 60);

/** What is said, and how many answers are awaited after it. */
type Step = readonly [said: string, answers: number];

const SESSIONS: readonly (readonly Step[])[] = [
  [
    ['HELLO:6\n', 1],
    [BATCHES[0]!, 1],
    [BATCHES[1]!, 1],
    [doneLine(6, ROWS), 0],
  ],
  [
    ['HELLO:8\n', 1],
    [`BET:one:${wireBet(makeBets(8, 1)[0]!)}\n`, 1],
    ['DONE:8:0:0\n', 0],
  ],
  [...batchesOf(ORIGINAL, 40).map((batch): Step => [batch, 1]), ['DONE:7', 0]],
  [
    ['one line\n', 1],
    ['another\n', 1],
  ],
];

/** Every place of a session to break off at: each message's boundaries, before and after its answer, and inside it. */
function* places(
  session: readonly Step[],
): Generator<{ before: readonly Step[]; said: string; answers: number }> {
  for (const [index, [said, answers]] of session.entries()) {
    const before = session.slice(0, index);
    for (const part of [0, 0.2, 0.4, 0.6, 0.8, 1]) {
      yield { before, said: said.slice(0, Math.ceil(part * said.length)), answers: 0 };
    }
    yield { before, said, answers };
  }
}

const breakOffEverywhere = async (port: number, breakOff: (peer: Peer) => void): Promise<void> => {
  for (const session of SESSIONS) {
    for (const { before, said, answers } of places(session)) {
      const peer = await Peer.connect(port);
      for (const [line, count] of before) {
        peer.send(line);
        for (let i = 0; i < count; i++) await peer.line();
      }
      await peer.sendPieces([said]);
      for (let i = 0; i < answers; i++) await peer.line();
      breakOff(peer);
    }
  }
};

const BREAKS: Readonly<Record<string, (peer: Peer) => unknown>> = {
  'a reset': (peer) => peer.reset(),
  'an end': (peer) => peer.end(),
};

for (const [kind, breakOff] of Object.entries(BREAKS)) {
  test(`${kind} at every boundary of a message and inside it leaves whole batches only`, async (t) => {
    const { program, dir } = await whileHonestAgenciesWork(t, OPTIONS, async ({ port }) => {
      const peers: Peer[] = [];
      await breakOffEverywhere(port, (peer) => {
        peers.push(peer);
        breakOff(peer);
      });
      for (const peer of peers) peer.destroy();
      // Who has said DONE and ended its side may still listen: only another session of its agency tells.
      for (const agency of [6, 7, 8]) {
        const peer = await Peer.connect(port);
        peer.send(`HELLO:${agency}\n`);
        await peer.expectLine(/^WELCOME:/);
        peer.reset();
      }
    });
    const stored = readStored(dir);
    const storedOf = (agency: string) => stored.filter(([id]) => id === agency);
    assert.deepEqual(storedOf('6'), ROWS);
    assert.deepEqual(storedOf('7'), ORIGINAL);
    assert.deepEqual(storedOf('8'), makeBets(8, 1));
    assert.equal(program.count('CRITICAL'), 0);
  });
}
