/** What an agency's file is, from its beginning and, for its characters, all of it. */
import { UserError } from '../errors.ts';
import { FILE_CHUNK_BYTES, HEAD_BYTES } from '../limits.ts';
import type { BetRules } from '../lottery/rules.ts';
import { recogniseColumns } from './columns.ts';
import { ByteTally, utf16Of } from './encoding.ts';
import { foreignKind, foreignText, isBinary } from './foreign.ts';
import type { Encoding, FileForm } from './form.ts';
import { beginningOf, encodingOfBom, lineEndOf, type Readable } from './glance.ts';
import { Transcoder } from './transcoder.ts';

/**
 * The form of any file.
 *
 * @param upToBytes as far as its characters are looked at, which is its end unless told
 * @throws {UserError} `DATA_FILE` if it is none that can be read
 */
export const recognise = async (
  file: Readable,
  rules: BetRules,
  upToBytes = Number.POSITIVE_INFINITY,
): Promise<FileForm> => {
  const head = await beginningOf(file, HEAD_BYTES);
  refuse(foreignKind(head));
  const ofBom = encodingOfBom(head);
  const encoding = ofBom ?? utf16Of(head) ?? (await encodingOf(file, head, upToBytes));
  const text = new Transcoder({ encoding, lineEnd: 'LF' }).push(head);
  if (text !== head) refuse(foreignText(text));
  const lineEnd = lineEndOf(text);
  const lines = lineEnd === 'CR' ? new Transcoder({ encoding: 'utf-8', lineEnd }).push(text) : text;
  const columns = recogniseColumns(lines, head.length < HEAD_BYTES, lineEnd, { encoding, rules });
  return { encoding, hasBom: ofBom !== undefined, ...columns };
};

const refuse = (foreign: string | undefined): void => {
  if (foreign) throw new UserError('DATA_FILE', `it is ${foreign}, expected a CSV file`);
};

const encodingOf = async (file: Readable, head: Buffer, upToBytes: number): Promise<Encoding> => {
  if (isBinary(head))
    throw new UserError('DATA_FILE', 'it is no text: it has NUL bytes, expected a CSV file');
  const tally = new ByteTally();
  const chunk = Buffer.allocUnsafeSlow(FILE_CHUNK_BYTES);
  for (let position = 0; position < upToBytes; ) {
    const { bytesRead } = await file.read(chunk, 0, FILE_CHUNK_BYTES, position);
    if (bytesRead === 0) {
      tally.end();
      break;
    }
    tally.push(chunk.subarray(0, bytesRead));
    position += bytesRead;
  }
  const { encoding } = tally;
  if (encoding) return encoding;
  throw new UserError(
    'DATA_FILE',
    'its accents are neither UTF-8, UTF-16 nor Windows-1252 (CP850 or Mac Roman, perhaps): save it as UTF-8',
  );
};
