import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { crc32 } from 'node:zlib';
import { LINE_BYTES } from '../../src/limits.ts';
import { BatchEncoder, type BatchEncoderOptions } from '../../src/protocol/batch-encoder.ts';
import { everyCut, feed, readable } from '../support/chunks.ts';

const OPTIONS: BatchEncoderOptions = { agency: 7, dialect: 'quiniela', maxAmount: 120, maxBytes: LINE_BYTES };
const TAIL = '12345678,2000-02-29,42';

/** What comes of a file, in short: lines as text, `invalid <line> <fault>` and the end's count. */
const encode = (
  file: string | Buffer,
  options: Partial<BatchEncoderOptions> = {},
  cuts?: readonly number[],
) =>
  feed(new BatchEncoder({ ...OPTIONS, ...options }), Buffer.from(file as string), cuts).flatMap((step) => {
    if (step.kind === 'batch') return step.line.toString();
    if (step.kind === 'invalidRow') return `invalid ${step.line} ${step.fault}`;
    return step.kind === 'pause' ? [] : `${step.kind} ${step.count}`;
  });

const FILES: [name: string, file: string | Buffer, steps: string[]][] = [
  ['an empty file', '', ['end 0']],
  ['a BOM alone', '\ufeff', ['end 0']],
  ['blank lines alone', '\n\r\n\n', ['end 0']],
  [
    'CRLF',
    `Ana,Paz,${TAIL}\r\nLeo,Ruiz,${TAIL}\r\n`,
    [`BATCH:0:7,Ana,Paz,${TAIL};7,Leo,Ruiz,${TAIL}\n`, 'end 2'],
  ],
  [
    'LF, blank lines, no end of the last',
    `\nAna,Paz,${TAIL}\n\n\r\nLeo,Ruiz,${TAIL}`,
    [`BATCH:0:7,Ana,Paz,${TAIL};7,Leo,Ruiz,${TAIL}\n`, 'end 2'],
  ],
  ['a BOM', `\ufeffÑu,Paz,${TAIL}\n`, [`BATCH:0:7,Ñu,Paz,${TAIL}\n`, 'end 1']],
  ['a BOM and a quote', `\ufeff"Ñu",Paz,${TAIL}\n`, [`BATCH:0:7,Ñu,Paz,${TAIL}\n`, 'end 1']],
  [
    'the beginning of a BOM that is none',
    Buffer.concat([Buffer.of(0xef, 0xbb), Buffer.from(`A,Paz,${TAIL}\n`)]),
    ['invalid 1 FIRST_NAME', 'end 0'],
  ],
  [
    'quotes around commas, quotes, newlines and all else',
    `"a,b","say ""x""","12345678","2000-02-29","0042"\r\n"c\r\nd\n",";%",${TAIL}\r\nx"y,z,${TAIL}\n`,
    [`BATCH:0:7,a%2Cb,say "x",${TAIL};7,c%0D%0Ad%0A,%3B%25,${TAIL};7,x"y,z,${TAIL}\n`, 'end 3'],
  ],
  [
    'control characters outside quotes',
    `a\x7fb,Paz,${TAIL}\na,\tb,${TAIL}\n`,
    [`BATCH:0:7,a%7Fb,Paz,${TAIL};7,a,%09b,${TAIL}\n`, 'end 2'],
  ],
  [
    'leading zeros of a number',
    'Ana,Paz,02345678,2000-02-29,0007\n',
    ['BATCH:0:7,Ana,Paz,02345678,2000-02-29,7\n', 'end 1'],
  ],
  [
    'rows that are not valid, told by their lines, are left out',
    `Ana,Paz,${TAIL}\n"x\ny",,${TAIL}\nAna,Paz\n\n,Paz,${TAIL}\nAna,Paz,1,2000-02-29,1\nAna,Paz,12345678,2001-02-29,1\nAna,Paz,12345678,2000-02-29,10000\nLeo,Paz,${TAIL}\n`,
    [
      'invalid 2 LAST_NAME',
      'invalid 4 FIELDS',
      'invalid 6 FIRST_NAME',
      'invalid 7 DOCUMENT',
      'invalid 8 BIRTHDATE',
      'invalid 9 NUMBER',
      `BATCH:0:7,Ana,Paz,${TAIL};7,Leo,Paz,${TAIL}\n`,
      'end 2',
    ],
  ],
  [
    'broken quotes cost their own line only',
    `"Ana"x,Paz,${TAIL}\nLeo,Ruiz,${TAIL}\n"Eva,Gil,${TAIL}\nTeo,Sosa,${TAIL}\n`,
    ['invalid 1 FIELDS', 'invalid 3 FIELDS', `BATCH:0:7,Leo,Ruiz,${TAIL};7,Teo,Sosa,${TAIL}\n`, 'end 2'],
  ],
  [
    'a carriage return outside quotes',
    `A\rB,Paz,${TAIL}\nLeo,Ruiz,${TAIL}\n`,
    ['invalid 1 FIELDS', `BATCH:0:7,Leo,Ruiz,${TAIL}\n`, 'end 1'],
  ],
  [
    'a last line cut after its carriage return',
    `Leo,Ruiz,${TAIL}\r`,
    [`BATCH:0:7,Leo,Ruiz,${TAIL}\n`, 'end 1'],
  ],
  [
    'a name that is not UTF-8',
    Buffer.concat([
      Buffer.from(`Ana,Paz,${TAIL}\nJos`),
      Buffer.of(0xe9),
      Buffer.from(`,Paz,${TAIL}\nLeo,Paz,${TAIL}\n`),
    ]),
    ['invalid 2 FIRST_NAME', `BATCH:0:7,Ana,Paz,${TAIL};7,Leo,Paz,${TAIL}\n`, 'end 2'],
  ],
];

