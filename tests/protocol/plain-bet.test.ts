import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type BetFields, faultOf, STANDARD_RULES } from '../../src/lottery/rules.ts';
import { copyWords, plainBetEnd, viewed } from '../../src/protocol/plain-bet.ts';

const two = (value: number) => String(value).padStart(2, '0');
const name = fc.stringMatching(/^[A-Za-zñá -][A-Za-zñá '-]{0,29}$/);
const digits = (length: number) => fc.stringMatching(new RegExp(`^[0-9]{${length}}$`));
const date = fc
  .tuple(fc.integer({ min: 1, max: 9999 }), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 28 }))
  .map(([year, month, day]) => `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`);
const number = fc.integer({ min: 0, max: 9999 }).map(String);
/** A plain row's fields as they are written. */
const plain = fc.tuple(name, name, digits(8), date, number).map((fields) => Buffer.from(fields.join(',')));

/** Reads the bet between `before` and `after`; what was written is what stands at `at` of the copy, which has no more room. */
function read(bet: Buffer, before: number, after: number, at: number) {
  const bytes = viewed(Buffer.allocUnsafeSlow(before + bet.length + after).fill(';'));
  bet.copy(bytes.bytes, before);
  const end = plainBetEnd(bytes, before, before + bet.length, 4);
  const length = end === -1 ? -1 : end - before;
  const out = viewed(Buffer.allocUnsafeSlow(at + Math.max(0, length)).fill(0));
  if (end !== -1) copyWords(bytes.words, before, end, out.words, at);
  assert.ok(out.bytes.subarray(0, at).every((byte) => byte === 0));
  return { length, copied: out.bytes.subarray(at) };
}

const place = fc.nat({ max: 9 });

describe('the hot loop', () => {
  test('takes every plain bet, and copies just its bytes', () => {
    fc.assert(
      fc.property(plain, place, place, place, (bet, before, after, at) => {
        const { length, copied } = read(bet, before, after, at);
        assert.deepEqual([length, copied.toString()], [bet.length, bet.toString()]);
      }),
      { numRuns: 2_000 },
    );
  });

  test('takes nothing that the rules refuse, whatever byte is wrong, and reads no byte beyond its buffer', () => {
    const damaged = fc
      .tuple(plain, fc.nat(), fc.integer({ min: 0, max: 255 }), fc.nat({ max: 3 }))
      .map(([bet, where, byte, cut]) => {
        bet[where % bet.length] = byte;
        return bet.subarray(0, bet.length - cut);
      });
    fc.assert(
      fc.property(damaged, place, place, place, (bet, before, after, at) => {
        const { length, copied } = read(bet, before, after, at);
        if (length < 0) return;
        assert.deepEqual(copied, bet.subarray(0, length));
        const fields = copied
          .toString('latin1')
          .split(',')
          .map((field) => Buffer.from(field, 'latin1'));
        assert.equal(fields.length, 5);
        // That names are UTF-8 is asked for the whole line, elsewhere.
        const [, , document, birthdate, digits] = fields;
        const rest = [
          Buffer.from('a'),
          Buffer.from('a'),
          document,
          birthdate,
          digits,
        ] as unknown as BetFields;
        assert.equal(faultOf(rest, STANDARD_RULES), undefined);
        assert.ok(fields[0]!.length > 0 && fields[1]!.length > 0);
      }),
      { numRuns: 20_000 },
    );
  });

  test('takes dates of the calendar only', () => {
    const row = (birthdate: string) => Buffer.from(`Ana,Peña,12345678,${birthdate},7`);
    for (const real of ['2024-02-29', '2000-02-29', '0001-01-01', '9999-12-31', '1999-11-30'])
      assert.ok(read(row(real), 0, 3, 0).length > 0, real);
    for (const unreal of ['2023-02-29', '1900-02-29', '0000-01-01', '1999-13-01', '1999-00-10', '1999-11-31'])
      assert.equal(read(row(unreal), 0, 3, 0).length, -1, unreal);
  });
});
