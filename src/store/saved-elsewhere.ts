/**
 * bets.csv after another program has saved it: with other line ends, characters, separators or quotes. Its first bytes
 * tell. Its rows can be written again as the store writes them, and the journal's hashes say if that is what they were.
 */
import { BOM, COMMA, SEMICOLON, TAB } from '../bytes.ts';
import { ByteTally, utf16Of } from '../input/encoding.ts';
import type { Encoding } from '../input/form.ts';
import { encodingOfBom, lineEndOf } from '../input/glance.ts';
import { Transcoder } from '../input/transcoder.ts';
import { GLANCE_BYTES, LONGEST_ROW_BYTES } from '../limits.ts';
import { writeCsvName } from '../lottery/row.ts';
import { FileWindow, readRecord } from '../protocol/csv-file.ts';
import { StorageError } from './errors.ts';
import { type ReadableFile as File, readChunks, readFully } from './reading.ts';

const headOf = async (file: File, size: number): Promise<Buffer> => {
  const head = Buffer.alloc(Math.min(size, GLANCE_BYTES));
  await readFully(file, head, 0);
  return head;
};

const marked = (head: Buffer): Encoding | undefined => encodingOfBom(head) ?? utf16Of(head);

/** What follows the agency's number in the first row that begins with one. */
const separatorOf = (text: Buffer): number => {
  const [, separator = ','] = /^(?:\xef\xbb\xbf)?"?\d+"?([,;\t])/m.exec(text.toString('latin1')) ?? [];
  return separator.charCodeAt(0);
};

/** How its beginning differs from what the store writes, in words. */
async function signs(file: File, size: number): Promise<string[]> {
  const head = await headOf(file, size);
  const encoding = marked(head);
  if (encoding?.startsWith('utf-16')) return ['it is UTF-16'];
  const text = encoding ? head.subarray(BOM.length) : head;
  const lineEnd = lineEndOf(text);
  return [
    encoding ? 'it begins with a byte order mark' : '',
    lineEnd === 'CRLF' ? '' : `its lines end in ${lineEnd}, the store's in CR LF`,
    separatorOf(text) === SEMICOLON ? 'its separator is ";"' : '',
    separatorOf(text) === TAB ? 'its separator is a tab' : '',
    /^"\d/.test(text.toString('latin1')) ? 'its numbers are in quotes' : '',
    /^[^"\d]/.test(text.toString('latin1')) ? 'it begins with no row of an agency' : '',
  ].filter((sign) => sign !== '');
}

/** Damage of bets.csv with what shows that another program has saved it; any other error as it is. */
export async function withSigns(error: unknown, path: string, file: File, size: number): Promise<unknown> {
  if (!(error instanceof StorageError) || error.code !== 'DAMAGED' || error.place?.file !== path)
    return error;
  const found = size > 0 ? await signs(file, size).catch(() => []) : [];
  if (found.length === 0) return error;
  const text = `${error.message}: another program has saved the file, ${found.join(', ')}`;
  return new StorageError('DAMAGED', text, { cause: error, place: error.place });
}

const encodingOf = async (file: File, size: number): Promise<Encoding> => {
  const known = marked(await headOf(file, size));
  if (known) return known;
  const tally = new ByteTally();
  for await (const chunk of readChunks(file, size)) tally.push(chunk);
  tally.end();
  return tally.encoding ?? 'utf-8';
};

type NameOf = (field: Buffer) => Buffer;

/** Line ends inside a name: as they are, or CR LF again, as a program that changes a file's line ends changes these too. */
const NAMES: Readonly<Record<NameEnds, NameOf>> = {
  asTheyAre: (field) => field,
  crLf: (field) => Buffer.from(field.toString('latin1').replace(/\r?\n/g, '\r\n'), 'latin1'),
};

export type NameEnds = 'asTheyAre' | 'crLf';

/** Columns of a row. */
const COLUMNS = 6;

/** A row as the store writes it; undefined if it is none. */
const rowOf = (fields: readonly Buffer[], nameOf: NameOf): Buffer | undefined => {
  const [agency, first, last, ...rest] = fields;
  const isRow = agency !== undefined && /^\d+$/.test(agency.toString('latin1'));
  if (!isRow || !first || !last || fields.slice(COLUMNS).some(({ length }) => length > 0)) return undefined;
  const names = [nameOf(first), nameOf(last)];
  const end = `,${rest.slice(0, COLUMNS - 3).join(',')}\r\n`;
  const row = Buffer.allocUnsafe(agency.length + 2 * Buffer.concat(names).length + 6 + end.length);
  let at = agency.copy(row);
  for (const name of names) {
    row[at++] = COMMA;
    at = writeCsvName(name, row, at);
  }
  at += row.write(end, at, 'latin1');
  return row.subarray(0, at);
};

/** The file's rows, written again, some at a time. It ends if there is something that cannot be read as rows. */
async function* rowsAgain(file: File, size: number, names: NameEnds): AsyncGenerator<Buffer[], void> {
  const encoding = await encodingOf(file, size);
  const head = new Transcoder({ encoding, lineEnd: 'LF' }).push(await headOf(file, size));
  const separator = separatorOf(head);
  const transcoder = new Transcoder({ encoding, lineEnd: lineEndOf(head) });
  const window = new FileWindow();
  let hasRows = false;
  const taken = (isLast: boolean): Buffer[] | undefined => {
    const rows: Buffer[] = [];
    while (!window.isEmpty) {
      const record = readRecord(window.bytes, window.from, window.to, isLast, separator);
      if (!record && window.to - window.from < LONGEST_ROW_BYTES) break;
      if (!record || 'malformed' in record) return undefined;
      const row = rowOf(record.fields, NAMES[names]);
      const isBlank = record.fields.every(({ length }) => length === 0);
      if (!row && hasRows && !isBlank) return undefined;
      hasRows ||= row !== undefined;
      if (row) rows.push(row);
      window.advance(record.end);
    }
    return rows;
  };
  for await (const chunk of readChunks(file, size)) {
    window.push(transcoder.push(chunk));
    const rows = taken(false);
    if (!rows) return;
    yield rows;
  }
  window.push(transcoder.end());
  yield taken(true) ?? [];
}

/**
 * bets.csv with its rows written again. It can be read from the beginning on, in order, as often as needed. `isSorted`
 * tells whether somebody has sorted the rows.
 */
export async function asWritten(
  file: File,
  size: number,
  names: NameEnds,
): Promise<{ file: File; size: number; isSorted: boolean }> {
  let [length, isSorted] = [0, true];
  let last: Buffer = Buffer.alloc(0);
  for await (const rows of rowsAgain(file, size, names)) {
    for (const row of rows) {
      length += row.length;
      isSorted &&= last.compare(row) <= 0;
      last = row;
    }
  }
  let [source, rest] = [rowsAgain(file, size, names), Buffer.alloc(0)];
  const read = async (into: Uint8Array, position: number): Promise<number> => {
    if (position === 0) [source, rest] = [rowsAgain(file, size, names), Buffer.alloc(0)];
    while (rest.length === 0) {
      const { value, done } = await source.next();
      if (done) return 0;
      rest = Buffer.concat(value);
    }
    const copied = rest.copy(into);
    rest = rest.subarray(copied);
    return copied;
  };
  return { file: { read }, size: length, isSorted };
}
