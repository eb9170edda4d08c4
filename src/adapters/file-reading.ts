/** One reading of an agency's file, from a position to its end. A later one takes its place and silences it. */
import type { BetFileEvent } from '../../machines/events.ts';
import { systemExitCode } from '../errors.ts';
import { FILE_CHUNK_BYTES } from '../limits.ts';
import type { BatchEncoder, BatchStep } from '../protocol/batch-encoder.ts';
import { joinPieces } from '../protocol/slab.ts';
import type { InputFile } from './input-file.ts';
import type { InvalidRows } from './invalid-rows.ts';

export type Emit = (event: BetFileEvent) => void;

export class FileReading {
  readonly #file: InputFile;
  readonly #encoder: BatchEncoder;
  readonly #invalidRows: InvalidRows;
  readonly #emit: Emit;
  /** The file is read into this, and copied from it: a fresh one for each read would be garbage at once. */
  readonly #chunk = Buffer.allocUnsafeSlow(FILE_CHUNK_BYTES);
  #offset = 0;
  /** Rows that were left out so far. */
  #invalid = 0;
  /** Batches that an answer may have; 0: no answer is wanted. */
  #wanted = 0;
  /** What came after the batches of the last answer. */
  #next: BatchStep | undefined;
  #state: 'idle' | 'reading' | 'silenced' = 'idle';

  constructor(file: InputFile, encoder: BatchEncoder, invalidRows: InvalidRows, emit: Emit) {
    this.#file = file;
    this.#encoder = encoder;
    this.#invalidRows = invalidRows;
    this.#emit = emit;
  }

  /** Asks for an answer: the position first, then batches. */
  async want(most: number): Promise<void> {
    this.#wanted = most;
    if (this.#state !== 'idle') return;
    this.#state = 'reading';
    while (this.#wanted > 0 && this.#isWanted()) {
      const event = this.#answer() ?? (await this.#readOn());
      if (event && this.#isWanted()) this.#pass(event);
    }
    if (this.#isWanted()) this.#state = 'idle';
  }

  silence(): void {
    this.#state = 'silenced';
  }

  #isWanted(): boolean {
    return this.#state !== 'silenced';
  }

  #pass(event: BetFileEvent): void {
    if (event.type === 'row.invalid') {
      // Told on the way to the answer, not instead of it.
      this.#invalid++;
      if (!this.#invalidRows.isWorthTelling(event.line)) return;
    } else {
      this.#wanted = 0;
    }
    this.#emit(event);
  }

  #answer(): BetFileEvent | undefined {
    const lines: Buffer[] = [];
    const ends: number[] = [];
    let result = this.#next ?? this.#encoder.next();
    while (result?.kind === 'batch' && ends.length < this.#wanted) {
      lines.push(result.line);
      ends.push(result.position);
      result = this.#encoder.next();
    }
    if (lines.length > 0) {
      this.#next = result;
      return { type: 'batches.ready', lines: joinPieces(lines), ends, invalid: this.#invalid };
    }
    this.#next = undefined;
    switch (result?.kind) {
      case 'positioned':
        return { type: 'file.positioned', count: result.count, crc: result.crc };
      case 'invalidRow':
        return { type: 'row.invalid', line: result.line, text: result.text };
      case 'end':
        return {
          type: 'file.exhausted',
          count: result.count,
          crc: result.crc,
          invalid: this.#invalid,
        };
    }
  }

  async #readOn(): Promise<BetFileEvent | undefined> {
    try {
      const { bytesRead } = await this.#file.read(this.#chunk, 0, FILE_CHUNK_BYTES, this.#offset);
      this.#offset += bytesRead;
      if (bytesRead > 0) this.#encoder.push(this.#chunk.subarray(0, bytesRead));
      else this.#encoder.end();
    } catch (error) {
      return { type: 'file.failed', reason: (error as Error).message, exitCode: systemExitCode(error) };
    }
  }
}
