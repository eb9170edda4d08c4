/** Feeds what takes bytes and gives messages, in pieces of any size. */

interface Feedable<T> {
  push(chunk: Buffer): void;
  next(): T | undefined;
  end(): void;
}

/** Everything that waits to be taken. */
export const drain = <T>(target: Feedable<T>): T[] => {
  const taken: T[] = [];
  for (let item = target.next(); item !== undefined; item = target.next()) taken.push(item);
  return taken;
};

/** All that comes of `bytes` cut before each of the `cuts`, which are in order; every chunk is wiped afterwards. */
export const feed = <T>(target: Feedable<T>, bytes: Buffer, cuts: readonly number[] = []): T[] => {
  const taken: T[] = [];
  let from = 0;
  for (const to of [...cuts, bytes.length]) {
    const chunk = Buffer.from(bytes.subarray(from, to));
    target.push(chunk);
    taken.push(...drain(target));
    chunk.fill(0);
    from = to;
  }
  target.end();
  return [...taken, ...drain(target)];
};

const everyByte = (bytes: Buffer): number[] => Array.from(bytes, (_, at) => at);

/** Whole, byte by byte, and cut in two at every place. */
export const everyCut = (bytes: Buffer): (readonly number[])[] => [
  [],
  everyByte(bytes),
  ...everyByte(bytes).map((at) => [at]),
];

/** Buffers as text, so that a difference can be read. */
export const readable = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_, item) =>
      item?.type === 'Buffer' ? Buffer.from(item.data).toString('latin1') : item,
    ),
  );
