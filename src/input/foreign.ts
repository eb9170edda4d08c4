/** Recognises files that are no text of rows by how they begin, so that the error names their kind and does not list a
 * thousand bad rows. */
import { isDigit } from '../bytes.ts';

const MAGIC: readonly [name: string, bytes: Buffer][] = [
  ['a ZIP archive, as an Excel (.xlsx) or LibreOffice (.ods) workbook is', Buffer.from('PK\x03\x04')],
  ['an empty ZIP archive', Buffer.from('PK\x05\x06')],
  ['an old Excel workbook (.xls)', Buffer.of(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1)],
  ['compressed with gzip', Buffer.of(0x1f, 0x8b)],
  ['compressed with bzip2', Buffer.from('BZh91AY&SY')],
  ['compressed with xz', Buffer.of(0xfd, 0x37, 0x7a, 0x58, 0x5a)],
  ['compressed with zstd', Buffer.of(0x28, 0xb5, 0x2f, 0xfd)],
  ['compressed with compress', Buffer.of(0x1f, 0x9d)],
  ['compressed with lz4', Buffer.of(0x04, 0x22, 0x4d, 0x18)],
  ['compressed with lzip', Buffer.from('LZIP')],
  ['a 7z archive', Buffer.of(0x37, 0x7a, 0xbc, 0xaf)],
  ['a RAR archive', Buffer.from('Rar!\x1a\x07')],
  ['an SQLite database', Buffer.from('SQLite format 3')],
  ['a Parquet file', Buffer.from('PAR1')],
  ['UTF-32', Buffer.of(0xff, 0xfe, 0, 0)],
  ['UTF-32', Buffer.of(0, 0, 0xfe, 0xff)],
];

/** Where a tar archive says so: behind the name of its first file, which is text. */
const TAR_AT = 257;

/** Texts, which may begin with a BOM or blanks, and in capitals or not. */
const TEXTS: readonly [name: string, beginning: RegExp][] = [
  ['a PDF', /^%pdf-/],
  ['XML', /^<\?xml/],
  ['HTML', /^<(!doctype|html|head|body|table|meta)\b/],
  ['JSON', /^(\[\s*[[{]|\{\s*")/],
  ['rich text (RTF)', /^\{\\rtf/],
  ['a patch (diff)', /^(diff -|--- .*\r?\n\+\+\+ )/],
  ["Git LFS's name for a file that was not fetched (git lfs pull)", /^version https:\/\/git-lfs/],
];

/** Bytes in which a text says what it is. */
const BEGINNING_BYTES = 256;

/** One NUL in so many bytes is damage, which the rows tell; more is no text. */
const BYTES_A_NUL = 16;

/** What the file is that begins so, or undefined if it may be text; UTF-16 is not asked about. */
export const foreignKind = (head: Buffer): string | undefined => {
  const known = MAGIC.find(([, bytes]) => head.subarray(0, bytes.length).equals(bytes));
  if (known) return known[0];
  if (head.toString('latin1', TAR_AT, TAR_AT + 5) === 'ustar') return 'a tar archive';
  return isEbcdic(head) ? 'EBCDIC' : foreignText(head);
};

/** Bets are half digits, which are F0 to F9 there. */
const isEbcdic = (head: Buffer): boolean => {
  let digits = 0;
  for (const byte of head) {
    if (isDigit(byte)) return false;
    if (byte >= 0xf0 && byte <= 0xf9) digits++;
  }
  return digits * 4 > head.length;
};

/** The same of a text in UTF-8. */
export const foreignText = (head: Buffer): string | undefined => {
  const text = head.toString('utf8', 0, BEGINNING_BYTES).trimStart().toLowerCase();
  return TEXTS.find(([, beginning]) => beginning.test(text))?.[0];
};

/** Whether bytes that are not UTF-16 are no text. */
export const isBinary = (head: Buffer): boolean => countNuls(head) * BYTES_A_NUL > head.length;

const countNuls = (bytes: Buffer): number => {
  let count = 0;
  for (let at = bytes.indexOf(0); at !== -1; at = bytes.indexOf(0, at + 1)) count++;
  return count;
};
