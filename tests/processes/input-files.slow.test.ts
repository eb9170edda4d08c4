/** Files as people have them, with real processes: stored as they are, refused by name, and never silently cut short. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { csvRow, makeBets, type Row, readStored, sorted, writeAgencyFile } from '../support/bets.ts';
import { FakeServer } from '../support/fake-server.ts';
import { Program } from '../support/program.ts';
import { agencyEnvironment, startAgency, startServer, temporaryFolder } from '../support/system.ts';

const latin = (agency: number, count: number): Row[] =>
  makeBets(agency, count, 1).map((row) => row.map((field) => field.replace(/[李Ł]/, 'X')) as unknown as Row);

/** The rows of an agency's file, without the agency. */
const rowsOf = (rows: readonly Row[], separator: string, change = (row: string[]) => row): string =>
  rows.map((row) => `${change(row.slice(1)).join(separator)}\r\n`).join('');

const dayFirst = ([first, last, document, birthdate, number]: string[]): string[] => {
  const [year, month, day] = birthdate!.split('-');
  const dotted = document!.replace(/^(..)(...)(...)$/, '$1.$2.$3');
  return [first!, last!, dotted, `${Number(day)}/${Number(month)}/${year}`, ` ${number} `, ''];
};

const fleet = (t: TestContext, ids: string, port: number, data: string): Program => {
  const program = new Program(['agency', '--id', ids], agencyEnvironment({ port, data }));
  t.after(() => program.kill());
  return program;
};

test('agencies whose files are all of other forms upload every bet, and say how many of how many', async (t) => {
  const folder = temporaryFolder(t);
  const bets = [1, 2, 3, 4].map((agency) => latin(agency, 300));
  const header = 'nombre;apellido;documento;nacimiento;numero\r\n';
  const files: [text: string, encoding: BufferEncoding][] = [
    [`sep=;\r\n${header}${rowsOf(bets[0]!, ';', dayFirst)}`, 'latin1'],
    [`\ufeff${rowsOf(bets[1]!, '\t')}`, 'utf16le'],
    [rowsOf(bets[2]!, ',').replaceAll('\r\n', '\r'), 'utf8'],
    [bets[3]!.map(csvRow).join(''), 'utf8'],
  ];
  files.forEach(([text, encoding], at) => {
    writeFileSync(join(folder, `agency-${at + 1}.csv`), Buffer.from(text, encoding));
  });
  const { port, dir, program } = await startServer(t, { agencies: 4 });
  const agencies = fleet(t, '1-4', port, folder);
  await agencies.expectExit(0);
  await program.expectExit(0);
  assert.deepEqual(sorted(readStored(dir)), sorted(bets.flat()));
  assert.equal(agencies.count('action: read_bets | result: success'), 4);
  for (let id = 1; id <= 4; id++) {
    await agencies.line(
      `read_bets | result: success | client_id: ${id} | rows: 300 | bets: 300 | invalid: 0`,
    );
  }
  await agencies.line(
    'client_id: 1 | encoding: Windows-1252 | separator: semicolon (sep=) | line_ends: CRLF',
  );
  await agencies.line('client_id: 2 | encoding: UTF-16 LE with BOM | separator: tab');
  await agencies.line("dates: YYYY-MM-DD | columns: 6, the agency's number first");
});

test('a file of numbers above the highest is refused before a bet is sent; server and agency agree on a higher one', async (t) => {
  const folder = temporaryFolder(t);
  const rows = makeBets(1, 200).map((row, at) => [...row.slice(0, 5), `${at * 400}`] as unknown as Row);
  writeAgencyFile(folder, 1, rows);
  const strict = await startServer(t, { agencies: 1 });
  const refused = startAgency(t, { port: strict.port, data: folder });
  await refused.expectExit(1);
  assert.equal(refused.count('read_bet |'), 20);
  await refused.line('175 of 200 rows are no bets, data.maxInvalid allows 10: DONE is not said');
  assert.equal(refused.count('apuesta_enviada'), 0);
  assert.equal(readFileSync(join(strict.dir, 'bets.csv'), 'utf8'), '');

  const env = { CLI_LOTTERY_MAXNUMBER: '99999' };
  const rejected = startAgency(t, { port: strict.port, data: folder, env });
  await rejected.expectExit(2);
  await rejected.line(
    "was rejected, NUMBER, is the server's LOTTERY_MAX_NUMBER as high as lottery.maxNumber?",
  );

  const raised = await startServer(t, { agencies: 1, env: { LOTTERY_MAX_NUMBER: '99999' } });
  await startAgency(t, { port: raised.port, data: folder, env }).expectExit(0);
  assert.deepEqual(sorted(readStored(raised.dir)), sorted(rows));
});