describe('a file gives the same steps whole, byte by byte, and cut in two anywhere', () => {
  for (const [name, file, steps] of FILES) {
    test(name, () => {
      for (const cuts of everyCut(Buffer.from(file as string))) {
        const found = encode(file, {}, cuts);
        // A row is refused as soon as it is known: where in between a batch ends does not depend on the cut.
        assert.deepEqual(found, steps, `cut at ${cuts}`);
      }
    });
  }
});

test('a row over 8,192 bytes is left out, whatever its shape and however it comes', () => {
  const good = `Leo,Ruiz,${TAIL}\n`;
  for (const long of [
    `${'x'.repeat(20_000)}\n`,
    `"${'x'.repeat(20_000)}\n`,
    `"a\n${'x'.repeat(9_000)}",Paz,${TAIL}\n`,
  ]) {
    const file = Buffer.from(good + long + good);
    const whole = encode(file);
    const thousands = Array.from({ length: Math.floor(file.length / 1_000) }, (_, at) => (at + 1) * 1_000);
    assert.equal(whole[0], 'invalid 2 FIELDS');
    assert.deepEqual(whole.slice(-2), [`BATCH:0:7,${good.trim()};7,${good}`, 'end 2']);
    assert.deepEqual(encode(file, {}, thousands), whole);
    assert.deepEqual(
      encode(
        file,
        {},
        Array.from(file, (_, at) => at),
      ),
      whole,
    );
  }
});

test('rows that take their time come a thousand at once, then it is the others’ turn', () => {
  const row = `"Leo",Ruiz,${TAIL}\n`;
  for (const rows of ['\n', 'x\n', row].map((text) => text.repeat(3_500))) {
    const steps = feed(new BatchEncoder({ ...OPTIONS, skip: Number.POSITIVE_INFINITY }), Buffer.from(rows));
    assert.equal(steps.filter(({ kind }) => kind === 'pause').length, 3);
  }
});

test('a batch ends at its number of bets, or before its line would be too long', () => {
  const file = `Leo,Ruiz,${TAIL}\n`.repeat(500);
  const lines = (options: Partial<BatchEncoderOptions>) => encode(file, options).slice(0, -1);
  assert.deepEqual(
    lines({ maxAmount: 200 }).map((line) => line.split(';').length),
    [200, 200, 100],
  );
  for (const maxBytes of [...Array.from({ length: 40 }, (_, at) => 200 + at), 1_024, LINE_BYTES]) {
    const found = lines({ maxAmount: 500, maxBytes });
    const bet = `;7,Leo,Ruiz,${TAIL}`.length;
    for (const line of found.slice(0, -1)) assert.ok(line.length <= maxBytes && line.length + bet > maxBytes);
    assert.equal(found.flatMap((line) => line.split(';')).length, 500);
  }
});

test('a row that no line has room for is not valid', () => {
  const file = `${'ñ'.repeat(32)},Paz,${TAIL}\nLeo,Ruiz,${TAIL}\n`;
  assert.deepEqual(encode(file, { maxBytes: 100 }), [
    'invalid 1 FIELDS',
    `BATCH:0:7,Leo,Ruiz,${TAIL}\n`,
    'end 1',
  ]);
});

