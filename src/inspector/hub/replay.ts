/** A recorded run, read back: a file may be of any size, and hold lines that are no events. */
import { reasonOf, UserError } from '../../errors.ts';
import { openRegular } from '../../input/regular-file.ts';
import { EVENT_CHARS, REPLAY_CHARS, REPLAY_ORDER_MS, REPLAY_SEARCH_BYTES } from '../limits.ts';
import { parseEvent } from '../view/shape.ts';
import { History } from './history.ts';
import { LineSplitter } from './line-splitter.ts';

export type Recording = {
  history: History;
  /** Events that were read, and lines that were none. */
  events: number;
  skipped: number;
};

const PIECE_BYTES = 256 * 1024;

/**
 * Of a run that is too long the newest events can be gone back to.
 *
 * @throws {UserError} `REPLAY` where the file cannot be read, or holds no event
 */
export async function readRecording(file: string): Promise<Recording> {
  const refuse = (reason: string, cause?: unknown): never => {
    throw new UserError('REPLAY', `cannot replay "${file}": ${reason}`, { cause });
  };
  const recording = new Reading();
  try {
    await using handle = await openRegular(file);
    for await (const piece of handle.createReadStream({ highWaterMark: PIECE_BYTES })) {
      recording.take(piece);
      if (recording.events === 0 && recording.bytes > REPLAY_SEARCH_BYTES) break;
    }
  } catch (error) {
    if (error instanceof UserError) throw error;
    refuse(reasonOf(error), error);
  }
  recording.end();
  if (recording.events > 0) return recording;
  return refuse(recording.skipped > 0 ? 'its first line is no inspection event' : 'it holds no event');
}

class Reading implements Recording {
  readonly history = new History(Number.POSITIVE_INFINITY, REPLAY_CHARS);
  events = 0;
  skipped = 0;
  bytes = 0;
  readonly #splitter = new LineSplitter(EVENT_CHARS);
  #newest = 0;

  take(piece: Buffer): void {
    this.bytes += piece.length;
    this.#read(this.#splitter.push(piece));
    // Several processes appended to it, each at its own pace: what is older than that is in its place.
    this.history.settle(this.#newest - REPLAY_ORDER_MS);
  }

  end(): void {
    this.#read(this.#splitter.end());
    // A process that was killed may have left half a line.
    const refused = this.skipped;
    if (refused > 0 && this.events > 0)
      this.history.add({ type: '@quiniela.refused', refused, createdAt: this.#newest.toFixed(3) });
    this.history.settle(Number.POSITIVE_INFINITY);
  }

  #read(lines: readonly (string | undefined)[]): void {
    for (const line of lines) {
      if (line?.trim() === '') continue;
      const event = line === undefined ? undefined : parseEvent(line);
      if (!event) {
        this.skipped += 1;
        continue;
      }
      this.events += 1;
      this.#newest = Math.max(this.#newest, Number(event.createdAt));
      this.history.add(event);
      if (this.history.isFull) this.history.settleHalf();
    }
  }
}
