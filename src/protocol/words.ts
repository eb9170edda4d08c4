/** Four bytes at a time: a loop over bytes is slower (see docs/performance.md), and a native call is dear for so few. */

/** A buffer, and a view of the same bytes. */
export type Viewed = { bytes: Buffer; words: DataView };

export const viewed = (bytes: Buffer): Viewed => ({
  bytes,
  words: new DataView(bytes.buffer, bytes.byteOffset, bytes.length),
});

/** Copies `from[start, end)` to `to[at, …)`, and up to 3 bytes more, which both sides must have. */
export const copyWords = (from: DataView, start: number, end: number, to: DataView, at: number): void => {
  const shift = at - start;
  for (let i = start; i < end; i += 4) to.setInt32(i + shift, from.getInt32(i));
};
