/**
 * Buffers of a few kB, cut from large ones. V8 marks its whole heap for every few MB of buffers and frees each by
 * itself, so a few large ones are cheaper. Pieces that were cut one after another lie side by side, and are joined
 * without a copy. A slab stays in memory as long as any of its pieces, which live for a few milliseconds.
 */

/** Bytes of a slab: some forty batches. */
const SLAB_BYTES = 256 * 1024;

let slab = Buffer.alloc(0);
let used = 0;

/** A copy of the first `length` bytes. */
export const keep = (bytes: Buffer, length: number): Buffer => {
  if (used + length > slab.length) {
    slab = Buffer.allocUnsafeSlow(Math.max(SLAB_BYTES, length));
    used = 0;
  }
  const kept = slab.subarray(used, used + length);
  bytes.copy(kept, 0, 0, length);
  used += length;
  return kept;
};

const NOTHING = Buffer.alloc(0);

/** The bytes of all in their order. If they lie side by side, they are shared, not copied. */
export const joinPieces = (pieces: readonly Buffer[]): Buffer => {
  const [first = NOTHING] = pieces;
  const { buffer, byteOffset: start } = first;
  let end = start;
  for (const piece of pieces) {
    if (piece.buffer !== buffer || piece.byteOffset !== end) return Buffer.concat(pieces);
    end += piece.length;
  }
  return Buffer.from(buffer, start, end - start);
};
