/** Five honest agencies, as processes, upload and wait while somebody does something else to their server. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { finishedIn, makeBets, type Row, readStored, sorted, writeAgencyFile } from '../support/bets.ts';
import { agencyTls, serverTls } from '../support/certificates.ts';
import { isLinux, openSockets, peakMemory } from '../support/kernel.ts';
import { Peer } from '../support/peer.ts';
import {
  type RunningServer,
  type ServerOptions,
  startAgency,
  startServer,
  temporaryFolder,
  until,
} from '../support/system.ts';

const HONEST = [1, 2, 3, 4, 5];
const BETS = 1_500;
const WINNERS = [2, 3, 3, 2, 0];

/** Sockets of a server that nobody calls: its two outputs, the listener and the lock of its folder. */
const OWN_SOCKETS = 4;

/** Megabytes: an idle server has some 100, a single peer that has hundreds echoed brings it to 250 until its
 * garbage is collected; an attack must not add to that. */
const MEMORY = 350;

/**
 * Runs `attack` while the honest agencies, 1 to 5, are at work. When it returns, whatever it had opened is to
 * be gone. One more agency holds the draw back until then: the last, of `options.agencies`.
 *
 * With `certificates`, a folder of them, all of it is over TLS.
 *
 * Afterwards every honest agency has been told its winners, every bet of theirs is stored once, the server
 * holds no descriptor and no memory of the attack, and it has ended well.
 */
export const whileHonestAgenciesWork = async (
  t: TestContext,
  { certificates, ...options }: ServerOptions & { agencies: number; certificates?: string },
  attack: (server: RunningServer) => Promise<unknown>,
): Promise<RunningServer> => {
  const env = { ...options.env, ...(certificates !== undefined && serverTls(certificates)) };
  const server = await startServer(t, { ...options, env });
  const { program, port, dir } = server;
  const attacked = attack(server);

  const data = temporaryFolder(t);
  const uploads = HONEST.map((id) => makeBets(id, BETS, WINNERS[id - 1]));
  const start = (id: number, rows: Row[]) => {
    writeAgencyFile(data, id, rows);
    return startAgency(t, { port, id, data, env: certificates ? agencyTls(certificates) : {} });
  };
  const agencies = HONEST.map((id) => start(id, uploads[id - 1]!));
  const areFinished = async () => {
    const finished = await finishedIn(dir);
    return HONEST.every((id) => finished.includes(id));
  };
  await Promise.all([attacked, until(areFinished, 'the honest agencies have finished')]);
  if (isLinux) {
    const isAllGone = () => openSockets(program.pid) === OWN_SOCKETS + HONEST.length;
    await until(isAllGone, 'no socket is left but its own and those of the honest agencies');
    assert.ok(peakMemory(program.pid) < MEMORY, `the server had ${peakMemory(program.pid)} MB`);
  }

  const rest: Peer[] = [];
  for (let id = HONEST.length + 1; id <= options.agencies; id++) {
    // To say DONE over TLS it has to sign.
    if (certificates) {
      start(id, makeBets(id, 1));
      continue;
    }
    const peer = await Peer.connect(port);
    peer.send(`HELLO:${id}\n`);
    const [, stored, crc] = /^WELCOME:1:(\d+):(\d+)$/.exec(await peer.line())!;
    peer.send(`DONE:${id}:${stored}:${crc}\n`);
    rest.push(peer);
  }
  for (const [index, agency] of agencies.entries()) {
    await agency.line(`consulta_ganadores | result: success | cant_ganadores: ${WINNERS[index]}`);
    await agency.expectExit(0);
  }
  for (const peer of rest) {
    await peer.expectLine(/^WINNERS:/);
    peer.end();
  }
  await program.expectExit(0);
  const theirs = readStored(dir).filter(([id]) => HONEST.includes(Number(id)));
  assert.deepEqual(sorted(theirs), sorted(uploads.flat()));
  return server;
};
