/** The forms that a file of bets may have, and the file in each of them. */
import fc from 'fast-check';
import type { Bet } from '../../src/lottery/bet.ts';

/** Letters that each of the encodings has, and what each separator and quote stumbles over. */
export const name = fc
  .array(
    fc.constantFrom('Ana', 'José', 'Núñez', 'Íñigo', ' de ', 'a,b', 'x;y', 'u\tv', '"', "O'", '%', 'Ö'),
    {
      minLength: 1,
      maxLength: 4,
    },
  )
  .map((pieces) => pieces.join(''));

export const form = fc.record({
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
  dates: fc.constantFrom('Y-M-D', 'D/M/Y', 'DD/MM/Y', 'D-M-Y', 'DD.MM.Y'),
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
  const parts = way.startsWith('DD') ? [day, month, year] : [Number(day), Number(month), year];
  return parts.join(/[/.-]/.exec(way)?.[0]);
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

export const written = (bets: readonly Bet[], form: Form): Buffer => {
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
