/** An agency's file of bets: batches, ready to be sent, as they are wanted; from any bet onwards. */
import { open } from 'node:fs/promises';
import { fromCallback } from 'xstate';
import type { BetFileCommand, BetFileEvent } from '../../machines/events.ts';
import { FILE_CHUNK_BYTES } from '../limits.ts';
import { BatchEncoder, type BatchEncoderOptions } from '../protocol/batch-encoder.ts';

/** What is needed of an open file; node:fs/promises' FileHandle is one. */
export interface ReadableFile {
  read(buffer: Buffer, offset: number, length: number, position: number): Promise<{ bytesRead: number }>;
  close(): Promise<void>;
}

export type BetFileOptions = Omit<BatchEncoderOptions, 'skip'> & { open: () => Promise<ReadableFile> };

/** A file of the file system. */
export const fileAt = (path: string) => (): Promise<ReadableFile> => open(path, 'r');

type Emit = (event: BetFileEvent) => void;

/** One reading of the file, from a position to its end. A later one takes its place and silences it. */
class Reading {
  readonly #file: ReadableFile;
  readonly #encoder: BatchEncoder;
  readonly #emit: Emit;
  #offset = 0;
  #wanted = 0;
  #state: 'idle' | 'reading' | 'silenced' = 'idle';

  constructor(file: ReadableFile, encoder: BatchEncoder, emit: Emit) {
    this.#file = file;
    this.#encoder = encoder;
    this.#emit = emit;
  }

  /** Asks for one more answer: the position first, then batches. */
  async want(): Promise<void> {
    this.#wanted += 1;
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
    // An invalid row is told on the way to the answer, not instead of it.
    if (event.type !== 'row.invalid') this.#wanted -= 1;
    this.#emit(event);
  }

  #answer(): BetFileEvent | undefined {
    const result = this.#encoder.next();
    switch (result?.kind) {
      case 'positioned':
        return { type: 'file.positioned', count: result.count, crc: result.crc };
      case 'batch':
        return { type: 'batch.ready', line: result.line, count: result.count, next: result.position };
      case 'invalidRow':
        return { type: 'row.invalid', line: result.line, text: result.text };
      case 'end':
        return { type: 'file.exhausted', count: result.count, crc: result.crc };
    }
  }

  async #readOn(): Promise<BetFileEvent | undefined> {
    try {
      const chunk = Buffer.allocUnsafe(FILE_CHUNK_BYTES);
      const { bytesRead } = await this.#file.read(chunk, 0, chunk.length, this.#offset);
      this.#offset += bytesRead;
      if (bytesRead > 0) this.#encoder.push(chunk.subarray(0, bytesRead));
      else this.#encoder.end();
    } catch (error) {
      return { type: 'file.failed', reason: (error as Error).message };
    }
  }
}

export const betFile = ({ open, ...options }: BetFileOptions) =>
  fromCallback<BetFileCommand>(({ sendBack, receive }) => {
    const emit: Emit = (event) => sendBack(event);
    const opened = open().then(
      (file) => {
        emit({ type: 'file.opened' });
        return file;
      },
      (error: Error) => {
        emit({ type: 'file.failed', reason: error.message });
      },
    );
    let reading: Reading | undefined;
    receive(async (command) => {
      const file = await opened;
      if (!file) return;
      if (command.type === 'file.rewound') {
        reading?.silence();
        reading = new Reading(file, new BatchEncoder({ ...options, skip: command.to }), emit);
      }
      await reading?.want();
    });
    return () => {
      reading?.silence();
      void opened.then((file) => file?.close());
    };
  });
