import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { describeForm } from '../../src/input/form.ts';
import { COUNTING } from '../../src/input/glance.ts';
import { examine } from '../../src/input/survey.ts';
import { STANDARD_RULES } from '../../src/lottery/rules.ts';
import { examined, fileOf, latin1, lines, uploaded } from './support.ts';

const TAIL = '12345678,2000-02-29,42';
const ROWS = [`Ana,Paz,${TAIL}`, `José,Núñez,${TAIL}`, `Leo,Ruiz,${TAIL}`];
const semicolons = (rows: readonly string[]) => rows.map((row) => row.replaceAll(',', ';'));
const dated = (date: string) => `Ana,Paz,12345678,${date},42`;

describe('what is recognised is told', () => {
  const form = async (content: Buffer) => describeForm((await examined({ content })).form);
  const plain = {
    encoding: 'UTF-8',
    separator: 'comma',
    line_ends: 'LF',
    header: 'none',
    dates: 'YYYY-MM-DD',
  };

  test('an empty file, a BOM alone, blank lines: nothing, and no bets', async () => {
    for (const text of ['', '\ufeff', '\n\n', '\r\n']) {
      const { tally } = await examined({ content: Buffer.from(text) });
      assert.deepEqual(tally, { bets: 0, invalid: 0 });
    }
  });

  test('a header alone', async () => {
    const content = Buffer.from('nombre;apellido;documento;nacimiento;numero');
    const header = '"nombre, apellido, documento, nacimiento, numero"';
    assert.deepEqual(await form(content), { ...plain, separator: 'semicolon', header });
    assert.deepEqual((await examined({ content })).tally, { bets: 0, invalid: 0 });
  });

  test('a header alone that begins with the agency, and one of a spreadsheet with more columns than it needs', async () => {
    const six = Buffer.from('Agencia,Nombre,Apellido,Documento,Nacimiento,Número\n');
    assert.match((await form(six)).header!, /"Agencia, Nombre, .*Número"/);
    assert.match((await form(lines('a,b,c,d,e,,,', ...ROWS))).header!, /^"a, b, c, d, e"$/);
  });

  test('a header in a terminal is one line without control characters', async () => {
    const { header } = await form(lines('a\x1b[m,b,c,"d\ne",f', ...ROWS));
    assert.equal(header, '"a\\u001b[m, b, c, d\\ne, f"');
  });

  test('accents that come after a long beginning without any', async () => {
    const ascii = Array.from({ length: 5_000 }, () => ROWS[0]!);
    const content = latin1(...ascii, ROWS[1]!, ...ascii);
    assert.equal((await form(content)).encoding, 'Windows-1252');
    const { said, rows, last } = await uploaded({ content });
    assert.ok(last.type === 'file.exhausted' && last.count === 10_001 && last.invalid === 0);
    assert.ok(rows.includes('7,José,Núñez,'));
    const forms = said.flatMap((event) => (event.type === 'file.recognised' ? [event.form.encoding] : []));
    assert.deepEqual(forms, ['UTF-8', 'Windows-1252']);
  });

  test('an upload that has begun goes on where it stood once the file turns out to be odd', async () => {
    const content = lines(...Array.from({ length: 5_000 }, () => ROWS[0]!), 'x,y', ...ROWS);
    const { rows, said, last } = await uploaded({ content });
    assert.ok(last.type === 'file.exhausted' && last.count === 5_003 && last.invalid === 1);
    assert.equal(rows.toString().split('\r\n').length, 5_004);
    const types = said.map(({ type }) => type).filter((type) => type !== 'batches.ready');
    const odd = ['file.recognised', 'row.invalid', 'file.surveyed'];
    assert.deepEqual(types, ['file.recognised', 'file.opened', 'file.positioned', ...odd, 'file.exhausted']);
  });
});

