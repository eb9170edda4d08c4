import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import type { Dialect } from '../../machines/vocabulary/wire.ts';
import { LINE_BYTES, TP0_READ_BYTES } from '../../src/limits.ts';
import { type Bet, wireBet } from '../../src/lottery/bet.ts';
import { BatchEncoder, type BatchStep } from '../../src/protocol/batch-encoder.ts';
import { encodeBet, encodeDone, encodeHello, encodeTp0Done } from '../../src/protocol/encoder.ts';
import { ServerDecoder } from '../../src/protocol/server-decoder.ts';
import { anyBet, anyName, plainName } from '../support/any-bet.ts';
import { csvRow } from '../support/bet-row.ts';
import { feed } from '../support/chunks.ts';

/** An agency's file as some program may have written it: which fields it quotes and how it ends lines. */
const fileOf = (bets: Bet[], quotes: boolean[], lineEnd: string, bom: boolean, endsLast: boolean): Buffer => {
  let field = 0;
  const write = (text: string): string =>
    /[",\r\n]/.test(text) || quotes[field++ % quotes.length] ? `"${text.replaceAll('"', '""')}"` : text;
  const rows = bets.map((b) =>
    [b.firstName, b.lastName, b.document, b.birthdate, `${b.number}`].map(write).join(','),
  );
  return Buffer.from(
    (bom ? '\ufeff' : '') + rows.join(lineEnd) + (endsLast && bets.length > 0 ? lineEnd : ''),
  );
};

const file = (names: fc.Arbitrary<string>) =>
  fc.record({
    bets: fc.array(anyBet(names), { maxLength: 30 }),
    quotes: fc.array(fc.boolean(), { minLength: 1, maxLength: 12 }),
    lineEnd: fc.constantFrom('\n', '\r\n'),
    bom: fc.boolean(),
    endsLast: fc.boolean(),
    maxAmount: fc.integer({ min: 1, max: 40 }),
    cuts: fc.array(fc.nat(), { maxLength: 10 }),
    wireCuts: fc.array(fc.nat(), { maxLength: 20 }),
  });

type Given = ReturnType<typeof file> extends fc.Arbitrary<infer T> ? T : never;

const cutsOf = (places: number[], bytes: Buffer): number[] =>
  places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b);

const isBatch = (step: BatchStep) => step.kind === 'batch';

const keepsItsPromise = (dialect: Dialect, maxBytes: number) => (given: Given) => {
  const { bets, maxAmount } = given;
  const bytes = fileOf(bets, given.quotes, given.lineEnd, given.bom, given.endsLast);
  const steps = feed(
    new BatchEncoder({ agency: 7, dialect, maxAmount, maxBytes }),
    bytes,
    cutsOf(given.cuts, bytes),
  );
  const rows = Buffer.concat(bets.map(csvRow));

  assert.deepEqual(steps.at(-1), { kind: 'end', count: bets.length, crc: crc32(rows) });
  let position = 0;
  let crc = 0;
  for (const step of steps.slice(0, -1)) {
    if (!isBatch(step)) return assert.fail(step.kind);
    assert.ok(step.count >= 1 && step.count <= maxAmount && step.line.length <= maxBytes);
    assert.equal(step.offset, position);
    const batchRows = Buffer.concat(bets.slice(position, position + step.count).map(csvRow));
    position += step.count;
    crc = crc32(batchRows, crc);
    assert.deepEqual([step.position, step.crc], [position, crc]);
  }

  const isTp0 = dialect === 'tp0';
  const opening = isTp0 ? Buffer.alloc(0) : encodeHello(7);
  const lines = steps.filter(isBatch).map((step) => step.line);
  const closing = isTp0 ? encodeTp0Done(7) : encodeDone({ agency: 7, count: bets.length, crc });
  const wire = Buffer.concat([opening, ...lines, closing]);
  const heard = feed(new ServerDecoder(), wire, cutsOf(given.wireCuts, wire));
  const received = heard.filter((message) => message.type === 'client.batch');
  assert.deepEqual(
    Buffer.concat(received.map((message) => message.rows)).toString('latin1'),
    rows.toString('latin1'),
  );
  assert.deepEqual(
    received.map((message) => message.count),
    steps.filter(isBatch).map((step) => step.count),
  );
  assert.equal(heard.length, lines.length + (isTp0 ? 1 : 2));
};

test('quiniela: the rows that the server stores are those of the file, and both sides have the same CRC', () => {
  fc.assert(fc.property(file(anyName), keepsItsPromise('quiniela', LINE_BYTES)), { numRuns: 1_000 });
});

test('quiniela: the same with lines so short that their bytes end the batches', () => {
  fc.assert(fc.property(file(anyName), keepsItsPromise('quiniela', 512)), { numRuns: 1_000 });
});

test('TP0: the same for the names that it can say', () => {
  fc.assert(fc.property(file(plainName), keepsItsPromise('tp0', TP0_READ_BYTES)), { numRuns: 1_000 });
});

test('a single bet arrives as its row, its document and its number', () => {
  const id = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/);
  fc.assert(
    fc.property(id, anyBet(), (given, single) => {
      const said = Buffer.concat([encodeHello(7), encodeBet(given, wireBet(single))]);
      const [, heard] = feed(new ServerDecoder(), said);
      const { document, number } = single;
      assert.deepEqual(heard, { type: 'client.bet', id: given, row: csvRow(single), document, number });
    }),
  );
});

test('lines full of names that grow most arrive whole: quotes double in rows, commas triple on the wire', () => {
  for (const name of ['"'.repeat(64), ','.repeat(64), `${'"'.repeat(63)}\n`]) {
    const single = {
      firstName: name,
      lastName: name,
      document: '12345678',
      birthdate: '2000-02-29',
      number: 1,
    };
    const bets = Array.from({ length: 500 }, () => ({ agency: 7, ...single }));
    keepsItsPromise(
      'quiniela',
      LINE_BYTES,
    )({
      bets,
      quotes: [false],
      lineEnd: '\n',
      bom: false,
      endsLast: true,
      maxAmount: 500,
      cuts: [],
      wireCuts: [],
    });
  }
});
