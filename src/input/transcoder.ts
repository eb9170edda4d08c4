/** A file's bytes as UTF-8 with line feeds, chunk by chunk. */
import { CR, LF } from '../bytes.ts';
import type { FileForm } from './form.ts';

export class Transcoder {
  readonly #decoder: TextDecoder | undefined;
  readonly #hasCarriageReturns: boolean;

  constructor({ encoding, lineEnd }: Pick<FileForm, 'encoding' | 'lineEnd'>) {
    // What cannot be decoded becomes U+FFFD, which no row may hold.
    this.#decoder = encoding === 'utf-8' ? undefined : new TextDecoder(encoding);
    this.#hasCarriageReturns = lineEnd === 'CR';
  }

  /** The chunk itself if there is nothing to do. */
  push(chunk: Buffer): Buffer {
    if (!this.#decoder) return this.#hasCarriageReturns ? withLineFeeds(Buffer.from(chunk)) : chunk;
    return this.#encoded(this.#decoder.decode(chunk, { stream: true }));
  }

  /** What a character that was cut off at the end of the file becomes. */
  end(): Buffer {
    return this.#encoded(this.#decoder?.decode() ?? '');
  }

  #encoded(text: string): Buffer {
    const bytes = Buffer.from(text);
    return this.#hasCarriageReturns ? withLineFeeds(bytes) : bytes;
  }
}

const withLineFeeds = (bytes: Buffer): Buffer => {
  for (let at = bytes.indexOf(CR); at !== -1; at = bytes.indexOf(CR, at + 1)) bytes[at] = LF;
  return bytes;
};
