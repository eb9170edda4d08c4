/** An agency's file of bets: batches, ready to be sent, as they are wanted; from any bet onwards. */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { fromCallback } from 'xstate';
import type { BetFileCommand, BetFileEvent } from '../../machines/events.ts';
import { agencyFileName } from '../data/file-name.ts';
import { systemExitCode } from '../errors.ts';
import { FILE_CHUNK_BYTES } from '../limits.ts';
import { BatchEncoder, type BatchEncoderOptions, type BatchStep } from '../protocol/batch-encoder.ts';
import { joinPieces } from '../protocol/slab.ts';

/** What is needed of an open file; node:fs/promises' FileHandle is one. */
export interface ReadableFile {
  read(buffer: Buffer, offset: number, length: number, position: number): Promise<{ bytesRead: number }>;
  close(): Promise<void>;
}

export type BetFileOptions = Omit<BatchEncoderOptions, 'agency' | 'skip'> & {
  open: (agency: number) => Promise<ReadableFile>;
};

/** The agencies' files in a folder. */
export const filesIn =
  (folder: string) =>
  (agency: number): Promise<ReadableFile> =>
    open(join(folder, agencyFileName(agency)), 'r');

type Emit = (event: BetFileEvent) => void;

/** One reading of the file, from a position to its end. A later one takes its place and silences it. */
class Reading {
  readonly #file: ReadableFile;
  readonly #encoder: BatchEncoder;
  readonly #emit: Emit;
  /** The file is read into this, and copied from it: a fresh one for each read would be garbage at once. */
  readonly #chunk = Buffer.allocUnsafeSlow(FILE_CHUNK_BYTES);
  #offset = 0;
  /** Batches that an answer may have; 0: no answer is wanted. */
  #wanted = 0;
  /** What came after the batches of the last answer. */
  #next: BatchStep | undefined;
  #state: 'idle' | 'reading' | 'silenced' = 'idle';

  constructor(file: ReadableFile, encoder: BatchEncoder, emit: Emit) {
    this.#file = file;
    this.#encoder = encoder;
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
    // An invalid row is told on the way to the answer, not instead of it.
    if (event.type !== 'row.invalid') this.#wanted = 0;
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
      return { type: 'batches.ready', lines: joinPieces(lines), ends };
    }
    this.#next = undefined;
    switch (result?.kind) {
      case 'positioned':
        return { type: 'file.positioned', count: result.count, crc: result.crc };
      case 'invalidRow':
        return { type: 'row.invalid', line: result.line, text: result.text };
      case 'end':
        return { type: 'file.exhausted', count: result.count, crc: result.crc };
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

export const betFile = ({ open, ...options }: BetFileOptions) =>
  fromCallback<BetFileCommand, { agency: number }>(({ input: { agency }, sendBack, receive }) => {
    const emit: Emit = (event) => sendBack(event);
    const opened = open(agency).then(
      (file) => {
        emit({ type: 'file.opened' });
        return file;
      },
      (error: Error) => {
        emit({ type: 'file.failed', reason: error.message, exitCode: systemExitCode(error) });
      },
    );
    let reading: Reading | undefined;
    receive(async (command) => {
      const file = await opened;
      if (!file) return;
      if (command.type === 'file.rewound') {
        reading?.silence();
        reading = new Reading(file, new BatchEncoder({ ...options, agency, skip: command.to }), emit);
      }
      await reading?.want(command.type === 'batches.wanted' ? command.most : 1);
    });
    return () => {
      reading?.silence();
      void opened.then((file) => file?.close());
    };
  });
