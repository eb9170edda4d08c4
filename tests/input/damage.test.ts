/** Files that went through other hands: what they changed is told, and never stored as if somebody were called so. */
import assert from 'node:assert/strict';
import { isAscii } from 'node:buffer';
import { describe, test } from 'node:test';
import { damageOf } from '../../src/input/damage.ts';
import { examined, latin1, lines, uploaded } from './support.ts';

const TAIL = '12345678,2000-02-29,42';
const GOOD = `Ana,Paz,${TAIL}`;
const many = Array.from({ length: 300 }, () => GOOD);

const DAMAGED: [name: string, told: RegExp][] = [
  ["'Ana'", /quotes that are none of CSV/],
  ['“Ana”', /quotes that are none of CSV/],
  ['‘Ana’', /quotes that are none of CSV/],
  ['«Ana»', /quotes that are none of CSV/],
  ['„Ana“', /quotes that are none of CSV/],
  ['`Ana´', /quotes that are none of CSV/],
  ['JosÃ©', /encoded twice/],
  ['NÃšÃ‘EZ', /encoded twice/],
  ['Ï‰Ï‰', /encoded twice/],
  ['ï»¿Ana', /encoded twice/],
  ['Jos\ufffd', /U\+FFFD/],
  ['="Ana"', /quotes that are none of CSV/],
  // HTML, quoted-printable, URLs, programs and dumps, UTF-7, HZ, ISO-2022-JP.
  ...[
    'Jos&eacute;',
    'Jos&#233;',
    'Jos&#xE9;',
    'O&#39;Higgins',
    'Jos=C3=A9',
    'Jos%C3%A9',
    'Jos\\u00e9',
    'Jos\\xe9',
    'Jos\\303\\251',
    "O\\'Higgins",
    'Jos+AOk-',
    'Jos+AOk',
    'P+AOk-rez',
    '+Ykk-',
    '~{VP~}',
    '\x1b$BB@O:\x1b(B',
  ].map((name): [string, RegExp] => [name, /as some other format writes it/]),
  ...['Jos?', 'Mu?oz', '?lvarez', 'Jos? Peña'].map((name): [string, RegExp] => [
    name,
    /a letter that was lost/,
  ]),
  ...['#N/A', '#¿NOMBRE?', '#NAME?', '#REF!', '#¡VALOR!', '\\N'].map((name): [string, RegExp] => [
    name,
    /where there is none/,
  ]),
  ...['\x1b[31mAna\x1b[0m', 'Ana\x1b[K'].map((name): [string, RegExp] => [name, /a terminal shows colours/]),
  // grep -n, cat -n, grep of some files, diff, a mail.
  ...['12:Ana', '    12\tAna', 'agency-1.csv:Ana', 'old/agency-1.csv:12:Ana', '> Ana', '< Ana'].map(
    (name): [string, RegExp] => [name, /mark lines/],
  ),
];

describe('names that something has changed on their way are no names', () => {
  for (const [name, told] of DAMAGED) {
    test(`${JSON.stringify(name)}, wherever the file is plain else`, async () => {
      for (const row of [`${name},Paz,${TAIL}`, `Ana,${name},${TAIL}`]) {
        const content = lines(...many, row, ...many);
        const { tally, invalidRows } = await examined({ content });
        assert.deepEqual(tally, { bets: 600, invalid: 1 });
        assert.match(invalidRows[0]!.text, told);
        const { rows, last } = await uploaded({ content });
        assert.ok(last.type === 'file.exhausted' && last.count === 600 && last.invalid === 1);
        assert.ok(!rows.includes(name));
      }
    });
  }

  test('names that only look a little like it are names', () => {
    const real = [
      "O'Higgins",
      "D'",
      "'t Hart",
      'O’Higgins',
      'JOÃO',
      'Ãngela',
      'CONCEIÇÃO',
      'Mª José',
      'O´Neill',
      'Tom & Ana',
      'P&O; Paz',
      'Ana+Leo',
      'A=B',
      'Ana ~ Paz',
      'Ana #2',
      '100%',
      '%20',
      'Ana\\Paz',
      'Ana\r\nPaz\t',
      'Null',
      'Ana: Paz',
      'Ana 2:1',
      'Ana >Paz',
    ];
    for (const name of [...real, 'Ana “la Negra” Paz', 'Łukasz', '李', 'Renée', 'e\u0301', 'Ana«'])
      assert.equal(damageOf(Buffer.from(name), 'utf-8'), undefined, name);
  });
});

