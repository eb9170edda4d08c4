/** Cuts bytes that come in pieces into lines. Of a line that is too long nothing is kept but that there was one. */
import { StringDecoder } from 'node:string_decoder';

export class LineSplitter {
  readonly #most: number;
  readonly #decoder = new StringDecoder('utf8');
  #rest = '';
  #isTooLong = false;

  /** @param most characters of a line */
  constructor(most: number) {
    this.#most = most;
  }

  /** @returns the lines that end in this piece; undefined for one that is too long */
  push(bytes: Buffer): (string | undefined)[] {
    const pieces = this.#decoder.write(bytes).split('\n');
    const rest = pieces.pop()!;
    const lines = pieces.map((piece) => this.#end(piece));
    this.#hold(rest);
    return lines;
  }

  /** @returns the last line, which has no end */
  end(): (string | undefined)[] {
    this.#hold(this.#decoder.end());
    return this.#rest === '' && !this.#isTooLong ? [] : [this.#end('')];
  }

  #hold(piece: string): void {
    if (this.#rest.length + piece.length > this.#most) {
      this.#isTooLong = true;
      this.#rest = '';
    }
    if (!this.#isTooLong) this.#rest += piece;
  }

  #end(piece: string): string | undefined {
    this.#hold(piece);
    const line = this.#isTooLong ? undefined : this.#rest;
    this.#isTooLong = false;
    this.#rest = '';
    return line;
  }
}
