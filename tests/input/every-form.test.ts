/** The promise of DESIGN section 6: whatever form a file has, its bets arrive as they are. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Bet } from '../../src/lottery/bet.ts';
import { csvRow } from '../../src/lottery/bet.ts';
import { anyBet } from '../support/any-bet.ts';
import { pythonReads, withoutPython } from '../support/python-csv.ts';
import { examined, uploaded } from './support.ts';

/** Letters that each of the encodings has, and what each separator and quote stumbles over. */
const name = fc
  .array(
    fc.constantFrom('Ana', 'José', 'Núñez', 'Íñigo', ' de ', 'a,b', 'x;y', 'u\tv', '"', "O'", '%', 'Ö'),
    {
      minLength: 1,
      maxLength: 4,
    },
  )
  .map((pieces) => pieces.join(''));

const form = fc.record({
  encoding: fc.constantFrom('utf-8', 'utf-8 bom', 'utf-16le', 'utf-16be', 'utf-16le bare', 'windows-1252'),
  separator: fc.constantFrom(',', ';', '\t'),
  lineEnd: fc.constantFrom('\r\n', '\n', '\r'),
  endsLast: fc.boolean(),
  hasSepLine: fc.boolean(),
  header: fc.constantFrom(
    undefined,
    ['nombre', 'apellido', 'documento', 'nacimiento', 'numero'],
    ['First name', 'Last name', 'DNI', 'Birthdate', 'Número'],
  ),
  dates: fc.constantFrom('Y-M-D', 'D/M/Y', 'DD/MM/Y'),
  hasDots: fc.boolean(),
  space: fc.constantFrom('', ' ', '  ', '\u00a0'),
  trailing: fc.nat({ max: 2 }),
  hasAgency: fc.boolean(),
  isAllQuoted: fc.boolean(),
  blankEvery: fc.integer({ min: 2, max: 9 }),
});

type Form = typeof form extends fc.Arbitrary<infer T> ? T : never;

const dated = (date: string, way: Form['dates']): string => {
  const [year, month, day] = date.split('-') as [string, string, string];
  if (way === 'Y-M-D') return date;
  return way === 'DD/MM/Y' ? `${day}/${month}/${year}` : `${Number(day)}/${Number(month)}/${year}`;
};

const encoded = (text: string, encoding: Form['encoding']): Buffer => {
  switch (encoding) {
    case 'utf-8':
      return Buffer.from(text);
    case 'utf-8 bom':
      return Buffer.from(`\ufeff${text}`);
    case 'utf-16le':
      return Buffer.from(`\ufeff${text}`, 'utf16le');
    case 'utf-16le bare':
      return Buffer.from(text, 'utf16le');
    case 'utf-16be':
      return Buffer.from(`\ufeff${text}`, 'utf16le').swap16();
    case 'windows-1252':
      return Buffer.from(text, 'latin1');
  }
};

const written = (bets: readonly Bet[], form: Form): Buffer => {
  const { separator, space, lineEnd } = form;
  const needsQuotes = (text: string) => form.isAllQuoted || /[,;\t"\r\n]/.test(text);
  const field = (text: string) => (needsQuotes(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const rows = bets.map((bet) => {
    const document = form.hasDots ? bet.document.replace(/^(..)(...)(...)$/, '$1.$2.$3') : bet.document;
    const plain = [document, dated(bet.birthdate, form.dates), `${bet.number}`];
    const fields = [bet.firstName, bet.lastName, ...plain.map((text) => `${space}${text}${space}`)];
    return form.hasAgency ? ['7', ...fields] : fields;
  });
  const lines = (
    form.header ? [form.hasAgency ? ['agencia', ...form.header] : form.header, ...rows] : rows
  ).map((row) => row.map(field).join(separator) + separator.repeat(form.trailing));
  const spaced = lines.flatMap((line, at) =>
    at % form.blankEvery === 1 ? [line, '', separator.repeat(4)] : [line],
  );
  if (form.hasSepLine) spaced.unshift(`sep=${separator}`);
  return encoded(spaced.join(lineEnd) + (form.endsLast ? lineEnd : ''), form.encoding);
};

test('the bets of a file in any form are those that are checked, uploaded and read from bets.csv', async () => {
  const stored: Buffer[] = [];
  const expected: string[][] = [];
  await fc.assert(
    fc.asyncProperty(fc.array(anyBet(name), { minLength: 3, maxLength: 40 }), form, async (bets, given) => {
      const content = written(bets, given);
      const rows = Buffer.concat(bets.map(csvRow));
      const check = await examined({ content });
      assert.deepEqual([check.tally, check.invalidRows], [{ bets: bets.length, invalid: 0 }, []]);
      const { rows: sent, last } = await uploaded({ content });
      assert.ok(sent.equals(rows), `${JSON.stringify(sent.toString())}\n${JSON.stringify(rows.toString())}`);
      assert.ok(last.type === 'file.exhausted' && last.count === bets.length && last.invalid === 0);
      assert.equal(last.crc, check.crc);
      stored.push(sent);
      for (const bet of bets) {
        const { agency, firstName, lastName, document, birthdate, number } = bet;
        expected.push([`${agency}`, firstName, lastName, document, birthdate, `${number}`]);
      }
    }),
    { numRuns: 400 },
  );
  if (!withoutPython) assert.deepEqual(pythonReads(Buffer.concat(stored)), expected);
});
