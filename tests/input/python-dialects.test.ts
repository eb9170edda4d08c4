/** What Python's csv module writes, in all of its dialects, is stored as it was written or told as no bet. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Bet } from '../../src/lottery/bet.ts';
import { sum } from '../../src/numbers.ts';
import { anyBet } from '../support/any-bet.ts';
import { pythonReads, withoutPython } from '../support/python-csv.ts';
import { fuzzSeed } from '../support/random.ts';
import { examined, uploaded } from './support.ts';

/** Writes each list of rows in one dialect; answers in Base64, or null where the dialect cannot say a row. */
const WRITE_DIALECTS = `
import base64, csv, io, json, sys
def write(rows, encoding, options):
    out = io.StringIO(newline='')
    try:
        csv.writer(out, **options).writerows(rows)
        return base64.b64encode(out.getvalue().encode(encoding)).decode()
    except (csv.Error, UnicodeEncodeError):
        return None
json.dump([write(*file) for file in json.load(sys.stdin)], sys.stdout)
`;

/** As csv.QUOTE_… */
const QUOTE = { MINIMAL: 0, ALL: 1, NONNUMERIC: 2, NONE: 3 } as const;

type Dialect = Readonly<Record<string, string | number | boolean>>;

/** Those that say what they mean by RFC 4180's quotes. */
const QUOTED: readonly Dialect[] = [',', ';', '\t'].flatMap((delimiter) =>
  // (Of the line end LF, MINIMAL puts no quotes around a CR before Python 3.13.)
  [
    { lineterminator: '\r\n', quoting: QUOTE.MINIMAL },
    ...['\r\n', '\n'].flatMap((lineterminator) =>
      [QUOTE.ALL, QUOTE.NONNUMERIC].map((quoting) => ({ lineterminator, quoting })),
    ),
  ].map((more) => ({ delimiter, ...more })),
);

/** Those that say it by an escape, or with other signs: such a row may be lost, but never be another one. */
const ESCAPED: readonly Dialect[] = [
  { quoting: QUOTE.NONE, escapechar: '\\' },
  { quoting: QUOTE.NONE, escapechar: '\\', delimiter: ';' },
  { quoting: QUOTE.ALL, escapechar: '\\', doublequote: false },
  { quoting: QUOTE.MINIMAL, escapechar: '\\', doublequote: false, delimiter: ';' },
  { quotechar: "'", quoting: QUOTE.ALL },
  { delimiter: '|' },
];

const ENCODINGS = ['utf-8', 'utf-8-sig', 'utf-16', 'cp1252'];

const FILES = 90;

type File = { rows: readonly (readonly (string | number)[])[]; encoding: string; dialect: Dialect };

const rowOf = ({ firstName, lastName, document, birthdate, number }: Bet): (string | number)[] => [
  firstName,
  lastName,
  document,
  birthdate,
  number,
];

const shown = ({ encoding, dialect }: File, at: number, seed: number): string =>
  `FUZZ_SEED=${seed}, file ${at}: ${JSON.stringify({ encoding, dialect })}`;

function written(files: readonly File[]): (Buffer | undefined)[] {
  const input = JSON.stringify(files.map(({ rows, encoding, dialect }) => [rows, encoding, dialect]));
  const ran = spawnSync('python3', ['-X', 'utf8', '-c', WRITE_DIALECTS], { input, maxBuffer: 1 << 28 });
  assert.equal(ran.status, 0, String(ran.stderr));
  return (JSON.parse(String(ran.stdout)) as (string | null)[]).map((text) =>
    text === null ? undefined : Buffer.from(text, 'base64'),
  );
}

type Stored = { rows: Buffer; bets: number; invalid: number };

/** What becomes of a file: a check and an upload agree. */
async function stored(content: Buffer, what: string): Promise<Stored> {
  const check = await examined({ content }).catch((error: Error) => error);
  const { rows, last } = await uploaded({ content });
  if (check instanceof Error) {
    assert.ok(last.type === 'file.failed' && last.reason.endsWith(check.message), what);
    return { rows: Buffer.alloc(0), bets: 0, invalid: 1 };
  }
  assert.ok(last.type === 'file.exhausted', what);
  const { bets, invalid } = check.tally;
  assert.deepEqual([last.count, last.invalid, last.crc], [bets, invalid, check.crc], what);
  return { rows, bets, invalid };
}

/** What Python reads of each file's bets.csv; in one go, as each start of it takes a while. */
function readBack(all: readonly Stored[]): string[][][] {
  const read = pythonReads(Buffer.concat(all.map(({ rows }) => rows))).map(([, ...row]) => row);
  assert.equal(read.length, sum(all.map(({ bets }) => bets)));
  return all.map(({ bets }) => read.splice(0, bets));
}

const lists = (length: number, seed: number): Bet[][] =>
  fc.sample(fc.array(anyBet(), { minLength: 3, maxLength: 25 }), { numRuns: length, seed });

test(`bets with names of any Unicode, in ${FILES} files of each dialect with quotes, are stored as they were written`, {
  skip: withoutPython,
}, async (t) => {
  const seed = fuzzSeed();
  t.diagnostic(`FUZZ_SEED=${seed}`);
  const files = lists(FILES, seed).map(
    (bets, at): File => ({
      rows: bets.map(rowOf),
      encoding: ENCODINGS[at % 3]!,
      dialect: QUOTED[at % QUOTED.length]!,
    }),
  );
  const all: Stored[] = [];
  for (const [at, content] of written(files).entries()) {
    assert.ok(content);
    all.push(await stored(content, shown(files[at]!, at, seed)));
  }
  for (const [at, read] of readBack(all).entries()) {
    const wanted = files[at]!.rows.map((row) => row.map(String));
    assert.deepEqual([read, all[at]!.invalid], [wanted, 0], shown(files[at]!, at, seed));
  }
});

test('of a dialect that is not read every row is stored as it was written, or told as no bet', {
  skip: withoutPython,
}, async (t) => {
  const seed = fuzzSeed();
  t.diagnostic(`FUZZ_SEED=${seed}`);
  const found = { rows: 0, stored: 0 };
  const files = lists(FILES, seed).map(
    (bets, at): File => ({
      rows: bets.map(rowOf),
      encoding: ENCODINGS[at % ENCODINGS.length]!,
      dialect: ESCAPED[at % ESCAPED.length]!,
    }),
  );
  const all: Stored[] = [];
  for (const [at, content] of written(files).entries()) {
    all.push(await stored(content ?? Buffer.alloc(0), shown(files[at]!, at, seed)));
  }
  for (const [at, read] of readBack(all).entries()) {
    const { rows } = files[at]!;
    const meant = new Set(rows.map((row) => JSON.stringify(row.map(String))));
    for (const row of read)
      assert.ok(meant.has(JSON.stringify(row)), `${shown(files[at]!, at, seed)}\n${row}`);
    found.rows += rows.length;
    found.stored += read.length;
  }
  t.diagnostic(JSON.stringify(found));
  assert.ok(found.stored > 0, 'nothing was compared');
});

test('the rest of a name whose quotes are escaped is no bet, be its quote closed in the first name or in the last', async () => {
  for (const rest of ['Ana","Paz', 'Ana,Paz', 'Ana, Paz', '\t","Paz', '  ","Paz']) {
    const content = Buffer.from(`"\\" x,x\r\n","Q\r\n${rest}","12345678","2000-02-29","42"\r\n`);
    const { rows } = await uploaded({ content });
    assert.equal(String(rows), '', rest);
  }
});
