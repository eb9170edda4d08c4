/** A first look at an agency's file: nearly every one is plain, and needs no more. */

import { BOM, CR, LF } from '../bytes.ts';
import { GLANCE_BYTES, LINE_BYTES } from '../limits.ts';
import type { BetRules } from '../lottery/rules.ts';
import { BatchEncoder } from '../protocol/batch-encoder.ts';
import { isBinary } from './foreign.ts';
import { CANONICAL, type Encoding, type FileForm } from './form.ts';

/** What is needed of a file to know it. */
export type Readable = {
  read(buffer: Buffer, offset: number, length: number, position: number): Promise<{ bytesRead: number }>;
};

/** The file's beginning; shorter than `most` if that is all of it. */
export const beginningOf = async (file: Readable, most: number): Promise<Buffer> => {
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
  // A hole may be longer than anybody waits.
  if (isBinary(head)) return undefined;
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
  maxBytes: LINE_BYTES,
  skip: Number.POSITIVE_INFINITY,
} as const;

const BOMS: readonly [Encoding, Buffer][] = [
  ['utf-8', BOM],
  ['utf-16le', Buffer.of(0xff, 0xfe)],
  ['utf-16be', Buffer.of(0xfe, 0xff)],
];

/** What the file says of itself. */
export const encodingOfBom = (head: Buffer): Encoding | undefined =>
  BOMS.find(([, bom]) => head.subarray(0, bom.length).equals(bom))?.[0];

/** How most lines end. */
export const lineEndOf = (text: Buffer): FileForm['lineEnd'] => {
  if (!text.includes(LF)) return text.includes(CR) ? 'CR' : 'LF';
  let both = 0;
  let feeds = 0;
  for (let at = text.indexOf(LF); at !== -1; at = text.indexOf(LF, at + 1)) {
    feeds++;
    if (text[at - 1] === CR) both++;
  }
  return 2 * both >= feeds ? 'CRLF' : 'LF';
};
