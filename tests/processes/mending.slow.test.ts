/** What an operator types when a draw's folder holds what it should not: with real processes, by the Makefile. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { batchLine, csvRow, doneLine, makeBets, writeAgencyFile } from '../support/bets.ts';
import { greet } from '../support/peer.ts';
import { launchServer, startAgency, startServer, temporaryFolder } from '../support/system.ts';

const REPOSITORY = join(import.meta.dirname, '..', '..');

const make = (...args: string[]) => spawnSync('make', ['-s', ...args], { cwd: REPOSITORY, encoding: 'utf8' });

/** Says a line, and waits for an answer. */
async function say(port: number, line: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(line);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return answer.toString();
}

test('a stranger’s bet keeps an agency out until its operator types what the agency says', async (t) => {
  const data = temporaryFolder(t);
  const rows = makeBets(1, 300, 2);
  writeAgencyFile(data, 1, rows);
  const before = await startServer(t, { agencies: 1 });
  const { dir } = before;
  assert.equal(await say(before.port, '1,x,y,12345678,2000-01-01,1\n'), '1\n');
  const kept = startAgency(t, { port: before.port, data });
  await kept.line(
    /if the server's are not this agency's, ask its operator for: quiniela reset --agency 1 DIR/,
  );
  await kept.expectExit(2);
  assert.match(make('reset', 'AGENCY=1', `DIR=${dir}`).stderr, /is in use by another server: stop it/);
  before.program.signal('SIGTERM');
  await before.program.expectExit(0);

  const { status, stdout } = make('reset', 'AGENCY=1', `DIR=${dir}`);
  assert.equal(status, 0);
  assert.match(stdout, /^agency 1 was set back: 1 bet, 0 single bets taken out\n/);
  const after = await startServer(t, { agencies: 1, dir });
  await startAgency(t, { port: after.port, data }).expectExit(0);
  await after.program.expectExit(0);
  assert.equal(readFileSync(join(dir, 'bets.csv'), 'utf8'), rows.map(csvRow).join(''));
  assert.match(make('verify', `DIR=${dir}`).stdout, /agency 1 was set back/);
});

test('a folder cut short ends the server with 2, and is mended by what it says', async (t) => {
  const data = temporaryFolder(t);
  const rows = makeBets(1, 300);
  writeAgencyFile(data, 1, rows);
  const first = await startServer(t, { agencies: 2 });
  const { dir } = first;
  const waiting = startAgency(t, { port: first.port, data });
  await waiting.line('apuesta_enviada');
  first.program.signal('SIGTERM');
  await first.program.expectExit(0);
  await waiting.kill();
  const bets = join(dir, 'bets.csv');
  truncateSync(bets, readFileSync(bets).length - 1);

  const refused = launchServer(t, { dir, agencies: 2 }).program;
  await refused.line(
    new RegExp(`store \\| result: fail \\| error: ${bets}, byte \\d+: .*quiniela recover ${dir}`),
  );
  await refused.expectExit(2);
  const seen = make('verify', `DIR=${dir}`).stderr;
  assert.match(seen, new RegExp(`^quiniela: ${bets}, byte \\d+: .*kept: make recover DIR=${dir}\n`));
  const told = make('recover', `DIR=${dir}`);
  assert.ok(told.stdout.endsWith(`nothing was changed. To do it: make recover DIR=${dir} FORCE=1\n`));
  assert.notEqual(told.status, 0);
  assert.equal(make('recover', `DIR=${dir}`, 'FORCE=1').status, 0);

  writeAgencyFile(data, 2, []);
  const again = await startServer(t, { agencies: 2, dir });
  const agencies = [1, 2].map((id) => startAgency(t, { port: again.port, id, data }));
  for (const agency of agencies) await agency.expectExit(0);
  await again.program.expectExit(0);
  assert.equal(readFileSync(bets, 'utf8'), rows.map(csvRow).join(''));
});

test('a digit that is changed before the draw: nobody is told anything, and the server exits 2', async (t) => {
  const { program, port, dir } = await startServer(t, { agencies: 1 });
  const rows = makeBets(1, 100);
  const peer = await greet(port, 1);
  peer.send(batchLine(0, rows));
  await peer.expectLine('STORED:100');
  const bets = join(dir, 'bets.csv');
  const text = readFileSync(bets, 'utf8');
  writeFileSync(bets, text.replace(rows[7]![3], '66666666'));
  peer.send(doneLine(1, rows));
  await program.line(
    new RegExp(`store \\| result: fail \\| error: ${bets}, byte 0: rows up to byte \\d+ are not those`),
  );
  await program.expectExit(2);
  assert.match(await peer.line(), /^ERROR:SHUTTING_DOWN/);
});

test('what another program did to a journal is mended by the command in the log, as it stands there', async (t) => {
  const dir = join(temporaryFolder(t), "year's draw");
  const { program } = await startServer(t, { agencies: 2, dir });
  program.signal('SIGTERM');
  await program.expectExit(0);
  const journal = join(dir, 'journal.ndjson');
  const whole = readFileSync(journal, 'utf8');
  for (const edited of [whole.replaceAll('\n', '\r\n'), `\ufeff${whole}`, `${whole}\n`]) {
    writeFileSync(journal, edited);
    const refused = launchServer(t, { dir, agencies: 2 }).program;
    const line = await refused.line('another program saved the file');
    await refused.expectExit(2);
    const [, command = ''] = /: (sed -i .*); nothing was changed/.exec(line) ?? [];
    assert.equal(spawnSync('sh', ['-c', command]).status, 0, line);
    assert.equal(readFileSync(journal, 'utf8'), whole, line);
  }
});
