/**
 * Recognising the original's clients when they start again.
 *
 * They send neither offsets nor ids: a client that was restarted sends its file again from the first row, and
 * only the bets themselves tell. So the position (count and running CRC-32) after each of its batches is
 * kept, a checkpoint, and a new session's batches are compared with them:
 *
 * - The first batch leads from nothing to the first checkpoint (same count, same CRC): the client has started
 *   again. Its batches are repeats, answered and not stored again, as long as each leads to the next
 *   checkpoint. After the last one it goes on where it had stopped: what follows is stored.
 * - The first batch leads from where an earlier session's repeat was broken off to the next checkpoint: that
 *   repeat goes on. (A client of exercise 6 opens a connection for each batch.)
 * - Any other first batch continues the upload: this and all that follow are stored.
 * - A repeat that leaves the checkpoints before the last one is of another file or another batch size. What
 *   of it is stored cannot be told, so it is refused.
 *
 * Limits, for lack of anything to tell them apart: a client restarted with another batch size looks like a
 * continuation, and a new upload that begins as the stored one did looks like its repeat. An upload of which
 * a part came with offsets has no checkpoints. Where a repeat was broken off is not on disk.
 */
import { crc32 } from 'node:zlib';
import type { UploadPosition } from '../../machines/events.ts';

export type Tp0Verdict = 'fresh' | 'repeated' | 'diverged';

const NOTHING: UploadPosition = { stored: 0, crc: 0 };

export class Tp0Restart {
  readonly #checkpoints: UploadPosition[] = [];
  #usable = true;
  #session: 'starting' | 'repeating' | 'appending' = 'appending';
  /** Checkpoint that the repeat under way, or broken off, must lead to next. */
  #next = 0;

  /** Whether all of the upload came in this dialect. */
  get usable(): boolean {
    return this.#usable;
  }

  /** A new session of the agency: its first batch decides what it is. */
  begin(): void {
    this.#session = 'starting';
  }

  /** Part of the upload came with offsets: from now on every batch continues it. */
  abandon(): void {
    this.#usable = false;
    this.#session = 'appending';
    this.#checkpoints.length = 0;
    this.#next = 0;
  }

  /** A batch was stored, or is read from the journal as stored. */
  record(position: UploadPosition): void {
    this.#checkpoints.push(position);
  }

  judge(count: number, rows: Buffer): Tp0Verdict {
    if (this.#session === 'starting') {
      const start = [0, this.#next].find((index) => this.#leadsTo(index, count, rows));
      this.#session = start === undefined ? 'appending' : 'repeating';
      if (start !== undefined) this.#next = start;
    } else if (this.#session === 'repeating' && !this.#leadsTo(this.#next, count, rows)) {
      return 'diverged';
    }
    if (this.#session === 'appending') return 'fresh';
    this.#next++;
    if (this.#next === this.#checkpoints.length) {
      this.#next = 0;
      this.#session = 'appending';
    }
    return 'repeated';
  }

  /** Whether the rows lead from the checkpoint before `index` to that one. */
  #leadsTo(index: number, count: number, rows: Buffer): boolean {
    const to = this.#checkpoints[index];
    const from = index === 0 ? NOTHING : this.#checkpoints[index - 1]!;
    return to !== undefined && to.stored === from.stored + count && to.crc === crc32(rows, from.crc);
  }
}
