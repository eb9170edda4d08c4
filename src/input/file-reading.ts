/** One reading of an agency's file, from a position to its end. A later one takes its place and silences it. */
import type { BetFileEvent } from '../../machines/vocabulary/bet-file.ts';
import { systemExitCode } from '../errors.ts';
import { BatchEncoder, type BatchStep } from '../protocol/batch-encoder.ts';
import type { InvalidRow } from '../protocol/invalid-row.ts';
import { othersTurn } from '../runtime/time.ts';
import { joinPieces } from '../slab.ts';
import { isSameForm } from './form.ts';
import { cannotRead } from './input-file.ts';
import type { Emit, KnownFile } from './known-file.ts';

type Position = { count: number; crc: number };

type Total = Position & { sha?: string };

export class FileReading {
  readonly #known: KnownFile;
  readonly #emit: Emit;
  readonly #skip: number;
  #encoder: BatchEncoder;
  /** Each read fills this buffer, and the bytes are copied from it: a fresh one for each read would be garbage at once.
   */
  readonly #chunk: Buffer;
  #offset = 0;
  /** Rows that were left out so far. */
  #invalid = 0;
  /** Bets that were told; undefined before the position was. */
  #told: Position | undefined;
  /** The position that a reading which began anew has to reach. */
  #resume: Position | undefined;
  /** Batches that an answer may have; 0: no answer is wanted. */
  #wanted = 0;
  /** What came after the batches of the last answer. */
  #next: BatchStep | undefined;
  #state: 'idle' | 'reading' | 'silenced' = 'idle';

  constructor(known: KnownFile, skip: number, chunkBytes: number, emit: Emit) {
    this.#chunk = Buffer.allocUnsafeSlow(chunkBytes);
    this.#known = known;
    this.#skip = skip;
    this.#emit = emit;
    this.#encoder = this.#encoderFrom(skip);
  }

  /** Asks for an answer: the position first, then batches. */
  async want(most: number): Promise<void> {
    this.#wanted = most;
    if (this.#state !== 'idle') return;
    this.#state = 'reading';
    try {
      while (this.#wanted > 0 && this.#isWanted()) {
        const event = await this.#step();
        if (event && this.#isWanted()) {
          this.#wanted = 0;
          this.#emit(event);
        }
      }
    } catch (error) {
      const reason = cannotRead(this.#known.path, error);
      if (this.#isWanted()) this.#emit({ type: 'file.failed', reason, exitCode: systemExitCode(error) });
    }
    if (this.#isWanted()) this.#state = 'idle';
  }

  /** Reads again what was told, if the file was touched; what became of it, as a clause. */
  async change(): Promise<string | undefined> {
    const told = this.#told;
    if (!told || !(await this.#known.file.wasTouched())) return undefined;
    const { form, options, file } = this.#known;
    const { survey } = await import('./survey.ts');
    const again = await survey(file, { ...options, form, upTo: told.count });
    return again.crc === told.crc && again.tally.bets === told.count ? undefined : this.#otherRows();
  }

  silence(): void {
    this.#state = 'silenced';
  }

  #isWanted(): boolean {
    return this.#state !== 'silenced';
  }

  #encoderFrom(skip: number): BatchEncoder {
    const { options, surveyed } = this.#known;
    // Without it the first odd row is left to the survey, which judges it by what all of the file is.
    const form = surveyed && this.#known.form;
    return new BatchEncoder({ ...options, form, skip, digest: options.newDigest?.() });
  }

  /** An answer, or a step towards it. */
  async #step(): Promise<BetFileEvent | undefined> {
    const step = this.#next ?? this.#encoder.next();
    this.#next = undefined;
    switch (step?.kind) {
      case 'batch':
        return this.#batchesFrom(step);
      case 'positioned':
        return this.#positioned({ count: step.count, crc: step.crc });
      case 'invalidRow':
        await this.#leaveOut(step);
        return undefined;
      case 'pause':
        await othersTurn();
        return undefined;
      case 'end':
        return this.#end(step);
      case undefined:
        await this.#readOn();
        return undefined;
    }
  }

  #batchesFrom(first: BatchStep & { kind: 'batch' }): BetFileEvent {
    const lines: Buffer[] = [];
    const ends: number[] = [];
    let step: BatchStep | undefined = first;
    while (step?.kind === 'batch' && ends.length < this.#wanted) {
      lines.push(step.line);
      ends.push(step.position);
      this.#told = { count: step.position, crc: step.crc };
      step = this.#encoder.next();
    }
    this.#next = step;
    return { type: 'batches.ready', lines: joinPieces(lines), ends, invalid: this.#invalid };
  }

  #positioned(position: Position): BetFileEvent | undefined {
    const wanted = this.#resume;
    this.#resume = undefined;
    if (!wanted) {
      this.#told = position;
      return { type: 'file.positioned', ...position };
    }
    const isSame = position.count === wanted.count && position.crc === wanted.crc;
    return isSame ? undefined : { type: 'file.changed', reason: this.#otherRows() };
  }

  /** The first row that is no bet: perhaps the file has another form than at its beginning, or is hopeless. */
  async #leaveOut({ line, text, rows }: InvalidRow): Promise<void> {
    if (!this.#known.surveyed) {
      const { form } = this.#known;
      await this.#known.survey();
      if (!isSameForm(form, this.#known.form)) return this.#beginAnew();
    }
    this.#invalid += rows;
    if (this.#isWanted()) this.#known.tellInvalid(line, text);
  }

  #beginAnew(): void {
    this.#resume = this.#told;
    this.#encoder = this.#encoderFrom(this.#told?.count ?? this.#skip);
    this.#offset = 0;
    this.#invalid = 0;
  }

  async #end({ count, crc, sha }: Total): Promise<BetFileEvent> {
    const surveyed = await this.#known.surveyed;
    if (surveyed && surveyed.crc !== crc) return { type: 'file.changed', reason: this.#otherRows() };
    const total = { count, crc, ...(sha !== undefined && { sha }) };
    return { type: 'file.exhausted', ...total, invalid: this.#invalid };
  }

  #otherRows(): string {
    return `${JSON.stringify(this.#known.path)} no longer has the rows that it had`;
  }

  async #readOn(): Promise<void> {
    const { bytesRead } = await this.#known.file.read(this.#chunk, 0, this.#chunk.length, this.#offset);
    this.#offset += bytesRead;
    if (bytesRead > 0) this.#encoder.push(this.#chunk.subarray(0, bytesRead));
    else this.#encoder.end();
  }
}
