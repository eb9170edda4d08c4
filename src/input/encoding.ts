/** Which characters a file's bytes are. */
import { isAscii, isUtf8 } from 'node:buffer';
import { CR, LF } from '../bytes.ts';
import type { Encoding } from './form.ts';

const isLetter = (byte = 0): boolean => (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a;

/** UTF-16 without a BOM: of its rows nearly every character is ASCII, so every other byte is 0. */
export const utf16Of = (head: Buffer): Encoding | undefined => {
  const zeros = [0, 0] as [even: number, odd: number];
  for (let at = 0; at < head.length; at++) if (head[at] === 0) zeros[at & 1]!++;
  const pairs = head.length / 2;
  const [even, odd] = zeros;
  if (odd > 0.8 * pairs && even < 0.05 * pairs) return 'utf-16le';
  return even > 0.8 * pairs && odd < 0.05 * pairs ? 'utf-16be' : undefined;
};

/** Takes a whole file of one byte a character or more, and tells UTF-8 from Windows-1252. */
export class ByteTally {
  /** What may be the beginning of a character that goes on in the next chunk. */
  #rest: Buffer = Buffer.alloc(0);
  /** Lines with accents that are UTF-8, and that are not. */
  #utf8 = 0;
  #other = 0;
  /** Of the latter: bytes that are letters in Windows-1252, and that are signs or nothing though letters stand beside them. */
  #letters = 0;
  #signs = 0;

  push(chunk: Buffer): void {
    const bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
    // Any ASCII byte is a safe place to cut.
    let cut = bytes.length;
    while (cut > 0 && bytes[cut - 1]! >= 0x80) cut--;
    if (cut === 0) cut = bytes.length;
    this.#rest = Buffer.from(bytes.subarray(cut));
    this.#add(bytes.subarray(0, cut));
  }

  /** There is no more: what goes on nowhere is no character. */
  end(): void {
    this.#add(this.#rest);
  }

  /** `utf-8` also for a mixture of both: its bad rows are told one by one; undefined if it is neither. */
  get encoding(): Encoding | undefined {
    if (this.#other === 0 || this.#utf8 > 0) return 'utf-8';
    return this.#letters >= this.#signs ? 'windows-1252' : undefined;
  }

  #add(bytes: Buffer): void {
    if (isAscii(bytes)) return;
    if (isUtf8(bytes)) {
      this.#utf8++;
      return;
    }
    for (let from = 0; from < bytes.length; ) {
      let to = from;
      while (to < bytes.length && bytes[to] !== LF && bytes[to] !== CR) to++;
      this.#addLine(bytes.subarray(from, to));
      from = to + 1;
    }
  }

  #addLine(line: Buffer): void {
    if (isAscii(line)) return;
    if (isUtf8(line)) {
      this.#utf8++;
      return;
    }
    this.#other++;
    for (let at = 0; at < line.length; at++) {
      if (line[at]! >= 0xc0) this.#letters++;
      else if (line[at]! >= 0x80 && (isLetter(line[at - 1]) || isLetter(line[at + 1]))) this.#signs++;
    }
  }
}