describe('what cannot be read is refused by its name', () => {
  const refused: [name: string, content: Buffer, told: RegExp][] = [
    ['a workbook', Buffer.from('PK\x03\x04\x14\x00\x06\x00'), /ZIP archive, as an Excel \(\.xlsx\)/],
    ['gzip', gzipSync(lines(...ROWS)), /compressed with gzip/],
    ['UTF-32', Buffer.concat([Buffer.of(0xff, 0xfe, 0, 0), Buffer.from('a\0\0\0')]), /UTF-32/],
    ['a page', lines('<!DOCTYPE html>', '<table>'), /HTML/],
    ['a page in small letters, after a blank line', lines('', '<!doctype html>'), /HTML/],
    ['a table that a spreadsheet calls CSV', lines('\ufeff<TABLE border=1>'), /HTML/],
    ['JSON over several lines', lines('[', '  {"nombre": "Ana"}', ']'), /JSON/],
    ['a PDF', lines('%PDF-1.4'), /PDF/],
    ['rich text', lines('{\\rtf1\\ansi Ana}'), /RTF/],
    [
      'a file that Git LFS has not fetched',
      lines('version https://git-lfs.github.com/spec/v1'),
      /git lfs pull/,
    ],
    ['an empty archive', Buffer.from(`PK\x05\x06${'\0'.repeat(18)}`), /empty ZIP archive/],
    ['zeros', Buffer.alloc(1_000), /NUL bytes/],
    ['CP850', Buffer.concat([lines('Ana,Paz,x'), Buffer.from('Jos\x82,Mu\xa4oz,1\n', 'latin1')]), /neither/],
    [
      'M/D/YYYY',
      lines(dated('01/02/1999'), dated('03/17/1999'), dated('12/11/1999')),
      /03\/17\/1999 can only/,
    ],
    ['M/D/YYYY, and nothing else', lines(dated('03/17/1999'), dated('12/31/1999')), /03\/17\/1999 can only/],
    [
      'M/D/YYYY behind the agency',
      lines(...['01/02/1999', '03/17/1999', '12/31/1999'].map((date) => `7,${dated(date)}`)),
      /03\/17\/1999 can only/,
    ],
    [
      'M/D/YYYY behind the agency, and nothing else',
      lines(...['03/17/1999', '12/31/1999'].map((date) => `7,${dated(date)}`)),
      /03\/17\/1999 can only/,
    ],
    [
      "pandas' row numbers",
      lines(',0,1,2,3,4', ...[...ROWS, ...ROWS].map((row, index) => `${index},${row}`)),
      /its first column numbers its rows \(0, 1, 2\)/,
    ],
    [
      "R's row numbers, one of which is the agency's",
      lines(...Array.from({ length: 9 }, (_, index) => `"${index + 1}",${ROWS[0]}`)),
      /its first column numbers its rows \(1, 2, 3\)/,
    ],
    [
      "pandas' row numbers below a header",
      lines(',nombre,apellido,documento,nacimiento,numero', ...ROWS.map((row, index) => `${index},${row}`)),
      /its columns are "", nombre, /,
    ],
    ['M-D-YYYY', lines(dated('01-02-1999'), dated('03-17-1999')), /03-17-1999 can only/],
    [
      'columns that have changed places',
      lines('apellido,nombre,dni,fecha,numero', ...ROWS),
      /its columns are/,
    ],
    [
      'columns that have changed places under a title',
      lines('Apuestas', '', 'agencia,apellido,nombre,dni,fecha,numero', ...ROWS.map((row) => `7,${row}`)),
      /its columns are apellido, nombre/,
    ],
    [
      'files put one behind the other whose columns stand in other orders',
      lines('nombre,apellido,dni,fecha,numero', ...ROWS, 'apellido,nombre,dni,fecha,numero', ...ROWS),
      /its columns are apellido, nombre/,
    ],
    [
      'a conflict that Git has left',
      lines('<<<<<<< HEAD', ...ROWS, '=======', ...ROWS, '>>>>>>> theirs'),
      /a conflict that Git could not merge/,
    ],
    ['XML in UTF-16', Buffer.from('\ufeff<?xml version="1.0"?>\n<a/>', 'utf16le'), /it is XML/],
    [
      'a patch',
      lines('--- a/agency-1.csv', '+++ b/agency-1.csv', ...ROWS.map((row) => `+${row}`)),
      /a patch/,
    ],
    // Ana,Paz,12345678,2000-02-29,42
    [
      'EBCDIC',
      Buffer.from('c195816bd781a96bf1f2f3f4f5f6f7f86bf2f0f0f060f0f260f2f96bf4f225'.repeat(9), 'hex'),
      /it is EBCDIC/,
    ],
    ['a hole', Buffer.alloc(300_000), /no text: it has NUL bytes/],
    ['another separator by its own word', lines('sep=|', ...ROWS), /"sep=\|", expected , ; or a tab/],
    ...['|', '^', '~', '\u0001'].map((mark): [string, Buffer, RegExp] => [
      `another separator, ${JSON.stringify(mark)}`,
      lines(...ROWS.map((row) => row.replaceAll(',', mark))),
      /its 3 rows are no bets: the fields are separated by ".+", expected a comma, .* \(line 1: "Ana/,
    ]),
    [
      'another separator, every field in quotes, below names and above how many there are',
      lines('"a"|"b"|"c"|"d"|"e"', ...ROWS.map((row) => `"${row.replaceAll(',', '"|"')}"`), '(3 rows)'),
      /its 5 rows are no bets: the fields are separated by "\|"/,
    ],
    [
      'another separator than its first line says',
      lines('sep=;', ...ROWS),
      /separated by ",", expected ";", as its first line says \(line 2: "Ana,Paz/,
    ],
    ...['2000/02/29', '2000-02-29T00:00:00', '29/2/2000 0:00:00', '29/02/00', '29-feb-2000', '36585'].map(
      (date): [string, Buffer, RegExp] => [
        `dates like ${date}`,
        lines('a;b;c;d;e', ...semicolons(new Array(3).fill(dated(date)))),
        /its 3 rows are no bets: the birthdate is not a real date, YYYY-MM-DD or D\/M\/YYYY \(line 2: "Ana;/,
      ],
    ),
    [
      'numbers as a column of floating point has them',
      lines(...ROWS.map((row) => `${row}.0`)),
      /its 3 rows are no bets: the number is not 0 to 9999 in digits alone \(line 1: "Ana,.*,42\.0"\)/,
    ],
    [
      'a column more than a bet has',
      lines(...ROWS.map((row) => `${row},100`)),
      /its 3 rows are no bets: the row has 6 fields, expected 5: first name, .* \(line 1:/,
    ],
    [
      'bets.csv of another agency alone',
      lines(...ROWS.map((row) => `8,${row}`)),
      /its 3 rows are no bets: the row is not of agency 7 \(line 1: "8,Ana/,
    ],
  ];
  for (const [name, content, told] of refused) {
    test(name, async () => {
      await assert.rejects(examined({ content }), (error: Error) => told.test(error.message));
      const { last, rows } = await uploaded({ content });
      assert.ok(last.type === 'file.failed' && last.exitCode === 2 && rows.length === 0);
      assert.match(last.reason, told);
      assert.match(last.reason, /^cannot read "agency-7\.csv": it/);
    });
  }
});

test('rows that are no bets for different reasons, or too few to say what the others are, are told one by one', async () => {
  for (const rows of [
    [dated('2000/02/29'), dated('2000/02/29')],
    [dated('2000/02/29'), dated('2000/02/29'), 'x'],
    [...new Array(30).fill(dated('2000/02/29')), ROWS[0]!],
  ]) {
    const { tally, invalidRows } = await examined({ content: lines(...rows) });
    assert.equal(tally.bets + tally.invalid, rows.length);
    assert.equal(invalidRows[0]!.text, 'the birthdate is not a real date, YYYY-MM-DD');
  }
});

describe('a row that is no bet is told by its line and reason, and costs no other', () => {
  const odd: [name: string, content: Buffer, bets: number, invalid: string[]][] = [
    [
      'bad bytes in UTF-8',
      Buffer.concat([lines(...ROWS), latin1('José,Paz,12345678,2000-01-01,1'), lines(...ROWS)]),
      6,
      ['4: the first name is not 1 to 64 bytes of UTF-8 without NUL'],
    ],
    [
      'the other way to write dates',
      lines(dated('17/3/1999'), dated('1999-03-17'), dated('1/12/1999'), dated('13/25/1999')),
      2,
      ['2: the birthdate is not a real date, D/M/YYYY', '4: the birthdate is not a real date, D/M/YYYY'],
    ],
    [
      "good dates, and numbers as a spreadsheet's column of money has them: it is the number that is told",
      lines(...['1/12/1980', '17/3/1999'].map((date) => `${dated(date)}.00`)),
      0,
      ['1: the number is not 0 to 9999 in digits alone', '2: the number is not 0 to 9999 in digits alone'],
    ],
    [
      'days first, with what other countries put between them, but not two things at once',
      lines(...['17-3-1999', '17.03.1999', '17/3/1999', '17-3/1999'].map(dated)),
      3,
      ['4: the birthdate is not a real date, D/M/YYYY'],
    ],
    [
      'a NUL in a name',
      lines('A\0na,Paz,12345678,2000-01-01,1', ...ROWS),
      3,
      ['1: the first name is not 1 to 64 bytes of UTF-8 without NUL'],
    ],
    [
      'half a character of UTF-16',
      Buffer.concat([
        Buffer.of(0xff, 0xfe),
        Buffer.from(lines(...ROWS).toString(), 'utf16le'),
        Buffer.of(65),
      ]),
      3,
      ['4: the row has 1 field, expected 5: first name, last name, document, birthdate and number'],
    ],
    [
      'a quote that is never closed',
      lines(...ROWS, `"Eva;Gil,${TAIL}`, ...Array.from({ length: 1_000 }, () => ROWS[0]!)),
      1_003,
      ['4: a quote is not closed'],
    ],
    [
      'the same between semicolons',
      lines(...semicolons([...ROWS, `"Eva,Gil,${TAIL}`, ...Array.from({ length: 9 }, () => ROWS[0]!)])),
      12,
      ['4: a quote is not closed'],
    ],
    ["DOS's end of a file", Buffer.concat([lines(...ROWS), Buffer.of(0x1a)]), 3, []],
    ['the same behind a row without its line end', Buffer.from(`${ROWS.join('\r\n')}\x1a\x1a`), 3, []],
    [
      "CP/M's end of a file, which fills its block",
      Buffer.concat([lines(...ROWS), Buffer.alloc(128, 0x1a)]),
      3,
      [],
    ],
    [
      'all line ends there are, one part of the file after the other, and some at once',
      Buffer.from(
        ['\n', '\r\n', '\r', '\n\r', '\r\r\n'].map((end) => ROWS.map((row) => row + end).join('')).join(''),
      ),
      15,
      [],
    ],
    [
      'old line ends, but for one',
      Buffer.from(`${Array.from({ length: 900 }, () => ROWS[1]).join('\r')}\n${ROWS.join('\r')}`),
      903,
      [],
    ],
    [
      'an old line end in the middle of a row: what follows it is no bet of somebody else',
      Buffer.from(`${ROWS[0]}\nAna\rEva,Paz,${TAIL}\n${ROWS.join('\r')}\r${ROWS[0]}`),
      5,
      ['2: a carriage return stands outside quotes'],
    ],
    ['blank lines before a header', lines('', ';;;;', 'a;b;c;d;e', ...semicolons(ROWS)), 3, []],
    [
      'a title before a header',
      lines('Apuestas de noviembre', '', 'página;1;;;', 'a;b;c;d;e', ...semicolons(ROWS)),
      3,
      [],
    ],
    [
      'files put one behind the other, each with its BOM and header',
      Buffer.concat([0, 1].map(() => Buffer.from(`\ufeff${lines('a,b,c,d,e', ...ROWS)}`))),
      6,
      ['5: the document is not exactly 8 digits'],
    ],
    [
      'a byte that Windows-1252 does not have',
      latin1(...ROWS, 'Jos\x81,Núñez,12345678,2000-01-01,1', ...ROWS),
      6,
      ['4: the first name holds bytes that are no text'],
    ],
    [
      "Excel's first line, as a program that does not know it writes it again",
      lines('sep=;;;;;', ...semicolons(ROWS)),
      3,
      [],
    ],
    ['the same with a space', lines('"sep=," ', ...ROWS), 3, []],
    ['rows of empty cells', lines(...ROWS, ',,,,', ',,,,,,', ' , , , , '), 3, []],
    ['cells beyond the columns', lines(...ROWS.map((row) => `${row},,`)), 3, []],
    [
      'more cells than columns',
      lines(...ROWS, `${ROWS[0]},x`),
      3,
      ['4: the row has 6 fields, expected 5: first name, last name, document, birthdate and number'],
    ],
    ['bets.csv itself', lines(...ROWS.map((row) => `7,${row}`)), 3, []],
    [
      "bets.csv with another agency's",
      lines(...ROWS.map((row) => `7,${row}`), `8,${ROWS[0]}`),
      3,
      ['4: the row is not of agency 7'],
    ],
    [
      'a date that can only be M/D among others that can only be D/M',
      lines(...['17/03/1999', '03/17/1999', '31/12/1999'].map(dated)),
      2,
      ['2: the birthdate is not a real date, D/M/YYYY'],
    ],
    [
      'ten rows of a title, of three cells each',
      lines(...new Array(10).fill('Apuestas,2026,1'), 'nombre,apellido,documento,nacimiento,numero', ...ROWS),
      3,
      [],
    ],
    ['spaces around quotes', lines('"Ana", "Paz" , "12345678" ,"2000-01-01", 7'), 1, []],
    [
      'dots where there are no thousands',
      lines(...ROWS, 'Ana,Paz,1234.5678,2000-01-01,1'),
      3,
      ['4: the document is not exactly 8 digits'],
    ],
    [
      'a short document',
      lines(...ROWS, 'Ana,Paz,1.234.567,2000-01-01,1'),
      3,
      ['4: the document is not exactly 8 digits (see lottery.shortDocuments)'],
    ],
    [
      'a high number',
      lines(...ROWS, 'Ana,Paz,12345678,2000-01-01,10000'),
      3,
      ['4: the number is not 0 to 9999 (see lottery.maxNumber)'],
    ],
    [
      'no number, which no maximum would allow',
      lines(...ROWS, 'Ana,Paz,12345678,2000-01-01,', 'Ana,Paz,12345678,2000-01-01,-1'),
      3,
      ['4: the number is not 0 to 9999', '5: the number is not 0 to 9999 in digits alone'],
    ],
  ];
  for (const [name, content, bets, invalid] of odd) {
    test(name, async () => {
      const { tally, invalidRows } = await examined({ content });
      assert.deepEqual(
        invalidRows.map(({ line, text }) => `${line}: ${text}`),
        invalid,
      );
      assert.deepEqual(tally, { bets, invalid: invalid.length });
      const { last, said, rows } = await uploaded({ content });
      assert.ok(last.type === 'file.exhausted', JSON.stringify(last));
      assert.deepEqual([last.count, last.invalid], [bets, invalid.length]);
      assert.equal(rows.toString().split('\r\n').length - 1, bets);
      const told = said.flatMap((event) =>
        event.type === 'row.invalid' ? [`${event.line}: ${event.text}`] : [],
      );
      assert.deepEqual(told, invalid);
    });
  }
});

describe('rows whose line ends were lost are not one row that is left out: they count by their length', () => {
  const many = Array.from({ length: 5_000 }, () => ROWS[0]!);
  const utf16 = (text: string) => Buffer.from(text, 'utf16le');
  const lost: [name: string, content: Buffer][] = [
    ['a line of a megabyte', lines(...ROWS, 'x'.repeat(250_000), ...ROWS)],
    [
      'a block of zeros, as a disk leaves it',
      Buffer.concat([lines(...many), Buffer.alloc(250_000), lines(...ROWS)]),
    ],
    ['the same at the end', Buffer.concat([lines(...many), Buffer.alloc(250_000)])],
    ['rows that end in another mark', lines(...ROWS, many.join('\v'))],
    [
      'what PowerShell appends to its own UTF-16',
      Buffer.concat([utf16(`\ufeff${ROWS.join('\r\n')}\r\n`), lines(...many)]),
    ],
    [
      'short lines that end in another mark',
      lines(...ROWS, ...Array.from({ length: 50 }, () => many.slice(0, 100).join('\v'))),
    ],
  ];
  for (const [name, content] of lost) {
    test(name, async () => {
      const { tally, invalidRows } = await examined({ content });
      assert.ok(
        tally.bets < 5_010 && tally.invalid >= 3_000 && tally.invalid <= 9_000,
        JSON.stringify(tally),
      );
      assert.match(invalidRows[0]!.text, /; as long as it is, it counts as \d+ rows$/);
      const { last } = await uploaded({ content });
      assert.ok(last.type === 'file.exhausted' && last.invalid === tally.invalid, JSON.stringify(last));
    });
  }
});

test('of a file that is of anybody, all rows are of the agency of its first', async () => {
  for (const header of [[], ['agencia,nombre,apellido,documento,nacimiento,numero']]) {
    const content = lines(...header, ...[3, 3, 4].map((agency) => `${agency},${ROWS[0]}`));
    const { form, tally, invalidRows } = await examine(fileOf(content), {
      ...COUNTING,
      agency: undefined,
      rules: STANDARD_RULES,
    });
    assert.deepEqual([form.firstAgency, tally], [3, { bets: 2, invalid: 1 }]);
    assert.equal(invalidRows[0]!.text, 'the row is not of agency 3');
  }
});

test('a lottery may have higher numbers and shorter documents: agency and server take them alike', async () => {
  const content = lines(
    'Ana,Paz,1234567,2000-01-01,99999',
    'Ana,Paz,1.234.567,2000-01-01,050',
    'Ana,Paz,12345678,2000-01-01,50000',
    'Ana,Paz,12345678,2000-01-01,50001',
    'Ana,Paz,123456,2000-01-01,1',
  );
  for (const [maxNumber, bets] of [
    [99_999, 4],
    [50_000, 2],
  ] as const) {
    const rules = { maxNumber, shortDocuments: true };
    const check = await examined({ content, rules });
    const { rows, last } = await uploaded({ content, rules });
    assert.deepEqual(check.tally, { bets, invalid: 5 - bets });
    assert.ok(last.type === 'file.exhausted' && last.count === bets);
    assert.ok(rows.includes('7,Ana,Paz,1234567,2000-01-01,50\r\n'));
    assert.equal(rows.includes(',99999\r\n'), maxNumber === 99_999);
  }
  assert.equal((await examined({ content, rules: STANDARD_RULES })).tally.bets, 0);
});
