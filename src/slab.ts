/**
 * Buffers of a few kB, cut from large ones. V8 marks its whole heap for every few MB of buffers and frees each by
 * itself, so a few large ones are cheaper; and one that was given back is in memory already, while the system makes each
 * page of a fresh one when it is first written to, which takes longer than all that is done with its bytes (see
 * docs/performance.md). Pieces that were cut one after another lie side by side, and are joined without a copy.
 */

/** Bytes of a slab: some forty batches. */
const SLAB_BYTES = 256 * 1024;

/** Slabs that wait to be used again; what is given back beyond them is left to the garbage collector. */
const MOST_SPARE = 8;

type Slab = {
  readonly bytes: Buffer;
  /** Bytes from its beginning that are pieces, or were. */
  used: number;
  /** Bytes of pieces that have not been given back. */
  lent: number;
};

const slabs = new WeakMap<ArrayBufferLike, Slab>();
const spare: Slab[] = [];
let current: Slab = { bytes: Buffer.alloc(0), used: 0, lent: 0 };

const newSlab = (length: number): Slab => {
  const slab = { bytes: Buffer.allocUnsafeSlow(Math.max(SLAB_BYTES, length)), used: 0, lent: 0 };
  slabs.set(slab.bytes.buffer, slab);
  return slab;
};

const slabFor = (length: number): Slab => (length <= SLAB_BYTES && spare.pop()) || newSlab(length);

/** A copy of the first `length` bytes. Whoever does not give it back only keeps its slab from being used again. */
export const keep = (bytes: Buffer, length: number): Buffer => {
  if (current.used + length > current.bytes.length) current = slabFor(length);
  const slab = current;
  const kept = slab.bytes.subarray(slab.used, slab.used + length);
  bytes.copy(kept, 0, 0, length);
  slab.used += length;
  slab.lent += length;
  return kept;
};

/**
 * Nobody reads this piece, or these that were joined, any more: other bytes will stand there. Once for each; what is not of a
 * slab is let be.
 */
export const giveBack = (piece: Buffer): void => {
  const slab = slabs.get(piece.buffer);
  if (!slab || piece.length === 0) return;
  if (piece.length > slab.lent) throw new Error('a piece was given back twice');
  slab.lent -= piece.length;
  if (slab.lent > 0) return;
  slab.used = 0;
  const isSpare = slab !== current && slab.bytes.length === SLAB_BYTES;
  if (isSpare && spare.length < MOST_SPARE) spare.push(slab);
};

const NOTHING = Buffer.alloc(0);

/** Else each join over a slab's end would keep two slabs from being used again, the one after it with them, and so on. */
const copyOf = (pieces: readonly Buffer[]): Buffer => {
  const copy = Buffer.concat(pieces);
  pieces.forEach(giveBack);
  return copy;
};

/** The bytes of all in their order: shared if they lie side by side, else a copy, and the pieces are given back. */
export const joinPieces = (pieces: readonly Buffer[]): Buffer => {
  const [first = NOTHING] = pieces;
  const { buffer, byteOffset: start } = first;
  let end = start;
  for (const piece of pieces) {
    if (piece.buffer !== buffer || piece.byteOffset !== end) return copyOf(pieces);
    end += piece.length;
  }
  return Buffer.from(buffer, start, end - start);
};
