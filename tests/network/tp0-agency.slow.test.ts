/** Our agency to the original's server: every bet once, no accent lost, and its winners understood. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { makeBets, type Row, readStored, sorted, winnersLine, writeAgencyFile } from '../support/bets.ts';
import { FakeServer } from '../support/fake-server.ts';
import { greet } from '../support/peer.ts';
import { withoutPython } from '../support/python-csv.ts';
import { startAgency, startServer, temporaryFolder } from '../support/system.ts';

const SERVER = join(import.meta.dirname, 'original_server.py');

/** Answers with the number of winners or, as one version of the original does, with a list of their documents. */
type Variant = 'count' | 'list';

const startOriginal = async (t: TestContext, clients: number, variant: Variant) => {
  const dir = temporaryFolder(t);
  const args = [SERVER, `${clients}`, variant, join(dir, 'bets.csv')];
  const server = spawn('python3', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(server, 'exit');
  t.after(() => server.kill());
  const [port] = (await once(server.stdout, 'data')) as [Buffer];
  return { port: Number(port), dir, exited };
};

/** Names of nearly nothing but characters of two to four bytes, at every place of a read of 1,024 bytes. */
const accented = (agency: number, count: number, winners: number): Row[] =>
  makeBets(agency, count, winners).map(
    ([id, , , ...rest], i) => [id, 'ñ'.repeat(1 + (i % 30)), `Ñ李é🎲${'ü'.repeat(i % 7)}`, ...rest] as const,
  );

for (const variant of ['count', 'list'] as const) {
  test(`agencies upload to an original server that answers with a ${variant}`, {
    skip: withoutPython,
  }, async (t) => {
    const data = temporaryFolder(t);
    const uploads = [accented(1, 700, 2), makeBets(2, 500, 1), makeBets(3, 90), []];
    const { port, dir, exited } = await startOriginal(t, uploads.length, variant);
    const agencies = uploads.map((rows, index) => {
      writeAgencyFile(data, index + 1, rows);
      return startAgency(t, { port, id: index + 1, data, env: { CLI_PROTOCOL: 'tp0' } });
    });
    for (const [index, agency] of agencies.entries()) {
      await agency.expectExit(0);
      const winners = [2, 1, 0, 0][index];
      assert.match(
        agency.lines.join('\n'),
        new RegExp(`consulta_ganadores \\| result: success \\| cant_ganadores: ${winners}$`, 'm'),
      );
    }
    assert.deepEqual(await exited, [0, null]);
    assert.deepEqual(sorted(readStored(dir)), sorted(uploads.flat()));
  });
}

const BET = {
  CLI_PROTOCOL: 'tp0',
  AGENCY_MODE: 'bet',
  NOMBRE: 'Santiago Lionel',
  APELLIDO: 'Muñoz',
  DOCUMENTO: '30904465',
  NACIMIENTO: '1999-03-17',
};

test('a single bet is counted by an original server', { skip: withoutPython }, async (t) => {
  const { port, dir, exited } = await startOriginal(t, 1, 'count');
  const agency = startAgency(t, { port, id: 1, env: { ...BET, NUMERO: '2201' } });
  await agency.line('apuesta_enviada | result: success | dni: 30904465 | numero: 2201');
  await agency.expectExit(0);
  await exited;
  assert.deepEqual(readStored(dir), [['1', 'Santiago Lionel', 'Muñoz', '30904465', '1999-03-17', '2201']]);
});

test("a single bet is answered with its number by exercise 5's server, which stays open", async (t) => {
  const server = await FakeServer.listen(t);
  for (const [index, number] of ['7574', '1', '0'].entries()) {
    const agency = startAgency(t, { port: server.port, id: 1, env: { ...BET, NUMERO: number } });
    const peer = await server.accept(index);
    await peer.expectLine(`1,Santiago Lionel,Muñoz,30904465,1999-03-17,${number}`);
    peer.send(`${number}\n`);
    await agency.line(`apuesta_enviada | result: success | dni: 30904465 | numero: ${number}`);
    peer.end();
    await agency.expectExit(0);
  }
});

test('a single bet that our server does not store is not taken for one on number 0', async (t) => {
  const { port, dir } = await startServer(t, { agencies: 2 });
  const agency = startAgency(t, { port, id: 3, env: { ...BET, NUMERO: '0' } });
  await agency.line(
    'apuesta_enviada | result: fail | error: the server says 0, 1 or the number 0 was expected',
  );
  await agency.expectExit(1);
  assert.deepEqual(readStored(dir), []);
});

test('of two agencies of one number one gives up and says so, the other ends well', async (t) => {
  const data = temporaryFolder(t);
  const rows = makeBets(1, 3_000, 2);
  writeAgencyFile(data, 1, rows);
  const { program, port, dir } = await startServer(t, { agencies: 2 });
  const env = { CLI_PROTOCOL: 'tp0' };
  const twins = [1, 2].map(() => startAgency(t, { port, data, env }));
  const first = await Promise.race(twins.map(async (twin) => ({ twin, ...(await twin.exited) })));
  assert.equal(first.code, 1);
  assert.match(first.twin.lines.join('\n'), /gave up after .* is another agency 1 running\?$/m);
  const other = await greet(port, 2);
  other.send('DONE:2:0:0\n');
  await other.expectLine(winnersLine());
  other.end();
  for (const twin of twins) if (twin !== first.twin) await twin.expectExit(0);
  await program.expectExit(0);
  assert.deepEqual(readStored(dir), rows);
});

test('batches alone are counted by an original server, one connection for all', {
  skip: withoutPython,
}, async (t) => {
  const data = temporaryFolder(t);
  const rows = makeBets(1, 100);
  writeAgencyFile(data, 1, rows);
  const { port, dir, exited } = await startOriginal(t, 1, 'count');
  const env = { CLI_PROTOCOL: 'tp0', AGENCY_MODE: 'batches', CLI_LOOP_AMOUNT: '4', CLI_BATCH_MAXAMOUNT: '5' };
  await startAgency(t, { port, data, env }).expectExit(0);
  await exited;
  assert.deepEqual(readStored(dir), rows.slice(0, 20));
});