/** Bytes, as each of these encodings has names. */
const OTHER_ENCODINGS: [name: string, names: string[]][] = [
  ['Windows-1251, short', ['\xdf\xed,\xd6\xee\xe9', '\xc8\xe2\xe0\xed,\xcf\xe0\xea']],
  ['KOI8-R, short', ['\xf1\xce,\xe3\xcf\xca']],
  ['CP866', ['\x88\xa2\xa0\xad,\x8f\xa5\xe2\xe0\xae\xa2']],
  ['Windows-1253', ['\xa2\xed\xed\xe1,\xd0\xe1\xf0\xdc']],
  ['Windows-1255', ['\xe3\xe5\xe3,\xeb\xe4\xef']],
  ['Windows-1256', ['\xda\xe1\xed,\xcd\xd3\xe4']],
  ['TIS-620', ['\xca\xc1,\xaa\xd2\xc2']],
  ['Shift-JIS', ['\x91\xbe\x98Y,\x8eR\x93c', '\x89\xd4\x8eq,\x97\xe9\x96\xd8']],
  ['Shift-JIS, half width', ['\xc0\xdb\xb3,\xd4\xcf\xc0\xde']],
  ['EUC-JP', ['\xc2\xc0\xcf\xba,\xbb\xb3\xc5\xc4']],
  ['GB18030', ['\xd0\xa1\xc3\xf7,\xcd\xf5', '\xc0\xf6,\xc5\xb7\xd1\xf4']],
  ['Big5', ['\xa4p\xa9\xfa,\xa4\xfd']],
  ['EUC-KR', ['\xb9\xce\xc1\xd8,\xb1\xe8']],
  ['halves of characters in UTF-8 (CESU-8)', ['Ana\xed\xa0\xbd\xed\xb8\x80,Paz']],
  ['UTF-8 whose names were cut', ['Mar\xc3\xadano Jos\xc3,Paz']],
  ['UTF-8 of more bytes than it needs', ['An\xc1\xa1,P\xc3\xa9rez']],
];

test('no name in an encoding that cannot be told is taken for one of Windows-1252: nothing of the file is said DONE', async () => {
  for (const [encoding, names] of OTHER_ENCODINGS) {
    for (const first of [[], many.slice(0, 11)]) {
      const rows = Array.from({ length: 12 }, (_, at) => `${names[at % names.length]},${TAIL}`);
      const content = latin1(...first, ...rows);
      const found = await examined({ content }).catch((error: Error) => error);
      if (found instanceof Error)
        assert.match(found.message, /accents are neither|its 12 rows are no bets/, encoding);
      else assert.deepEqual(found.tally, { bets: first.length, invalid: rows.length }, encoding);
      const { rows: sent } = await uploaded({ content });
      assert.ok(isAscii(sent), encoding);
    }
  }
});

describe('capitals and other alphabets are no Windows-1252, though all of their bytes are accents there', () => {
  const files: [name: string, rows: string[]][] = [
    [
      'Mac Roman',
      ['GARC\xeaA,L\xeePEZ', 'MAR\xeaA,P\x83REZ', 'N\xf2\x84EZ,JOS\x83', 'GARC\xeaA,MART\xeaNEZ'],
    ],
    ['CP850', ['GARC\xd6A,L\xe0PEZ', 'MAR\xd6A,P\x90REZ', 'N\xe9\xa5EZ,JOS\x90', '\xb5LVAREZ,MART\xd6NEZ']],
    [
      'CP850, small',
      ['Garc\xa1a,L\xa2pez', 'Mar\xa1a,P\x82rez', 'N\xa3\xa4ez,Jos\x82', 'M\xa0laga,Mart\xa1nez'],
    ],
    [
      'Windows-1251',
      ['\xc8\xe2\xe0\xed,\xc8\xe2\xe0\xed\xee\xe2', '\xc0\xed\xed\xe0,\xcf\xe5\xf2\xf0\xee\xe2\xe0'],
    ],
    [
      'KOI8-R',
      ['\xe9\xd7\xc1\xce,\xe9\xd7\xc1\xce\xcf\xd7', '\xe1\xce\xce\xc1,\xf0\xc5\xd4\xd2\xcf\xd7\xc1'],
    ],
  ];
  for (const [name, rows] of files) {
    test(name, async () => {
      const content = latin1(...many, ...rows.map((names) => `${names},${TAIL}`));
      await assert.rejects(examined({ content }), /accents are neither UTF-8, UTF-16 nor Windows-1252/);
    });
  }

  test('and Windows-1252 is taken with all that names have', async () => {
    const names = [
      'GARC\xcdA,L\xd3PEZ',
      'O\x92Higgins,Mar\xeda',
      'M\xaa Jos\xe9,N\xfa\xf1ez',
      'Gal\xb7la,Stra\xdfe',
    ];
    const capitals = [
      'MU\xf1OZ,STRA\xdfE',
      'Ana\xa0Mar\xeda,S\xe3o',
      'O\xb4Neill,N\xd6RR',
      'Jos\xe9,Fran\xe7ois',
      'Jos\xe9\xa0,\xcd\xf1igo',
      'H\xe4\xe4yt\xe4,\xd6\xd6',
    ];
    const content = latin1(...[...names, ...capitals].map((row) => `${row},${TAIL}`));
    const { form, tally } = await examined({ content });
    assert.deepEqual([form.encoding, tally], ['windows-1252', { bets: 10, invalid: 0 }]);
  });
});

