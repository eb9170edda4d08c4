/** A draw has a name: nothing is uploaded twice across two draws, and its winners are told however late. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import {
  batchLine,
  crcOf,
  doneLine,
  makeBets,
  readStored,
  winnersLine,
  wireBet,
  writeAgencyFile,
} from '../support/bets.ts';
import { greet, Peer } from '../support/peer.ts';
import { Relay } from '../support/relay.ts';
import { startAgency, startServer, temporaryFolder, until } from '../support/system.ts';

const ONE = makeBets(1, 10, 1);
const TWO = makeBets(2, 50, 2);
const single = makeBets(2, 60)[59]!;

const sayAgain = async (port: number, hello: string): Promise<Peer> => {
  const peer = await Peer.connect(port);
  return peer.send(`${hello}\n`);
};

/** Agency 1's part, as a peer of few words: told its winners, it leaves. */
const uploadOne = async (port: number): Promise<void> => {
  const peer = await greet(port, 1, /^WELCOME:\d+:0:0$/);
  peer.send(batchLine(0, ONE) + doneLine(1, ONE));
  await peer.expectLine('STORED:10');
  await peer.expectLine(winnersLine('\\d{8}'));
  peer.end();
};

test('an agency that missed the draw gets its winners from the archive, two restarts later, and uploads nothing', async (t) => {
  const data = temporaryFolder(t);
  writeAgencyFile(data, 2, TWO);
  const first = await startServer(t, { agencies: 2, env: { ANNOUNCE_TIMEOUT: '50ms' } });
  const relay = await Relay.to(t, first.port);
  const env = { CLI_CONNECTION_MAXATTEMPTS: '0' };
  const agency = startAgency(t, { port: relay.port, id: 2, data, env });
  await until(
    () => readFileSync(join(first.dir, 'journal.ndjson'), 'utf8').includes('"done":[2]'),
    'the DONE of agency 2 in the journal',
  );
  const one = await greet(first.port, 1);
  one.send(batchLine(0, ONE));
  await one.expectLine('STORED:10');
  relay.cut();
  one.send(doneLine(1, ONE));
  await one.expectLine(winnersLine('\\d{8}'));
  one.end();
  await first.program.expectExit(0);

  for (const restart of [1, 2]) {
    const next = await startServer(t, { agencies: 2, dir: first.dir });
    await next.program.line('action: accept_connections');
    if (restart === 1) {
      next.program.signal('SIGTERM');
      await next.program.expectExit(0);
      continue;
    }
    relay.mend(next.port);
    await agency.line('action: consulta_ganadores | result: success | cant_ganadores: 2');
    await agency.expectExit(0);
    assert.equal(next.program.count('apuesta_recibida'), 0);
    assert.deepEqual(readStored(next.dir), []);
    assert.equal(readStored(join(next.dir, 'draw-0001')).length, 60);
  }
});

/** A draw to its end, of which agency 2 was killed before it was told its winners; then a server of the next one. */
const nextDrawWithoutTwo = async (t: TestContext, data: string) => {
  writeAgencyFile(data, 2, TWO);
  const first = await startServer(t, { agencies: 2, env: { ANNOUNCE_TIMEOUT: '50ms' } });
  const killed = startAgency(t, { port: first.port, id: 2, data });
  await until(
    () => readFileSync(join(first.dir, 'journal.ndjson'), 'utf8').includes('"done":[2]'),
    'the DONE of agency 2 in the journal',
  );
  killed.signal('SIGKILL');
  await killed.exited;
  await uploadOne(first.port);
  await first.program.expectExit(0);
  return startServer(t, { agencies: 2, dir: first.dir });
};

test('a process that is started anew in the next draw fetches what the one before it missed, once', async (t) => {
  const data = temporaryFolder(t);
  const { port, dir, program } = await nextDrawWithoutTwo(t, data);
  const again = startAgency(t, { port, id: 2, data });
  await again.line('action: return_to_draw | result: success | client_id: 2 | draw: 1');
  await again.line('action: consulta_ganadores | result: success | cant_ganadores: 2');
  await again.expectExit(0);
  assert.deepEqual(readStored(dir), []);
  const journal = () => readFileSync(join(dir, 'journal.ndjson'), 'utf8');
  await until(() => journal().includes('"toldLate":[2]'), 'it is written down that agency 2 was told');
  program.signal('SIGTERM');
  await program.expectExit(0);
  // Now it has been told: the same file is another upload, for the draw that is open.
  const last = await startServer(t, { agencies: 2, dir });
  const more = startAgency(t, { port: last.port, id: 2, data });
  await more.line('cantidad: 50');
  assert.equal(readStored(dir).length, 50);
});

test('with another file it takes part in the draw that is open', async (t) => {
  const data = temporaryFolder(t);
  const { port, dir } = await nextDrawWithoutTwo(t, data);
  const rows = makeBets(2, 70, 1);
  writeAgencyFile(data, 2, rows);
  const agency = startAgency(t, { port, id: 2, data });
  await agency.line(
    'return_to_draw | result: fail | client_id: 2 | draw: 1 | error: the winners are those of another',
  );
  await agency.line('cantidad: 70');
  assert.deepEqual(readStored(dir), rows);
});

