/** What an agency keeps of a draw brings a new process of it back to that draw, and finds a folder that was changed. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { batchLine, doneLine, makeBets, readStored, winnersLine, writeAgencyFile } from '../support/bets.ts';
import { greet } from '../support/peer.ts';
import { Program } from '../support/program.ts';
import { freePort, startAgency, startServer, temporaryFolder, until } from '../support/system.ts';

const ONE = makeBets(1, 10, 1);
const TWO = makeBets(2, 50, 2);

test('an agency that was killed, and started again in the next draw, fetches what it won in its own', async (t) => {
  const [data, receipts] = [temporaryFolder(t), join(temporaryFolder(t), 'receipts')];
  writeAgencyFile(data, 2, TWO);
  const first = await startServer(t, { agencies: 2, env: { ANNOUNCE_TIMEOUT: '50ms' } });
  const env = { CLI_RECEIPTS: receipts };
  const killed = startAgency(t, { port: first.port, id: 2, data, env });
  const journal = () => readFileSync(join(first.dir, 'journal.ndjson'), 'utf8');
  await until(() => journal().includes('"done":[2]'), 'the DONE of agency 2 in the journal');
  killed.signal('SIGKILL');
  await killed.exited;
  // Before it calls anybody it says which draw it goes back to.
  for (const other of [{ CLI_DRAW: '7' }, { AGENCY_MODE: 'batches' }]) {
    const more = { ...env, ...other, CLI_CONNECTION_MAXATTEMPTS: '1' };
    const agency = startAgency(t, { port: await freePort(), id: 2, data, env: more });
    await agency.expectExit(1);
    assert.equal(
      agency.count('resume_draw'),
      0,
      'who is told its draw, or asks for no winners, goes back to none',
    );
  }
  const one = await greet(first.port, 1);
  one.send(batchLine(0, ONE) + doneLine(1, ONE));
  await one.expectLine('STORED:10');
  await one.expectLine(winnersLine('\\d{8}'));
  one.end();
  await first.program.expectExit(0);
  const head = / draw: 1 \| head: ([0-9a-f]{64})$/.exec(await first.program.line('record_draw'))![1]!;

  const next = await startServer(t, { agencies: 2, dir: first.dir });
  const again = startAgency(t, { port: next.port, id: 2, data, env });
  await again.line('action: resume_draw | result: success | client_id: 2 | draw: 1');
  await again.line('action: consulta_ganadores | result: success | cant_ganadores: 2');
  await again.line(`action: draw | result: success | draw: 1 | head: ${head}`);
  await again.expectExit(0);
  assert.deepEqual(readStored(next.dir), []);
  const receipt = join(receipts, 'agency-2-draw-1.json');
  assert.deepEqual(readdirSync(receipts), ['agency-2-draw-1.json']);
  next.program.signal('SIGTERM');
  await next.program.expectExit(0);

  const archived = join(first.dir, 'draw-0001');
  const verify = async (code: number, ...args: string[]): Promise<string> => {
    const program = new Program(['verify', ...args]);
    assert.equal((await program.exited).code, code);
    return program.lines.join('\n') + program.stderr;
  };
  const good = await verify(0, archived, '--head', head, '--receipt', receipt);
  assert.match(good, /checked --head: .*\nchecked the receipt: what it says of agency 2 is what is here/);
  assert.match(
    await verify(2, first.dir, '--receipt', receipt),
    /holds draw "2", the receipt is of draw "1"/,
  );
  assert.match(await verify(2, archived, '--head', 'c0ffee'), /--head is "c0ffee", expected a SHA-256/);
  assert.match(await verify(2, archived, '--receipt', data), /^quiniela: cannot read the receipt/);

  // Whoever has the folder can cut the draw's last lines off: what is left is whole.
  const text = readFileSync(join(archived, 'journal.ndjson'), 'utf8');
  truncateSync(join(archived, 'journal.ndjson'), text.indexOf('{', text.indexOf('"done":[1]')));
  assert.match(await verify(0, archived), /bets are being collected/);
  assert.match(await verify(2, archived, '--head', head), /the folder was cut back, or written again/);
  assert.match(await verify(2, archived, '--receipt', receipt), /head at the draw none, not/);
});
