/**
 * The journal's lines: one JSON object per commit, each holding the hash of the one before.
 *
 *     {"format":"quiniela-journal","version":2,"draw":"1","agencies":5,"from":1,"at":"2026-11-23T12:00:00.000Z","prev":"","hash":"…"}
 *     {"n":1,"at":"…","range":[0,7012],"sha":"…","agencies":[[1,120,3141592653]],"prev":"…","hash":"…"}
 *
 * `hash` is the SHA-256, in hex, of the line's bytes before `,"hash":`; so it covers `prev` and all the rest,
 * and whoever knows the last line's hash knows that nothing before it was changed.
 *
 * Version 1 numbered its draws, and did not say how many agencies take part.
 */
import { createHash, hash } from 'node:crypto';
import { BOM, BRACE } from '../bytes.ts';
import { TORN_BYTES } from '../limits.ts';
import { quoted } from '../to-type.ts';
import type { Commit } from './commit.ts';
import type { DiskFile } from './disk.ts';
import { type DamagePlace, damaged, StorageError } from './errors.ts';
import { type Line, readLines } from './reading.ts';
import { isCommit, isHeader } from './shapes.ts';

export const BETS_FILE = 'bets.csv';
export const JOURNAL_FILE = 'journal.ndjson';

const FORMAT = 'quiniela-journal';
const VERSION = 2;
const READABLE: readonly number[] = [1, VERSION];

/** The draw before this one: by its head hash their journals are one chain too. */
export type Before = {
  draw: string;
  head: string;
  /** Agencies that have bets there, and were not told which of them won. */
  untold: readonly number[];
  /** How many single bets it has: sent again, they are answered from there. */
  singles: number;
};

/** The first agency's number, unless AGENCIES_FROM says otherwise. */
export const FIRST_AGENCY = 1;

/** A journal's first line. */
export type Header = {
  format: typeof FORMAT;
  version: number;
  /** The draw's name. */
  draw: string;
  /** Agencies that take part; a journal of version 1 does not say it. */
  agencies?: number;
  /** The first agency's number; older journals do not say it. */
  from?: number;
  /** The draw before, if one is archived. */
  before?: Before;
  at: string;
};

const SEAL_START = ',"hash":"';
const SEAL_END = '"}';
const HASH_CHARS = 64;
const SEAL_BYTES = SEAL_START.length + HASH_CHARS + SEAL_END.length;

/** Of all parts in their order, in hex; of a text, that of its UTF-8. Most have one part: that needs no object of OpenSSL's. */
export const sha256 = (...parts: readonly (Uint8Array | string)[]): string => {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return hash('sha256', only, 'hex');
  const digest = createHash('sha256');
  for (const part of parts) digest.update(part);
  return digest.digest('hex');
};

/** A line with its line feed, and its hash, which the next one must hold. */
export function sealLine(fields: Commit | Header, prev: string): { line: Buffer; hash: string } {
  const body = JSON.stringify({ ...fields, prev }).slice(0, -1);
  const sealed = sha256(body);
  return { line: Buffer.from(`${body}${SEAL_START}${sealed}${SEAL_END}\n`), hash: sealed };
}

export const headerOf = (
  draw: string,
  agencies: number,
  at: string,
  before?: Before,
  from = FIRST_AGENCY,
): Header => ({
  format: FORMAT,
  version: VERSION,
  draw,
  agencies,
  from,
  ...(before && { before }),
  at,
});

/** The line's hash if it is right; undefined if the line was changed. */
function checkSeal(line: Buffer): string | undefined {
  const body = line.subarray(0, Math.max(0, line.length - SEAL_BYTES));
  const sealed = sha256(body);
  return line.toString('latin1', body.length) === SEAL_START + sealed + SEAL_END ? sealed : undefined;
}

/** A good line: the header or a commit, its hash, and where it ends, in bytes from the file's start. `isOpen`: it
 * is the last, and lacks its line feed. */
export type Entry = { line: number; offset: number; end: number; hash: string; isOpen: boolean } & (
  | { header: Header; commit?: undefined }
  | { header?: undefined; commit: Commit }
);

/** The bytes after the last whole line: the start of a line that was never finished, or nothing. */
type Tail = { line: number; offset: number; bytes: number };

/**
 * Reads a journal up to `size`, checking hashes, chain and numbering; ranges and positions are the caller's.
 *
 * @throws StorageError DAMAGED with file, line and offset; FOREIGN if it is of another format or version
 */
