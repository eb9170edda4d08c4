/** Files that hold the same bytes: a file that was copied in place of another agency's is seen by nothing else. */
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { FILE_CHUNK_BYTES } from '../limits.ts';
import { escapeLine } from '../printable.ts';
import { openInputFile } from './input-file.ts';

export const copyText = (original: string): string =>
  `  it has the same bytes as ${escapeLine(original)}: was that one copied?`;

/** Takes files one after the other, and says which of the earlier ones each is a copy of. */
export class Copies {
  readonly #bySize = new Map<number, string[]>();
  readonly #hashes = new Map<string, Promise<string>>();

  /** @throws the system's error */
  async earlier(path: string): Promise<string | undefined> {
    const { size } = await stat(path);
    const same = this.#bySize.get(size) ?? [];
    this.#bySize.set(size, [...same, path]);
    if (size === 0 || same.includes(path)) return undefined;
    for (const other of same) if ((await this.#hash(other)) === (await this.#hash(path))) return other;
    return undefined;
  }

  #hash(path: string): Promise<string> {
    const known = this.#hashes.get(path) ?? hashOf(path);
    this.#hashes.set(path, known);
    return known;
  }
}

const hashOf = async (path: string): Promise<string> => {
  const file = await openInputFile(path);
  const hash = createHash('sha256');
  const chunk = Buffer.allocUnsafeSlow(FILE_CHUNK_BYTES);
  try {
    for (let position = 0; ; ) {
      const { bytesRead } = await file.read(chunk, 0, chunk.length, position);
      if (bytesRead === 0) return hash.digest('hex');
      hash.update(chunk.subarray(0, bytesRead));
      position += bytesRead;
    }
  } finally {
    await file.close();
  }
};