test('of a fleet, the agency whose file is cut meanwhile ends with 1 and says no DONE; the others go on', async (t) => {
  const folder = temporaryFolder(t);
  for (const agency of [1, 2]) writeAgencyFile(folder, agency, makeBets(agency, 30));
  const server = await FakeServer.listen(t);
  const agencies = fleet(t, '1-2', server.port, folder);
  const peers = await Promise.all([server.accept(0), server.accept(1)]);
  const hellos = await Promise.all(peers.map((peer) => peer.line()));
  for (const peer of peers) peer.send('WELCOME:1:0:0\n');
  for (const peer of peers) await peer.expectLine(/^BATCH:0:/);
  truncateSync(join(folder, 'agency-2.csv'), 100);
  for (const peer of peers) peer.send('STORED:30\n');
  const [one, two] = hellos[0] === 'HELLO:1' ? peers : [peers[1]!, peers[0]!];
  await one!.expectLine(/^DONE:1:30:/);
  await two!.expectEnd();
  one!.send(`WINNERS:0:${'0'.repeat(64)}:\n`);
  await agencies.expectExit(1);
  await agencies.line(
    /read_bets \| result: fail \| client_id: 2 \| error: ".*agency-2.csv" had \d+ bytes and has 100 now/,
  );
});

test('quiniela check-data tells each file, its bad rows without a control character, and ends with 0, 1 or 2', async (t) => {
  const folder = join(temporaryFolder(t), 'a folder');
  mkdirSync(folder);
  const check = (...args: string[]) => {
    const program = new Program(['check-data', ...args]);
    return program.exited.then(({ code }) => ({
      code,
      text: program.lines.join('\n'),
      errors: program.stderr,
    }));
  };
  writeAgencyFile(folder, 2, makeBets(2, 1_234));
  const good = await check(folder);
  assert.deepEqual([good.code, good.errors], [0, '']);
  assert.match(good.text, /agency-2.csv: encoding UTF-8, separator comma, line ends CRLF, header none/);
  assert.match(good.text, /^ {2}1,234 of 1,234 rows are bets$/m);

  // Root may look into all folders.
  if (process.getuid?.() !== 0) {
    chmodSync(folder, 0);
    const shut = await check(folder);
    chmodSync(folder, 0o755);
    const told = `quiniela: cannot check ${JSON.stringify(folder)}: permission denied\n`;
    assert.deepEqual([shut.code, shut.errors], [2, told]);
  }

  writeFileSync(join(folder, 'agency-1.csv'), '');
  const empty = await check(join(folder, 'agency-1.csv'));
  assert.equal(empty.code, 0, 'an agency may have sold nothing');
  assert.match(empty.text, /^ {2}0 of 0 rows are bets\n {2}an upload would say DONE without a bet$/m);
  rmSync(join(folder, 'agency-1.csv'));

  // A copy in place of another agency's file is seen by nothing else.
  const copy = join(folder, 'agency-20.csv');
  copyFileSync(join(folder, 'agency-2.csv'), copy);
  const copied = await check(folder);
  assert.equal(copied.code, 1);
  assert.match(
    copied.text,
    /agency-20.csv: .*\n.*\n {2}it has the same bytes as .*agency-2.csv: was that one copied\?$/,
  );
  truncateSync(copy, readFileSync(copy).length - 2);
  const cut = await check(copy);
  assert.equal(cut.code, 0);
  assert.match(
    cut.text,
    /^ {2}the last row has no line end: if the file was cut there, its number may lack digits$/m,
  );
  rmSync(copy);

  const bad = 'Ana;\x1b[31mPaz\x07;1;2000-01-01;7\r\n';
  const other = join(folder, 'agency-10.csv');
  writeFileSync(other, rowsOf(latin(10, 50), ';') + bad.repeat(30), 'latin1');
  assert.equal((await check(folder)).code, 1, 'rows that are no bets');
  writeFileSync(join(folder, 'agency-3.csv'), 'PK\x03\x04');
  const { code, text } = await check(folder, join(folder, 'agency-99.csv'));
  assert.equal(code, 2);
  assert.deepEqual(text.match(/agency-\d+/g), ['agency-2', 'agency-3', 'agency-10', 'agency-99']);
  assert.match(text, /agency-3.csv": it is a ZIP archive/);
  assert.match(
    text,
    /line 51: the last name holds "\\u001b\[31m", by which .*: "Ana;\\u001b\[31mPaz\\u0007;1;2000-01-01;7"$/m,
  );
  assert.match(
    text,
    /and 10 more\n {2}an upload would not be said DONE: data.maxInvalid allows 10 invalid rows/,
  );
  assert.equal(text.match(/line \d+:/g)?.length, 20);
  assert.doesNotMatch(text.replaceAll('\n', ''), /\p{Cc}/u);

  // With the rights that a check needs, and no more.
  const make = spawnSync('make', ['data-check', `DATA=${folder}`], { encoding: 'utf8' });
  assert.match(make.stdout, /agency-2.csv: encoding UTF-8[\s\S]*agency-3.csv": it is a ZIP archive/);
  assert.notEqual(make.status, 0);
});
