/** Names that are not what their author wrote: whatever went through the file before has changed them. */
import { isAscii, isUtf8 } from 'node:buffer';
import { APOSTROPHE } from '../bytes.ts';
import type { Encoding } from './form.ts';

/** What became of a name, for messages; undefined if it seems to be as it was. */
export const damageOf = (name: Buffer, encoding: Encoding): string | undefined => {
  if (isAscii(name) && name[0] !== APOSTROPHE) return undefined;
  const text = name.toString();
  if (encoding === 'windows-1252' && NOT_IN_WINDOWS_1252.test(text)) return 'holds bytes that are no text';
  // Bytes that are no UTF-8 are told by the rules of a name.
  if (text.includes('\ufffd') && isUtf8(name))
    return 'holds bytes that are no text, or U+FFFD in their place';
  if (OTHER_QUOTES.test(text)) return 'stands in quotes that are none of CSV, expected "';
  return wasEncodedTwice(text) ? 'was encoded twice: UTF-8 was taken for Windows-1252' : undefined;
};

/** What TextDecoder makes of the five bytes that Windows-1252 leaves free. */
const NOT_IN_WINDOWS_1252 = /[\x81\x8d\x8f\x90\x9d]/;

/** All of a name in quotes as people and other formats have them; an apostrophe inside is the name's. */
const OTHER_QUOTES = /^(['`´‘’‚‛].+['´‘’]|[“”„‟«»].+[“”«»])$/s;

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