export async function* readJournal(file: DiskFile, path: string, size: number): AsyncGenerator<Entry, Tail> {
  const lines = readLines(file, size);
  let prev = '';
  for (;;) {
    const { value, done } = await lines.next();
    if (done) {
      const { bytes, number: line, offset } = value;
      // The line is complete but for its line feed, and its rows were synced before it, so the commit is there.
      if (checkSeal(bytes)) {
        yield { ...parseLine(value, path, prev), end: offset + bytes.length, isOpen: true };
        return { line, offset: offset + bytes.length, bytes: 0 };
      }
      // A torn line is the start of a good one; this one has its end, and only its line feed was changed.
      if (bytes.length > 0 && checkSeal(bytes.subarray(0, -1))) {
        throw damaged({ file: path, line, offset: offset + bytes.length - 1 }, 'not the line feed it was');
      }
      if (bytes.length > 0 && bytes[0] !== BRACE && bytes[0] !== NOTHING) {
        throw damaged({ file: path, line, offset }, `no line begins so: ${EDITED}`);
      }
      if (bytes.length > TORN_BYTES) {
        const text = `more than ${TORN_BYTES} bytes without an end: a crash leaves no more than one line`;
        throw damaged({ file: path, line, offset }, text);
      }
      return { line, offset, bytes: bytes.length };
    }
    const entry = parseLine(value, path, prev);
    prev = entry.hash;
    yield entry;
  }
}

/** A line that was not changed has its hash, and its commit unless it is another journal's first line. */
type Remains = { hash?: string; commit?: Commit | undefined };

/** The lines from `start` on, each by itself: where they stand in chain and file is not looked at. */
export async function* readWhatCanBeRead(
  file: DiskFile,
  start: number,
  size: number,
): AsyncGenerator<Remains, void> {
  const lines = readLines(file, size, start);
  for (;;) {
    const { value, done } = await lines.next();
    const { bytes } = value;
    const hash = checkSeal(bytes);
    const fields = hash === undefined ? undefined : parsed(bytes);
    if (hash !== undefined) yield { hash, commit: isCommit(fields) ? fields : undefined };
    // A blank line, or one that was torn, is no commit.
    else if (bytes.length > 0 && !done) yield {};
    if (done) return;
  }
}

/** The zeros that a file system shows for bytes that it never wrote; or else a torn line begins with a brace. */
const NOTHING = 0;

const EDITED = 'another program saved the file';

/** Why a line is not as it was written: it names what editors usually do to a file, with a command that mends it. In
 * none is a backslash, which a log doubles. */
function whatIsWrong(line: Buffer, path: string): string {
  if (line.length === 0) return `a blank line: ${EDITED}; to take it out: sed -i '/^$/d' ${quoted(path)}`;
  if (line.equals(Buffer.from('\r')) || checkSeal(line.subarray(0, -1))) {
    return `the line ends in CR LF, as Windows has it: ${EDITED}; to turn it back: sed -i 's/[[:cntrl:]]$//;/^$/d' ${quoted(path)}`;
  }
  if (line.subarray(0, BOM.length).equals(BOM)) {
    return `the file begins with a byte order mark: ${EDITED}; to take it out: sed -i '1s/^[^{]*//' ${quoted(path)}`;
  }
  if (/^(\xff\xfe|\xfe\xff|\{\0|\0\{)/.test(line.toString('latin1', 0, 2)))
    return `the file is UTF-16: ${EDITED}; save it as UTF-8`;
  return "the line's hash is not that of its bytes";
}

/** Undefined if it is no JSON. */
function parsed(line: Buffer): unknown {
  try {
    return JSON.parse(line.toString());
  } catch {
    return undefined;
  }
}

/** Bytes with a right hash may still not be a line of this program: anybody who can compute a hash can write one. */
function fieldsOf(line: Buffer, place: DamagePlace): Partial<Commit & Header> & { prev?: unknown } {
  const fields = parsed(line);
  if (typeof fields === 'object' && fields !== null) return fields;
  throw damaged(place, fields === undefined ? 'the line is no JSON' : NOT_OURS);
}

const NOT_OURS = 'the hash is right, but this program writes no such line';

function parseLine({ bytes, number: line, offset }: Line, path: string, prev: string): Entry {
  const place = { file: path, line, offset };
  const sealed = checkSeal(bytes);
  if (!sealed) throw damaged(place, whatIsWrong(bytes, path));
  const fields = fieldsOf(bytes, place);
  if (fields.prev !== prev) throw damaged(place, 'the line does not follow the one before it');
  const common = { line, offset, end: offset + bytes.length + 1, hash: sealed, isOpen: false };
  if (line === 1) {
    const { format, version = 0 } = fields;
    if (format !== FORMAT || !READABLE.includes(version)) {
      const found = `format "${format}", version ${version}`;
      throw new StorageError('FOREIGN', `${path}: ${found}, this is "${FORMAT}", version ${VERSION}`, {
        place,
      });
    }
    if (!isHeader(fields)) throw damaged(place, NOT_OURS);
    return { ...common, header: { ...fields, draw: String(fields.draw) } };
  }
  if (!isCommit(fields)) throw damaged(place, NOT_OURS);
  if (fields.n !== line - 1) throw damaged(place, `commit ${fields.n}, expected ${line - 1}`);
  return { ...common, commit: fields };
}
