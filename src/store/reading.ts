/** Reading files in order, a chunk at a time, so that memory stays flat and the event loop is never held. */
import { LF } from '../bytes.ts';
import { TORN_BYTES } from '../limits.ts';
import type { DiskFile } from './disk.ts';
import { StorageError } from './errors.ts';

/** What is needed of a file to read it. */
export type ReadableFile = Pick<DiskFile, 'read'>;

/** Bytes of a read: hashing or scanning so many takes about a millisecond. */
export const CHUNK_BYTES = 1024 * 1024;

/** Bytes of a journal read at once: its lines are parsed, and their rows hashed, without a pause. */
const LINES_BYTES = 128 * 1024;

/** Fills `into` from `position`. @throws StorageError IO if the file ends before */
export async function readFully(file: ReadableFile, into: Uint8Array, position: number): Promise<void> {
  let filled = 0;
  while (filled < into.length) {
    const read = await file.read(into.subarray(filled), position + filled);
    if (read === 0) {
      throw new StorageError('IO', `reading at byte ${position + filled}: the file ends there`);
    }
    filled += read;
  }
}

/** A view of a file that moves forward only. */
export class SlidingWindow {
  readonly #file: ReadableFile;
  readonly #fileEnd: number;
  #buffer: Buffer;
  /** Offset in the file of the buffer's first byte. */
  #start = 0;
  #filled = 0;

  /** @param fileEnd where to stop reading, at most the file's size */
  constructor(file: ReadableFile, fileEnd: number) {
    this.#file = file;
    this.#fileEnd = fileEnd;
    this.#buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, fileEnd));
  }

  /** The bytes of `[start, end)`; valid until the next call. No range may begin before an earlier one. */
  async bytes(start: number, end: number): Promise<Buffer> {
    if (end > this.#start + this.#filled) await this.#move(start, end);
    return this.#buffer.subarray(start - this.#start, end - this.#start);
  }

  async #move(start: number, end: number): Promise<void> {
    const from = Math.min(start - this.#start, this.#filled);
    const kept = this.#buffer.subarray(from, this.#filled);
    if (end - start > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(end - start);
      kept.copy(larger);
      this.#buffer = larger;
    } else {
      kept.copy(this.#buffer);
    }
    this.#start = start;
    const wanted = Math.min(this.#buffer.length, this.#fileEnd - start);
    await readFully(this.#file, this.#buffer.subarray(kept.length, wanted), start + kept.length);
    this.#filled = wanted;
  }
}

/**
 * A line without its line feed; `number` counts from 1, `offset` is that of its first byte. One of more than TORN_BYTES is no
 * line of ours: it is cut a little after so many.
 */
export type Line = { bytes: Buffer; number: number; offset: number };

/** The bytes of a file up to before `end`, a chunk at a time, each valid until the next. */
export async function* readChunks(file: ReadableFile, end: number): AsyncGenerator<Buffer, void> {
  const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, end));
  for (let position = 0; position < end; position += buffer.length) {
    const bytes = buffer.subarray(0, Math.min(buffer.length, end - position));
    await readFully(file, bytes, position);
    yield bytes;
  }
}

/**
 * The lines of a file from byte `from`, where one begins, up to `end`, each valid until the next is asked for. What stands after the last line
 * feed is the generator's return value (`bytes` may be empty).
 */
export async function* readLines(file: ReadableFile, end: number, from = 0): AsyncGenerator<Line, Line> {
  const chunk = Buffer.allocUnsafe(Math.min(LINES_BYTES, end - from));
  let parts: Buffer[] = [];
  let length = 0;
  let number = 1;
  let lineOffset = from;
  for (let position = from; position < end; ) {
    const read = chunk.subarray(0, Math.min(chunk.length, end - position));
    await readFully(file, read, position);
    let start = 0;
    for (let feed = read.indexOf(LF); feed >= 0; feed = read.indexOf(LF, start)) {
      const piece = read.subarray(start, feed);
      yield { bytes: parts.length ? Buffer.concat([...parts, piece]) : piece, number, offset: lineOffset };
      parts = [];
      length = 0;
      start = feed + 1;
      lineOffset = position + start;
      number++;
    }
    if (start < read.length && length <= TORN_BYTES) {
      parts.push(Buffer.from(read.subarray(start)));
      length += read.length - start;
    }
    position += read.length;
  }
  return { bytes: Buffer.concat(parts), number, offset: lineOffset };
}
