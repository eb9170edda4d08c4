/** More connections than there is room for are told so, and leave nothing behind. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OWN_FILES } from '../../src/limits.ts';
import { finishedIn, makeBets, readStored, writeAgencyFile } from '../support/bets.ts';
import { isLinux, openSockets } from '../support/kernel.ts';
import { Peer } from '../support/peer.ts';
import { STOP_MS } from '../support/program.ts';
import { startAgency, startServer, temporaryFolder, until } from '../support/system.ts';
import { whileHonestAgenciesWork } from './honest.ts';

const BUSY = 'ERROR:BUSY:too many connections, come back later';

/** An echo session may pause, and a stranger be silent, for as long as a test takes on a slow machine. */
const PATIENT = { SERVER_PAUSE_TIMEOUT: '5m', SERVER_IDENTIFY_TIMEOUT: '5m' };

const echoing = async (port: number): Promise<Peer> => {
  const peer = await Peer.connect(port);
  peer.send('here\n');
  await peer.expectLine('here');
  return peer;
};

test('a flood over SERVER_MAX_CONNECTIONS is told BUSY, each one in one log line, and who is in stays', async (t) => {
  const env = { ...PATIENT, SERVER_MAX_CONNECTIONS: '30' };
  const { program } = await whileHonestAgenciesWork(
    t,
    { agencies: 6, env },
    async ({ program, port, dir }) => {
      const inside = await Promise.all(Array.from({ length: 10 }, () => echoing(port)));
      // All honest agencies are to be in before the flood: one that says only then who it is leaves a stranger's place.
      await until(async () => (await finishedIn(dir)).length === 5, 'the honest agencies are in');
      const more: Peer[] = [];
      while (program.count('BUSY') === 0) more.push(await Peer.connect(port));
      const flood = await Promise.all(Array.from({ length: 300 }, () => Peer.connect(port)));
      for (const [index, peer] of flood.entries()) {
        // Half of them go on talking, and do not close.
        if (index % 2 === 0) peer.send('HELLO:1\n');
        await peer.expectLine(BUSY);
      }
      for (const peer of inside) {
        peer.send('still here\n');
        await peer.expectLine('still here');
      }
      for (const peer of [...inside, ...more]) peer.destroy();
      await until(() => program.count('BUSY') >= flood.length, 'all are logged');
      if (isLinux)
        await until(() => openSockets(program.pid) <= 9, 'who was turned away is gone, closed or not');
      for (const peer of flood) peer.destroy();
    },
  );
  assert.ok(
    program.count('accept_connections | result: fail | ip: 127.0.0.1 | error: BUSY, 30 connections') >= 300,
  );
});

test('an agency that is turned away comes back until there is room', async (t) => {
  const data = temporaryFolder(t);
  const rows = makeBets(1, 50);
  writeAgencyFile(data, 1, rows);
  const env = { ...PATIENT, SERVER_MAX_CONNECTIONS: '1' };
  const { program, port, dir } = await startServer(t, { agencies: 1, env });
  const only = await echoing(port);
  const agency = startAgency(t, { port, data });
  await agency.line('the server says BUSY, too many connections, come back later');
  only.end();
  await agency.expectExit(0);
  await program.expectExit(0);
  assert.deepEqual(readStored(dir), rows);
});

test('who was turned away and does not close does not hold up a shutdown', async (t) => {
  const { program, port } = await startServer(t, { env: { ...PATIENT, SERVER_MAX_CONNECTIONS: '1' } });
  const only = await echoing(port);
  const turnedAway = await Promise.all(Array.from({ length: 20 }, () => Peer.connect(port)));
  for (const peer of turnedAway) await peer.expectLine(BUSY);
  program.signal('SIGTERM');
  await only.expectEnd();
  await program.expectExit(0, STOP_MS);
});

test('a server that may open few files closes what it cannot take, and serves on', {
  skip: !isLinux,
}, async (t) => {
  const { program, port } = await startServer(t, { shell: 'ulimit -n 64; exec "$0" "$@"' });
  const peers = await Promise.all(Array.from({ length: 100 }, () => Peer.connect(port)));
  const closed = () => peers.filter(({ socket }) => socket.readableEnded || socket.destroyed).length;
  await until(() => closed() >= 100 - (64 - OWN_FILES), 'some are in, most are not');
  for (const peer of peers) peer.destroy();
  await until(() => openSockets(program.pid) < 10, 'all are gone');
  await echoing(port);
  program.signal('SIGTERM');
  await program.expectExit(0);
});