test('what is asked of a draw that is over is answered from its folder, and nothing is added to it', async (t) => {
  const before = await startServer(t, { agencies: 2 });
  const two = await greet(before.port, 2);
  two.send(`${batchLine(0, TWO)}BET:once:${wireBet(single)}\n`);
  await two.expectLines('STORED:50', `BET:once:${single[5]}`);
  two.send(doneLine(2, TWO));
  await uploadOne(before.port);
  await two.expectLine(winnersLine('\\d{8}', '\\d{8}'));
  two.end();
  await before.program.expectExit(0);

  const { port, dir } = await startServer(t, { agencies: 3, dir: before.dir });
  const welcome = `WELCOME:1:50:${crcOf(TWO)}`;
  const winners = winnersLine('\\d{8}', '\\d{8}');
  const cases: [hello: string, said: string, ...answers: (string | RegExp)[]][] = [
    ['HELLO:2:1', doneLine(2, TWO), welcome, winners],
    ['HELLO:1:1', doneLine(1, ONE), `WELCOME:1:10:${crcOf(ONE)}`, winnersLine('\\d{8}')],
    ['HELLO:2:1', batchLine(50, [single]), welcome, 'ERROR:FINISHED:draw 1 is over: no bets can be added'],
    ['HELLO:2:1', doneLine(2, TWO.slice(1)), welcome, /^ERROR:COUNT:/],
    ['HELLO:2:1', `DONE:2:50:7\n`, welcome, /^ERROR:CRC:/],
    ['HELLO:2:1', doneLine(1, TWO), welcome, /^ERROR:AGENCY:/],
    [
      ...(['HELLO:2:1', `BET:once:${wireBet(single)}\nBET:new:${wireBet(single)}\n`] as const),
      ...[welcome, `BET:once:${single[5]}`, /^ERROR:FINISHED:draw "1" is over, without a bet "new"/],
    ],
    ['HELLO:2:1', `BET:once:${wireBet(TWO[0]!)}\n`, welcome, /^ERROR:BET_ID:/],
    ['HELLO:3:1', '', /^ERROR:AGENCY:agency 3 is not one of 1 to 2 of draw "1"/],
    ['HELLO:2:7', '', 'ERROR:DRAW:no draw "7" was ever held here'],
    ['HELLO:2:0001', '', 'ERROR:DRAW:no draw "0001" was ever held here'],
    ['HELLO:2:../1', '', /^ERROR:MALFORMED:Cannot read HELLO: the draw is "..\/1", expected a draw's name/],
    ['HELLO:2:2', '', 'WELCOME:2:0:0'],
  ];
  for (const [hello, said, ...answers] of cases) {
    const peer = await sayAgain(port, hello);
    peer.send(said);
    await peer.expectLines(...answers);
    peer.destroy();
  }
  assert.deepEqual(readStored(dir), []);
});

test('who comes back to a draw that is over takes nobody’s place in the one that is open', async (t) => {
  const before = await startServer(t, { agencies: 1 });
  await uploadOne(before.port);
  await before.program.expectExit(0);
  const { port, program } = await startServer(t, { agencies: 1, dir: before.dir });
  const open = await greet(port, 1, 'WELCOME:2:0:0');
  const late = await sayAgain(port, 'HELLO:1:1');
  await late.expectLine(/^WELCOME:1:10:/);
  open.send(batchLine(0, ONE));
  await open.expectLine('STORED:10');
  late.send(doneLine(1, ONE));
  await late.expectLine(winnersLine('\\d{8}'));
  late.end();
  await program.line('connection of agency 1');
  // Told the winners of draw 1, it is not told those of draw 2.
  open.send(doneLine(1, ONE));
  await open.expectLine(winnersLine('\\d{8}'));
  open.end();
  await program.expectExit(0);
});

test('in mode batches, what the server has lost of an upload is no success', async (t) => {
  const data = temporaryFolder(t);
  writeAgencyFile(data, 2, TWO);
  const first = await startServer(t, { agencies: 2 });
  const relay = await Relay.to(t, first.port);
  const agency = startAgency(t, {
    ...{ port: relay.port, id: 2, data },
    env: {
      ...{
        AGENCY_MODE: 'batches',
        CLI_LOOP_AMOUNT: '5',
        // It stands between two batches when its server goes, however late the test is.
        CLI_LOOP_PERIOD: '1h',
        CLI_BATCH_MAXAMOUNT: '10',
      },
      CLI_CONNECTION_MAXATTEMPTS: '0',
    },
  });
  await agency.line('cantidad: 10');
  relay.cut();
  // Another server, with an empty folder and a draw of the same name.
  const other = await startServer(t, { agencies: 2 });
  relay.mend(other.port);
  await agency.line(
    /apuesta_enviada \| result: fail \| error: the server has 0 bets of draw 1, \d+ were acknowledged/,
  );
  await agency.expectExit(1);
  assert.deepEqual(readStored(other.dir), []);
});
