import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import { escapeValue } from '../../src/printable.ts';

import { courseFields, info, logLine, written } from './helpers.ts';

const ATTACKS = [
  'x | result: fail',
  'x|dni: 1|numero: 2',
  'x\n2026-11-23 12:00:00 INFO     action: sorteo | result: success',
  'x\r\naction: sorteo | result: success',
  '\x1b[2J\x1b[31mred',
  '\x9b31m',
  '\x00\x07\b\x7f',
  '\u2028\u2029\u0085',
  '\u202egnp.exe',
  '\u2066x\u2069\u200f',
  '\ud800',
  '%s %d %j %o',
  '\\n',
  '|',
];

const acting = (text: string): boolean =>
  [...text].some((char) => /[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]/u.test(char));

/** Reads a value's escapes back, as JavaScript would. */
const unescapeValue = (text: string): string =>
  text.replace(/\\(?:([nrt\\])|x([0-9a-f]{2})|u([0-9a-f]{4}))/g, (_, short, hex2, hex4) =>
    short
      ? { n: '\n', r: '\r', t: '\t', '\\': '\\' }[short as 'n']
      : String.fromCharCode(Number.parseInt(hex2 ?? hex4, 16)),
  );

test('no value makes another line or another field', async () => {
  for (const attack of ATTACKS) {
    const output = await written([info({ ip: '1.2.3.4', msg: attack, last: 1 })]);
    assert.ok(output.endsWith('\n'));
    const line = output.slice(0, -1);
    assert.match(line, logLine);
    assert.ok(!acting(line), JSON.stringify(line));
    assert.deepEqual(
      courseFields(line).map(([key]) => key),
      ['action', 'result', 'ip', 'msg', 'last'],
    );
  }
});

test('any value: one line, its fields, and the value can be had back', () => {
  const anyString = fc.string({
    unit: fc.oneof(
      fc.constantFrom(...'|\\\n\r\t\x1bn x7c:'),
      fc.nat(0xffff).map((code) => String.fromCharCode(code)),
    ),
  });
  fc.assert(
    fc.property(anyString, (value) => {
      const escaped = escapeValue(value);
      assert.ok(!escaped.includes('|') && !acting(escaped));
      assert.equal(unescapeValue(escaped), value);
    }),
    { numRuns: 5_000 },
  );
});

test('what needs no escape is left as it is', () => {
  for (const value of [
    '[CLIENT 1] Message N°1',
    'Ñandú, "O\'Higgins"; 100%',
    '日本語 🎲',
    '172.25.125.3:12345',
  ]) {
    assert.equal(escapeValue(value), value);
  }
});

test('escapes are readable', () => {
  assert.equal(escapeValue('a|b\n\x1b[0m\\\u202e'), 'a\\x7cb\\n\\x1b[0m\\\\\\u202e');
});

test('no value acts on a terminal in json, and all can be had back', async () => {
  for (const attack of ATTACKS) {
    const output = await written([info({ value: attack })], { format: 'json' });
    assert.ok(!acting(output.slice(0, -1)));
    assert.equal(JSON.parse(output).value, attack);
  }
});
