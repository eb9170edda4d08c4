/** Names with control characters: whichever way they come, the same is stored, and other programs can read it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LINE_BYTES } from '../../src/limits.ts';
import { BatchEncoder } from '../../src/protocol/batch-encoder.ts';
import { ServerDecoder } from '../../src/protocol/server-decoder.ts';
import { drain, feed } from '../support/chunks.ts';
import { pythonReads, withoutPython } from '../support/python-csv.ts';

const TAIL = '12345678,2000-02-29,42';

type Names = readonly [first: string, last: string];

const encoded = (name: string): string =>
  [...name].map((char) => `%${char.charCodeAt(0).toString(16).padStart(2, '0')}`).join('');

/** What the server hears of a bet, `7,<first>,<last>,…`, after `before`: its row, or what is wrong. */
const heard = (before: string, names: Names, after = '\n'): string => {
  const said = Buffer.from(`${before}7,${names.join(',')},${TAIL}${after}`);
  const message = feed(new ServerDecoder(), said).at(-1);
  if (message?.type === 'client.batch') return message.rows.toString();
  if (message?.type === 'client.bet' || message?.type === 'client.tp0Bet') return message.row.toString();
  return message && 'fault' in message ? message.fault : `${message?.type}`;
};

/** The same of a bet in an agency's file. */
const read = (names: Names): string => {
  const options = { agency: 7, dialect: 'quiniela', maxAmount: 1, maxBytes: LINE_BYTES } as const;
  const encoder = new BatchEncoder(options);
  const quoted = names.map((name) => `"${name}"`);
  const step = feed(encoder, Buffer.from(`${quoted.join(',')},${TAIL}\r\n`))[0];
  if (step?.kind === 'invalidRow') return step.fault;
  if (step?.kind !== 'batch') return `${step?.kind}`;
  const decoder = new ServerDecoder();
  decoder.push(Buffer.concat([Buffer.from('HELLO:7\n'), step.line]));
  const message = drain(decoder)[1];
  return message?.type === 'client.batch' ? message.rows.toString() : `${message?.type}`;
};

const HELLO = 'HELLO:7\n';
/** A line feed ends a message, so it comes only encoded. */
const raw = (names: Names, before: string, after?: string): string[] =>
  names.join('').includes('\n') ? [] : [heard(before, names, after)];

/** Every way that a bet can come. */
const everyWay = (names: Names): string[] => {
  const [first, last] = names;
  const escaped: Names = [encoded(first), encoded(last)];
  return [
    heard(`${HELLO}BATCH:0:`, escaped),
    heard(`${HELLO}BET:x:`, escaped),
    ...raw(names, `${HELLO}BATCH:0:`),
    ...raw(names, `${HELLO}BET:x:`),
    ...raw(names, ''),
    ...raw(names, '', ';\n'),
    read(names),
  ];
};

test('a NUL in a name is refused, whichever way the bet comes', () => {
  for (const name of ['\0', 'A\0na', '\0Ana', 'Ana\0']) {
    assert.deepEqual(new Set(everyWay([name, 'Paz'])), new Set(['FIRST_NAME']));
    assert.deepEqual(new Set(everyWay(['Ana', name])), new Set(['LAST_NAME']));
  }
});

describe('every other control character is stored as it is', () => {
  const controls = [...Array.from({ length: 0x1f }, (_, index) => index + 1), 0x7f];
  const all = controls
    .map((code) => String.fromCharCode(code))
    .flatMap((char): Names[] => [
      [char, 'Paz'],
      [`${char}a`, `a${char}`],
      [`a${char}b`, `${char}${char}`],
    ]);

  test('the same row, whichever way the bet comes', () => {
    for (const names of all) {
      const rows = new Set(everyWay(names));
      assert.equal(rows.size, 1, JSON.stringify([names, ...rows]));
      assert.match([...rows][0]!, /^7,.*,12345678,2000-02-29,42\r\n$/s);
    }
  });

  test("Python's csv.reader reads the same names", { skip: withoutPython }, () => {
    const rows = all.map(([first, last]) => heard(`${HELLO}BATCH:0:`, [encoded(first), encoded(last)]));
    assert.deepEqual(
      pythonReads(Buffer.from(rows.join(''))).map(([, first, last]) => [first, last]),
      all,
    );
  });
});
