/** A recorded run, read back: a file may be of any size, and hold lines that are no events. */
import { reasonOf, UserError } from '../../errors.ts';
import { openRegular } from '../../input/regular-file.ts';
import { EVENT_CHARS, REPLAY_CHARS, REPLAY_ORDER_MS, REPLAY_SEARCH_BYTES } from '../limits.ts';
import type { InspectorEvent } from '../view/events.ts';
import { runNameOf } from '../view/run-name.ts';
import { parseEvent } from '../view/shape.ts';
import { History } from './history.ts';
import { LineSplitter } from './line-splitter.ts';

type Recording = {
  history: History;
  /** Events that were read, and lines that were none. */
  events: number;
  skipped: number;
};

/** How much of a file has been read, from 0 to 1, and its run's name: by the first event that stands in it. */
export type ReadSoFar = { readonly share: number; readonly run: string };

/** A recording that is being read: what has been read can be shown. */
type OpenRecording = {
  history: History;
  soFar: ReadSoFar;
  /** All of it; rejects if the file cannot be read on. */
  whole: Promise<Recording>;
};

const PIECE_BYTES = 256 * 1024;

/**
 * @returns as soon as an event was found in it
 * @throws {UserError} `REPLAY` if the file cannot be read, or holds no event
 */
export async function openRecording(file: string, stop?: AbortSignal): Promise<OpenRecording> {
  const history = new History(Number.POSITIVE_INFINITY, REPLAY_CHARS);
  const soFar = { share: 0, run: '' };
  const begun = Promise.withResolvers<void>();
  const read = async (): Promise<Recording> => {
    try {
      const { events, skipped, newest } = await eachEvent(
        file,
        (event) => {
          soFar.run ||= runNameOf(Number(event.createdAt));
          history.add(event);
          if (history.isFull) history.settleHalf();
        },
        ({ newest, events, share }) => {
          stop?.throwIfAborted();
          // Several processes appended to it, each at its own pace: what is older than that is in its place.
          history.settle(newest - REPLAY_ORDER_MS);
          soFar.share = Math.min(share, ALMOST);
          if (events > 0) begun.resolve();
        },
      );
      // A process that was killed may have left half a line.
      if (skipped > 0)
        history.add({ type: '@quiniela.refused', refused: skipped, createdAt: newest.toFixed(3) });
      return { history, events, skipped };
    } finally {
      history.settle(Number.POSITIVE_INFINITY);
      soFar.share = 1;
    }
  };
  const whole = read();
  await Promise.race([begun.promise, whole]);
  return { history, soFar, whole };
}

/** Its last event is read, but not in its place yet. */
const ALMOST = 0.999;

/**
 * Of a run that is too long the newest events can be gone back to.
 *
 * @throws {UserError} `REPLAY` if the file cannot be read, or holds no event
 */
export const readRecording = async (file: string): Promise<Recording> => (await openRecording(file)).whole;

/**
 * Each event of a recording, in the order of its lines.
 *
 * @param onPiece hears after each piece of the file what has been read
 * @throws {UserError} `REPLAY` if the file cannot be read, or holds no event
 */
export async function eachEvent(
  file: string,
  take: (event: InspectorEvent) => void,
  onPiece: (reading: Reading) => void = () => {},
): Promise<Reading> {
  const refuse = (reason: string, cause?: unknown): never => {
    throw new UserError('REPLAY', `cannot replay "${file}": ${reason}`, { cause });
  };
  const reading = new Reading(take);
  try {
    await using handle = await openRegular(file);
    reading.size = (await handle.stat()).size;
    for await (const piece of handle.createReadStream({ highWaterMark: PIECE_BYTES })) {
      reading.take(piece);
      onPiece(reading);
      if (reading.events === 0 && reading.bytes > REPLAY_SEARCH_BYTES) break;
    }
  } catch (error) {
    if (error instanceof UserError) throw error;
    refuse(reasonOf(error), error);
  }
  reading.end();
  if (reading.events > 0) return reading;
  return refuse(reading.skipped > 0 ? 'its first line is no inspection event' : 'it holds no event');
}

class Reading {
  events = 0;
  skipped = 0;
  bytes = 0;
  newest = 0;
  /** Bytes of the file. */
  size = 0;
  readonly #splitter = new LineSplitter(EVENT_CHARS);
  readonly #take: (event: InspectorEvent) => void;

  constructor(take: (event: InspectorEvent) => void) {
    this.#take = take;
  }

  get share(): number {
    return Math.min(1, this.bytes / Math.max(1, this.size));
  }

  take(piece: Buffer): void {
    this.bytes += piece.length;
    this.#read(this.#splitter.push(piece));
  }

  end(): void {
    this.#read(this.#splitter.end());
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
      this.newest = Math.max(this.newest, Number(event.createdAt));
      this.#take(event);
    }
  }
}
