/** Names that are not what their author wrote: whatever went through the file before has changed them. */
import { isAscii, isUtf8 } from 'node:buffer';
import type { Encoding } from './form.ts';

/** What became of a name, for messages; undefined if it seems to be as it was. */
export const damageOf = (name: Buffer, encoding: Encoding): string | undefined => {
  const text = name.toString();
  if (UNUSUAL.test(text)) {
    const [escaped] = ESCAPES.exec(text) ?? [];
    if (escaped !== undefined)
      return `holds ${JSON.stringify(escaped)}, a character as some other format writes it`;
    if (ERRORS.test(text)) return 'is what a spreadsheet or a database writes where there is none';
    if (LOST.test(text)) return 'has a ? in the place of a letter that was lost';
    const [colour] = COLOURS.exec(text) ?? [];
    if (colour !== undefined) return `holds ${JSON.stringify(colour)}, by which a terminal shows colours`;
    const [mark] = MARKS.exec(text) ?? [];
    if (mark !== undefined)
      return `begins with ${JSON.stringify(mark)}, as programs such as grep, cat and diff mark lines`;
  } else if (isAscii(name)) return undefined;
  if (encoding === 'windows-1252' && NOT_IN_WINDOWS_1252.test(text)) return 'holds bytes that are no text';
  // Bytes that are no UTF-8 are told by the rules of a name.
  if (text.includes('\ufffd') && isUtf8(name))
    return 'holds bytes that are no text, or U+FFFD in their place';
  if (OTHER_QUOTES.test(text)) return 'stands in quotes that are none of CSV, expected "';
  return wasEncodedTwice(text) ? 'was encoded twice: UTF-8 was taken for Windows-1252' : undefined;
};

/** What names of ASCII have that are damaged, and hardly any other. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is such a one that is looked for
const UNUSUAL = /[\t\x1b#%&'+:<=>?\\`~]/;

/** Of HTML, quoted-printable, URLs, programs and dumps, UTF-7, HZ, and ISO-2022. */
const ESCAPES = new RegExp(
  [
    '&(?:#\\d+|#x[\\da-f]+|[a-z]{2,8});',
    '=[\\dA-F]{2}',
    '%(?:c[2-9a-f]|[de][\\da-f]|f[0-4])%[89ab][\\da-f]',
    '\\\\(?:u[\\da-f]{4}|x[\\da-f]{2}|[0-3][0-7]{2}|["\'\\\\\\r\\n])',
    '\\+(?:A[M-P][\\da-z+/]|[\\da-z+/]{3,}-)',
    '~[{}]',
    '\\x1b[$(].?',
  ].join('|'),
  'i',
);

/** `Jos?`, `Mu?oz`: so programs write what their encoding lacks; nobody's name has it beside a letter. */
const LOST = /\p{L}\?|\?\p{L}/u;

// biome-ignore lint/suspicious/noControlCharactersInRegex: it is such a one that is looked for
const COLOURS = /\x1b\[[\d;]*[A-Z]/i;

/** A line's number (`12:`, or before a tab), a file's name, a side of a comparison or a quoted mail. */
const MARKS = /^(?:\s*\d+[:\t]|[\w./-]*\w\.\w{1,4}:|[<>]\s)/;

const ERRORS =
  /^(#(N\/A|N\/D|NAME\?|¿NOMBRE\?|(REF|¡REF|VALUE|¡VALOR|NULL|¡NULO|NUM|¡NUM)!|[?¡]?DIV\/0!)|\\N)$/i;

/** What TextDecoder makes of the five bytes that Windows-1252 leaves free. */
const NOT_IN_WINDOWS_1252 = /[\x81\x8d\x8f\x90\x9d]/;

/** All of a name in quotes as people and other formats have them; an apostrophe inside is the name's. */
const OTHER_QUOTES = /^(['`´‘’‚‛].+['´‘’]|[“”„‟«»].+[“”«»]|=".*")$/s;

/** Where the characters of Windows-1252 are not those of Latin-1. */
const BYTES_OF: ReadonlyMap<number, number> = new Map(
  [...new TextDecoder('windows-1252').decode(Uint8Array.from({ length: 32 }, (_, at) => 0x80 + at))].map(
    (character, at) => [character.charCodeAt(0), 0x80 + at],
  ),
);

/** `JosÃ©`: the bytes that these characters have in Windows-1252 are UTF-8. No real name is so by chance. */
const wasEncodedTwice = (text: string): boolean => {
  const bytes = Array.from(
    text,
    (character) => BYTES_OF.get(character.charCodeAt(0)) ?? character.codePointAt(0)!,
  );
  if (bytes.some((byte) => byte > 0xff) || bytes.every((byte) => byte < 0x80)) return false;
  return isUtf8(Uint8Array.from(bytes));
};