test('TP0: no header, names as they are, and those that it cannot say are left out', () => {
  const file = `100% "Ana",Paz,${TAIL}\n"a,b",Paz,${TAIL}\nAna,a;b,${TAIL}\nAna,a\tb,${TAIL}\n`;
  assert.deepEqual(encode(file, { dialect: 'tp0' }), [
    'invalid 2 FIRST_NAME',
    'invalid 3 LAST_NAME',
    'invalid 4 LAST_NAME',
    `7,100% "Ana",Paz,${TAIL}\n`,
    'end 1',
  ]);
});

describe('an upload is taken up where it stood', () => {
  const bets = Array.from({ length: 1_000 }, (_, at) => `Ana "${at}",Paz ${at},${TAIL}`);
  const file = Buffer.from(bets.map((bet) => `${bet}\nx,y\n`).join(''));
  const rows = (count: number) =>
    Buffer.from(
      bets
        .slice(0, count)
        .map((bet) => `7,"Ana ""${bet.split('"')[1]}""",${bet.slice(bet.indexOf(',') + 1)}\r\n`)
        .join(''),
    );
  const resume = (skip: number) =>
    feed(new BatchEncoder({ ...OPTIONS, skip }), file, [10_000, 20_000]).filter(
      ({ kind }) => kind !== 'invalidRow' && kind !== 'pause',
    );

  for (const skip of [0, 1, 119, 120, 999, 1_000]) {
    test(`after ${skip} rows, those that are not valid not counted`, () => {
      const [positioned, ...steps] = resume(skip);
      assert.deepEqual(positioned, { kind: 'positioned', count: skip, crc: crc32(rows(skip)) });
      assert.equal(steps[0]?.kind === 'batch' ? steps[0].offset : 1_000, skip);
      assert.deepEqual(steps.at(-1), { kind: 'end', count: 1_000, crc: crc32(rows(1_000)) });
    });
  }

  test('a file that is shorter is told by its count', () => {
    const crc = crc32(rows(1_000));
    assert.deepEqual(resume(1_001), [
      { kind: 'positioned', count: 1_000, crc },
      { kind: 'end', count: 1_000, crc },
    ]);
  });

  test('the position is told before the batches of the rows after it, without reading on', () => {
    const encoder = new BatchEncoder({ ...OPTIONS, skip: 0 });
    assert.deepEqual(encoder.next(), { kind: 'positioned', count: 0, crc: 0 });
    assert.equal(encoder.next(), undefined);
  });
});

test('whether a bet fits a line does not depend on its place in the file, and is exact to the byte', () => {
  const bet = '7,Ana,Paz,12345678,2000-02-29,1';
  const maxBytes = bet.length + `BATCH:${Number.MAX_SAFE_INTEGER}:\n`.length;
  const kinds = (maxBytes: number) =>
    feed(new BatchEncoder({ ...OPTIONS, maxBytes }), Buffer.from(`${bet.slice(2)}\n`)).map(
      (step) => (step as { kind: string }).kind,
    );
  assert.deepEqual(kinds(maxBytes), ['batch', 'end']);
  assert.deepEqual(kinds(maxBytes - 1), ['invalidRow', 'end']);
});

test('an invalid row is told with what was expected, and apart from that how it begins', () => {
  const steps = feed(
    new BatchEncoder(OPTIONS),
    Buffer.from(`Ana,Paz,secret,2000-02-29,1\nAna,Paz\n"Ana"x\n`),
  );
  assert.deepEqual(readable(steps.slice(0, -1)), [
    {
      kind: 'invalidRow',
      line: 1,
      fault: 'DOCUMENT',
      text: 'the document is not exactly 8 digits',
      row: 'Ana,Paz,secret,2000-02-29,1\n',
      rows: 1,
    },
    {
      kind: 'invalidRow',
      line: 2,
      fault: 'FIELDS',
      text: 'the row has 2 fields, expected 5: first name, last name, document, birthdate and number',
      row: 'Ana,Paz\n',
      rows: 1,
    },
    {
      kind: 'invalidRow',
      line: 3,
      fault: 'FIELDS',
      text: 'text follows a closing quote',
      row: '"Ana"x\n',
      rows: 1,
    },
  ]);
});