test('files of quoted fields put one behind the other, each with its BOM: the quotes are no part of a name', async () => {
  const part = `\ufeff"Ana","Paz","12345678","2000-02-29","42"\n"Eva","de ""la"" Paz",${TAIL}\n`;
  for (const content of [Buffer.from(part.repeat(3)), Buffer.from(`\ufeff${part}`, 'utf16le')]) {
    const { rows } = await uploaded({ content });
    assert.deepEqual(new Set(rows.toString().match(/^7,.*?,/gm)), new Set(['7,Ana,', '7,Eva,']));
    assert.equal((await examined({ content })).tally.invalid, 0);
  }
});

describe('columns in another order are refused in the languages of the exports, and with digits in their names', () => {
  const headers = [
    'Sobrenome,Nome,Documento,Nascimento,Número',
    'Apelido,Nome,Documento,Data de nascimento,Número',
    'Cognome,Nome,Documento,Data,Numero',
    'Nom,Prénom,Document,Date,Numéro',
    'Name,Vorname,Ausweis,Geburtsdatum,Nummer',
    'Nachname,Vorname,Ausweis,Geburtsdatum,Nummer',
    'Family name,Given name,Document,Birthdate,Number',
    'Apellido,Nombre,DNI (8 dígitos),Nacimiento,Número (0 a 9999)',
  ];
  for (const header of headers) {
    test(header, async () => {
      for (const content of [lines(header, ...many), lines(...many, header, ...many)])
        await assert.rejects(examined({ content }), /its columns are/);
    });
  }

  test('in their own order they are a header', async () => {
    for (const header of [
      'Nome,Sobrenome,Documento,Nascimento,Número',
      'Prénom,Nom,Document,Date de naissance,Numéro',
      'Vorname,Name,Ausweis,Geburtsdatum,Nummer',
      'Name,Surname,ID,Date of birth,Bet',
      'Nombre,Apellido,DNI (8 dígitos),Nacimiento,Número (0 a 9999)',
    ]) {
      const { form, tally } = await examined({ content: lines(header, ...many) });
      assert.ok(form.header, header);
      assert.deepEqual(tally, { bets: 300, invalid: 0 });
    }
  });
});

test('rows whose line ends were lost count as the rows that they were, also if they are few', async () => {
  const few = many.slice(0, 10);
  for (const [content, invalid] of [
    [lines(...many, `${GOOD}${GOOD}`, ...many), 2],
    [lines(...many, few.join('\u2028'), ...many), 10],
    [lines(...many, few.join('\u0085'), ...many), 10],
    [lines(...many, `7,${few.join('')}`), 10],
    [lines(...many, `${GOOD},,,,,,,,,,,,,,,a remark`), 1],
  ] as const) {
    const { tally } = await examined({ content });
    assert.equal(tally.invalid, invalid);
    const { last } = await uploaded({ content });
    assert.ok(last.type === 'file.exhausted' && last.invalid === invalid);
  }
});

test('what nobody sees around documents, dates and numbers is not theirs', async () => {
  const content = lines('Ana,Paz,\u200e12345678\u200f,\u202a2000-02-29\u202c,\ufeff42\u200b');
  assert.deepEqual((await examined({ content })).tally, { bets: 1, invalid: 0 });
});

test('a tar archive is refused by its name, however much of it is text', async () => {
  const head = Buffer.alloc(512);
  head.write('agency-7.csv');
  head.write('ustar  ', 257);
  const content = Buffer.concat([
    head,
    lines(...Array.from({ length: 9_000 }, () => GOOD)),
    Buffer.alloc(10_240),
  ]);
  await assert.rejects(examined({ content }), /it is a tar archive/);
});

test('a last row without a line end may have lost digits, and that is known', async () => {
  for (const [content, isCut] of [
    [lines(...many), false],
    [Buffer.from(many.join('\r\n')), true],
    [Buffer.from(`${many.join('\r')}\r`), false],
    [Buffer.from(`\ufeff${many.join('\r\n')}`, 'utf16le'), true],
    [Buffer.from(`\ufeff${many.join('\r\n')}\r\n`, 'utf16le'), false],
  ] as const)
    assert.equal((await examined({ content })).isCut, isCut);
});

describe('of a name whose quotes and line ends are written in some other way no rest becomes a bet', () => {
  const rest = `","Paz","12345678","2000-02-29","42"`;
  for (const torn of [
    `"Al\\"\nrest${rest}`,
    `"Al\\"\r\nrest${rest}`,
    `"Al\\"\nrest",Paz,12345678,2000-02-29,42`,
    `"Al \\"x\\" y\nrest${rest}`,
    `"Al "x" y\nof two" lines${rest}`,
    `"Al\\"\n\nmiddle\nrest${rest}`,
    `"x\nAl\\"\n rest${rest}`,
  ]) {
    test(JSON.stringify(torn), async () => {
      const content = lines(GOOD, torn, GOOD, 'Ana "la Bella",Paz,12345678,2000-02-29,42');
      const { rows } = await uploaded({ content });
      const names = rows.toString().match(/(?<=^7,)[^,]*/gm);
      assert.deepEqual(names, ['Ana', 'Ana', '"Ana ""la Bella"""']);
      assert.equal((await examined({ content })).tally.bets, 3);
    });
  }
});
