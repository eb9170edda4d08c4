/** A line has at most 8,192 bytes with its end, in every dialect. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { batchLine, makeBets, type Row, readStored, wireBets } from '../support/bets.ts';
import { Peer } from '../support/peer.ts';
import { startServer } from '../support/system.ts';
import { whileHonestAgenciesWork } from './honest.ts';

const LIMIT = 8_192;
const TOO_LONG = 'ERROR:LINE_TOO_LONG:Cannot read a line of more than 8192 bytes with its end';

/** Bets of agency 6 whose line, made by `encode`, has exactly this many bytes. */
const betsOf = (bytes: number, encode: (rows: readonly Row[]) => string): Row[] => {
  const length = (rows: readonly Row[]) => Buffer.byteLength(encode(rows));
  const rows = makeBets(6, 200);
  while (length(rows) > bytes) rows.pop();
  for (let i = 0; length(rows) < bytes; i++) {
    const [agency, first, last, ...rest] = rows[i]!;
    const missing = Math.min(bytes - length(rows), 64 - Buffer.byteLength(first));
    rows[i] = [agency, first + 'x'.repeat(missing), last, ...rest];
  }
  return rows;
};
const batch = (rows: readonly Row[]): string => batchLine(0, rows);
const tp0Batch = (rows: readonly Row[]): string => `${wireBets(rows)}\n`;

test('lines of exactly 8,192 bytes are taken: a batch of either dialect, and an echo', async (t) => {
  for (const encode of [batch, tp0Batch]) {
    const { port, dir } = await startServer(t, { agencies: 6 });
    const rows = betsOf(LIMIT, encode);
    assert.equal(Buffer.byteLength(encode(rows)), LIMIT);
    const peer = await Peer.connect(port);
    if (encode === batch) await peer.send('HELLO:6\n').expectLine('WELCOME:1:0:0');
    peer.send(encode(rows));
    await peer.expectLine(encode === batch ? `STORED:${rows.length}` : `${rows.length}`);
    assert.deepEqual(readStored(dir), rows);
    const echo = await Peer.connect(port);
    const line = 'ñ'.repeat((LIMIT - 2) / 2);
    await echo.sendBytes(line.slice(0, 10));
    echo.send(`${line.slice(10)}!\n`);
    await echo.expectLine(`${line}!`);
  }
});

test('a line of 8,193 bytes, or one that never ends, is refused at its limit, whoever says it', async (t) => {
  const { program, dir } = await whileHonestAgenciesWork(
    t,
    { agencies: 6, env: { SERVER_PAUSE_TIMEOUT: '30s' } },
    async ({ port }) => {
      const refuse = async (before: string, welcome: string | undefined, line: string | Buffer) => {
        const peer = await Peer.connect(port);
        if (before) peer.send(before);
        if (welcome) await peer.expectLine(welcome);
        peer.send(line);
        await peer.expectLine(TOO_LONG);
        await peer.expectEnd();
      };
      const rows = betsOf(LIMIT + 1, batch);
      await refuse('HELLO:6\n', 'WELCOME:1:0:0', batchLine(0, rows));
      await refuse('HELLO:6\n', 'WELCOME:1:0:0', batchLine(0, rows).slice(0, LIMIT));
      // Whoever goes on to send is cut: a reset may then overtake the line that says why, which the server logs too.
      const endless = await Peer.connect(port);
      await endless.send('HELLO:6\n').expectLine('WELCOME:1:0:0');
      endless.send(Buffer.alloc(10_000_000, '1,'));
      const told = await endless.linesToEnd();
      assert.ok(told.length <= 1 && told.every((line) => line === TOO_LONG), told.join());
      await refuse('echo\n', 'echo', `${'x'.repeat(LIMIT)}\n`);
      await refuse('', undefined, `${'x'.repeat(LIMIT)}\n`);
      await refuse('', undefined, `HELLO:${'1'.repeat(LIMIT)}\n`);
      // The original knows no errors: a count of 0, and the end.
      const original = await Peer.connect(port);
      original.send('6,Ana,Paz,1,2000-01-01,7\n');
      await original.expectLine('0');
      original.send(tp0Batch(betsOf(LIMIT + 1, tp0Batch)));
      await original.expectLine('0');
      await original.expectEnd();
    },
  );
  assert.deepEqual(
    readStored(dir).filter(([id]) => id === '6'),
    [],
  );
  assert.equal(program.count('error: LINE_TOO_LONG, Cannot read a line'), 7);
});
