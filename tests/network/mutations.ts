/** Frames that no agency should send: random bytes, and real ones with something changed. */
import type { Random } from '../crash/random.ts';
import { batchLine, doneLine, makeBets, wireBet, wireBets } from '../support/bets.ts';

/** Bets of an agency that has finished: whatever becomes of them, none can be stored. */
const ROWS = makeBets(7, 12, 1);

const REAL = [
  'HELLO:7\n',
  batchLine(0, ROWS),
  batchLine(0, ROWS.slice(0, 1)),
  `BET:V1StGXR8_Z5jdHi6B-myT:${wireBet(ROWS[3]!)}\n`,
  doneLine(7, ROWS),
  'DONE:7:0:0\n',
  `${wireBets(ROWS)}\n`,
  'DONE:7',
  '[CLIENT 7] Message N°1\n',
  'ERROR:MALFORMED:Cannot read\n',
].map((line) => Buffer.from(line));

const INTERESTING = [
  '\n',
  ';',
  ',',
  ':',
  '%',
  '"',
  '\0',
  '\r',
  'ñ',
  '%0A',
  '-1',
  '9007199254740992',
  '💣',
  'DONE:',
].map((text) => Buffer.from(text));

const randomBytes = (random: Random, length: number): Buffer =>
  Buffer.from(Array.from({ length }, () => random.between(0, 255)));

const splice = (bytes: Buffer, at: number, removed: number, inserted: Buffer): Buffer =>
  Buffer.concat([bytes.subarray(0, at), inserted, bytes.subarray(at + removed)]);

const MUTATIONS: readonly ((bytes: Buffer, random: Random) => Buffer)[] = [
  // A bit is flipped.
  (bytes, random) => {
    const copy = Buffer.from(bytes);
    const at = random.between(0, bytes.length - 1);
    copy[at]! ^= 1 << random.between(0, 7);
    return copy;
  },
  // A piece is lost.
  (bytes, random) =>
    splice(bytes, random.between(0, bytes.length - 1), random.between(1, 40), Buffer.alloc(0)),
  // Something that means something comes in between.
  (bytes, random) => splice(bytes, random.between(0, bytes.length), 0, random.pick(INTERESTING)),
  (bytes, random) =>
    splice(bytes, random.between(0, bytes.length), 0, randomBytes(random, random.between(1, 8))),
  // A piece comes twice.
  (bytes, random) => {
    const at = random.between(0, bytes.length - 1);
    return splice(bytes, at, 0, bytes.subarray(at, at + random.between(1, 200)));
  },
  // Two messages are crossed.
  (bytes, random) => {
    const other = random.pick(REAL);
    return Buffer.concat([
      bytes.subarray(0, random.between(0, bytes.length)),
      other.subarray(random.between(0, other.length - 1)),
    ]);
  },
  // It goes on and on.
  (bytes, random) => Buffer.concat(Array.from({ length: random.between(2, 4) }, () => bytes)),
];

/** Beyond the longest line; more would only be more of the same. */
const FRAME_BYTES = 9_000;

/** One frame; what was changed may have made several lines of it, or none. */
export const frame = (random: Random): Buffer => {
  if (random.next() < 0.15) {
    return Buffer.concat([randomBytes(random, random.between(1, 300)), Buffer.from('\n')]);
  }
  let bytes: Buffer = random.pick(REAL);
  for (let n = random.between(0, 3); n > 0 && bytes.length > 0; n--)
    bytes = random.pick(MUTATIONS)(bytes, random);
  return bytes.subarray(0, FRAME_BYTES);
};

/** The first words of a connection: most frames are only reached behind a good beginning. */
export const opening = (random: Random): Buffer => {
  const chosen = random.next();
  if (chosen < 0.5) return Buffer.from(`HELLO:${random.between(1, 99)}\n`);
  if (chosen < 0.6) return Buffer.from('7,\n');
  return Buffer.alloc(0);
};
