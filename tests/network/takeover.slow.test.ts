/** Whoever says HELLO in an agency's name ends nobody: the agency comes back, and two of one number do not quarrel. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BACK_OFF_MS, TAKEOVER_CAP_MS } from '../../src/limits.ts';
import {
  batchLine,
  doneLine,
  makeBets,
  readStored,
  sorted,
  winnersLine,
  writeAgencyFile,
} from '../support/bets.ts';
import { greet, Peer } from '../support/peer.ts';
import { startAgency, startServer, temporaryFolder, until } from '../support/system.ts';

const ONE = makeBets(1, 3_000, 2);
const TWO = makeBets(2, 10, 1);
const TAKEN_OVER =
  'error: the server says SUPERSEDED, another connection of agency 1 took over, from 127.0.0.1';

test('an agency that uploads, or waits, comes back whenever a stranger says HELLO in its name', async (t) => {
  const data = temporaryFolder(t);
  writeAgencyFile(data, 1, ONE);
  const { program, port, dir } = await startServer(t, { agencies: 2 });
  // A window of one and a pause make the upload last.
  const env = { CLI_BATCH_WINDOW: '1', CLI_LOOP_PERIOD: '5ms' };
  const agency = startAgency(t, { port, id: 1, data, env });
  await agency.line('apuesta_enviada');
  const strangers: Peer[] = [];
  for (const times of [1, 2, 3]) {
    const stranger = await Peer.connect(port);
    stranger.send('HELLO:1\n');
    strangers.push(stranger);
    await until(() => agency.count(TAKEN_OVER) === times, `takeover ${times}`);
    await stranger.linesToEnd();
  }
  await until(() => sorted(readStored(dir)).length === ONE.length, 'the whole upload');
  const two = await greet(port, 2);
  two.send(batchLine(0, TWO) + doneLine(2, TWO));
  await two.expectLine('STORED:10');
  await two.expectLine(winnersLine('\\d{8}'));
  two.end();
  await agency.line('consulta_ganadores | result: success | cant_ganadores: 2');
  await agency.expectExit(0);
  await program.expectExit(0);
  assert.deepEqual(sorted(readStored(dir)), sorted([...ONE, ...TWO]));
});

test('two agencies of one number store each bet once, and cut each other more and more rarely', async (t) => {
  const data = temporaryFolder(t);
  writeAgencyFile(data, 1, ONE);
  const { program, port, dir } = await startServer(t, { agencies: 2 });
  const began = performance.now();
  const twins = [startAgency(t, { port, id: 1, data }), startAgency(t, { port, id: 1, data })];
  const cuts = () => twins.reduce((sum, twin) => sum + twin.count('SUPERSEDED'), 0);
  await until(
    () => cuts() >= 6 && readStored(dir).length === ONE.length,
    'six takeovers and the whole upload',
  );
  assert.ok(twins.every(({ hasExited }) => !hasExited));
  // In turn each waits 100 ms, doubled for each further time that it was cut, and at least half of it.
  const times = program.count('SUPERSEDED');
  const took = performance.now() - began;
  let least = 0;
  for (let cut = 1; cut < times; cut += 1)
    least += Math.min(TAKEOVER_CAP_MS, BACK_OFF_MS * 2 ** (Math.ceil(cut / 2) - 1)) / 2;
  assert.ok(took > least, `${times} cuts in ${took} ms`);
  const two = await greet(port, 2);
  two.send(batchLine(0, TWO) + doneLine(2, TWO));
  await two.expectLine('STORED:10');
  await two.expectLine(winnersLine('\\d{8}'));
  two.end();
  await until(
    () => twins.some((twin) => twin.count('cant_ganadores: 2') === 1),
    'the winners of one of them',
  );
  await program.expectExit(0);
  assert.deepEqual(sorted(readStored(dir)), sorted([...ONE, ...TWO]));
});

test('each bet that is stored is in the log once, though who sent it was cut, or taken over', async (t) => {
  const { program, port, dir } = await startServer(t, { agencies: 2 });
  let stored = 0;
  const left: Peer[] = [];
  for (let session = 0; stored < 500 && session < 100; session += 1) {
    const peer = await Peer.connect(port);
    peer.send('HELLO:1\n');
    stored = Number(/^WELCOME:1:(\d+):/.exec(await peer.line())?.[1]);
    const offsets = [stored, stored + 5, stored + 10];
    peer.send(offsets.map((offset) => batchLine(offset, ONE.slice(offset, offset + 5))).join(''));
    if (session % 3 === 0) peer.reset();
    else if (session % 3 === 1) peer.end();
    left.push(peer);
  }
  program.signal('SIGTERM');
  await program.expectExit(0);
  for (const peer of left) peer.destroy();
  const logged = program.lines.flatMap(
    (line) => /apuesta_recibida \| result: success \| cantidad: (\d+)/.exec(line)?.slice(1).map(Number) ?? [],
  );
  assert.ok(stored >= 100, `${stored} bets`);
  assert.equal(
    logged.reduce((sum, count) => sum + count, 0),
    readStored(dir).length,
  );
});
