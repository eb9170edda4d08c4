/** Frames by the thousand that no agency should send, over real connections: no crash, no hang, no row. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeRandom, type Random } from '../crash/random.ts';
import { askedSeed } from '../support/asked.ts';
import { batchLine, doneLine, makeBets, readStored, writeAgencyFile } from '../support/bets.ts';
import { isLinux, openSockets, peakMemory } from '../support/kernel.ts';
import { greet } from '../support/peer.ts';
import { PATIENCE_MS } from '../support/program.ts';
import { startAgency, startServer, temporaryFolder, until } from '../support/system.ts';
import { frame, opening } from './mutations.ts';

const SEED = askedSeed('FUZZ_SEED');

/** The one agency that has not finished: far from all that mutations make of others. */
const HONEST = 100;
const CONNECTIONS = 40;

/** Milliseconds in which a server reads what a peer sent before it resets. */
const READ_MS = 20;

/** One connection with some frames, in pieces of any size, then an end. @returns how many frames */
const attack = async (port: number, random: Random): Promise<number> => {
  const frames = Array.from({ length: random.between(1, 6) }, () => frame(random));
  const bytes = Buffer.concat([opening(random), ...frames]);
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {}); // it may close while we still talk
  socket.resume();
  let timer: NodeJS.Timeout | undefined;
  const closed = new Promise<void>((resolve, reject) => {
    const text = () => JSON.stringify(bytes.toString('latin1'));
    timer = setTimeout(() => reject(new Error(`the server holds on to ${text()}`)), PATIENCE_MS);
    socket.once('close', () => resolve());
  });
  for (let from = 0; from < bytes.length; ) {
    const to = random.next() < 0.7 ? bytes.length : random.between(from + 1, bytes.length);
    socket.write(bytes.subarray(from, to));
    from = to;
    if (from < bytes.length) await new Promise((resolve) => setImmediate(resolve));
  }
  // Who has said DONE and ended its side would be waited with until the draw.
  let leave: NodeJS.Timeout | undefined;
  if (bytes.includes('DONE')) leave = setTimeout(() => socket.resetAndDestroy(), READ_MS);
  else socket.end();
  await closed;
  clearTimeout(timer);
  clearTimeout(leave);
  return frames.length;
};

export const testFrames = (count: number) =>
  test(`${count} frames that no agency should send`, async (t) => {
    t.diagnostic(`FUZZ_SEED=${SEED}`);
    const random = makeRandom(SEED);
    const env = { LOGGING_LEVEL: 'CRITICAL', ANNOUNCE_TIMEOUT: '1s', SERVER_IDENTIFY_TIMEOUT: '1s' };
    const { program, port, dir } = await startServer(t, { agencies: HONEST, env });
    await finishAllBut(port, dir, HONEST);
    const before = readFileSync(join(dir, 'bets.csv'));
    const stored = readStored(dir);

    try {
      let done = 0;
      const worker = async (): Promise<void> => {
        while (done < count) {
          const frames = await attack(port, random);
          done += frames;
        }
      };
      await Promise.all(Array.from({ length: CONNECTIONS }, worker));
      if (isLinux) await until(() => openSockets(program.pid) === 4, 'all connections are gone');
      assert.deepEqual(readFileSync(join(dir, 'bets.csv')), before, 'no row is stored');

      const data = temporaryFolder(t);
      const rows = makeBets(HONEST, 200, 3);
      writeAgencyFile(data, HONEST, rows);
      const agency = startAgency(t, { port, id: HONEST, data });
      await agency.line('consulta_ganadores | result: success | cant_ganadores: 3');
      await agency.expectExit(0);
      if (isLinux) t.diagnostic(`the server had ${Math.round(peakMemory(program.pid))} MB at most`);
      await program.expectExit(0);
      assert.deepEqual(readStored(dir), [...stored, ...rows]);
    } catch (error) {
      throw new Error(`with FUZZ_SEED=${SEED}: ${(error as Error).message}`, { cause: error });
    }
  });

/** Each with one bet: a DONE without any would hold only until its agency comes again. */
const finishAllBut = async (port: number, dir: string, last: number): Promise<void> => {
  const peers = await Promise.all(
    Array.from({ length: last - 1 }, async (_, index) => {
      const rows = makeBets(index + 1, 1);
      const peer = await greet(port, index + 1);
      return peer.send(batchLine(0, rows) + doneLine(index + 1, rows));
    }),
  );
  const journal = () => readFileSync(join(dir, 'journal.ndjson'), 'utf8');
  const finished = () =>
    [...journal().matchAll(/"done":\[([\d,]+)\]/g)].flatMap(([, ids = '']) => ids.split(','));
  await until(() => new Set(finished()).size === last - 1, 'all but one have finished');
  // Who has said DONE and only ended its side would be waited with until the draw.
  for (const peer of peers) peer.reset();
};
