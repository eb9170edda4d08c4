/** What an agency's file is, from its beginning and, for its characters, all of it. */
import { UserError } from '../errors.ts';
import { FILE_CHUNK_BYTES, GLANCE_BYTES, HEAD_BYTES } from '../limits.ts';
import type { BetRules } from '../lottery/rules.ts';
import { BatchEncoder } from '../protocol/batch-encoder.ts';
import { lineEndOf, recogniseColumns } from './columns.ts';
import { ByteTally, encodingOfBom, utf16Of } from './encoding.ts';
import { foreignKind, isBinary } from './foreign.ts';
import { CANONICAL, type Encoding, type FileForm } from './form.ts';
import { Transcoder } from './transcoder.ts';

/** What is needed of a file to know it. */
export type Readable = {
  read(buffer: Buffer, offset: number, length: number, position: number): Promise<{ bytesRead: number }>;
};

/** The file's beginning; shorter than `most` if that is all of it. */
const beginningOf = async (file: Readable, most: number): Promise<Buffer> => {
  const head = Buffer.allocUnsafe(most);
  let length = 0;
  while (length < most) {
    const { bytesRead } = await file.read(head, length, most - length, length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return head.subarray(0, length);
};

/** The form of a file whose beginning has nothing odd, as nearly every file's has; undefined otherwise. */
export const canonicalForm = async (file: Readable, rules: BetRules): Promise<FileForm | undefined> => {
  const head = await beginningOf(file, GLANCE_BYTES);
  const encoder = new BatchEncoder({ ...COUNTING, agency: 1, rules });
  encoder.push(head);
  if (head.length < GLANCE_BYTES) encoder.end();
  for (let step = encoder.next(); step && step.kind !== 'positioned'; step = encoder.next()) {
    if (step.kind === 'invalidRow') return undefined;
  }
  return { ...CANONICAL, hasBom: encodingOfBom(head) === 'utf-8', lineEnd: lineEndOf(head) };
};

/** Options of an encoder that only counts. */
export const COUNTING = {
  dialect: 'quiniela',
  maxAmount: 1,
  maxBytes: 8_192,
  skip: Number.POSITIVE_INFINITY,
} as const;

/**
 * The form of any file.
 *
 * @throws {UserError} `DATA_FILE` if it is none that can be read
 */
export const recognise = async (file: Readable, rules: BetRules): Promise<FileForm> => {
  const head = await beginningOf(file, HEAD_BYTES);
  const foreign = foreignKind(head);
  if (foreign) throw new UserError('DATA_FILE', `it is ${foreign}, expected a CSV file`);
  const ofBom = encodingOfBom(head);
  const encoding = ofBom ?? utf16Of(head) ?? (await encodingOf(file, head));
  const text = new Transcoder({ encoding, lineEnd: 'LF' }).push(head);
  const lineEnd = lineEndOf(text);
  const lines = lineEnd === 'CR' ? new Transcoder({ encoding: 'utf-8', lineEnd }).push(text) : text;
  const columns = recogniseColumns(lines, head.length < HEAD_BYTES, lineEnd, { encoding, rules });
  return { encoding, hasBom: ofBom !== undefined, ...columns };
};

const encodingOf = async (file: Readable, head: Buffer): Promise<Encoding> => {
  if (isBinary(head))
    throw new UserError('DATA_FILE', 'it is no text: it has NUL bytes, expected a CSV file');
  const tally = new ByteTally();
  const chunk = Buffer.allocUnsafeSlow(FILE_CHUNK_BYTES);
  for (let position = 0; ; ) {
    const { bytesRead } = await file.read(chunk, 0, FILE_CHUNK_BYTES, position);
    if (bytesRead === 0) break;
    tally.push(chunk.subarray(0, bytesRead));
    position += bytesRead;
  }
  const encoding = tally.end();
  if (encoding) return encoding;
  throw new UserError(
    'DATA_FILE',
    'its accents are neither UTF-8, UTF-16 nor Windows-1252 (CP850 or Mac Roman, perhaps): save it as UTF-8',
  );
};
