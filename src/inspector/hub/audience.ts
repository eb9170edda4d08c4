/**
 * Those who read: pages, bridges to Stately's inspector, and terminals that ask for the picture once. To each is
 * written what it has read room for, and no more: what it has not had yet waits in the history, where it is anyway.
 */
import type { ServerResponse } from 'node:http';
import { PAGE_CHARS, PAGE_MS, PAGES } from '../limits.ts';
import type { Crowd } from './crowd.ts';
import type { History } from './history.ts';
import { BridgeReader, PageReader, PictureReader, type Reader } from './readers.ts';
import type { ReadSoFar } from './replay.ts';
import type { StatelyFeed } from './stately-feed.ts';
import type { Turns } from './turns.ts';

type AudienceOptions = {
  history: History;
  replay: ReadSoFar | undefined;
  feed: StatelyFeed;
  /** Tells a page whether it is still the same hub. */
  hub: string;
  /** By which a link names what it is to: a recording has the same at each hub. */
  run: string;
  turns: Turns;
  crowd: Crowd;
};

type Seat = {
  response: ServerResponse;
  reader: Reader;
  /** Bytes that its connection had taken when it was looked at last, and since when they are no more. */
  taken: number;
  takenAt: number;
  /** It waits for its turn. */
  isNext: boolean;
};

const STREAM = { 'content-type': 'text/event-stream', 'cache-control': 'no-store' } as const;
const JSON_ONCE = { 'content-type': 'application/json', 'cache-control': 'no-store' } as const;

/** Of an earlier version, a page asks again by itself. */
const FULL = `retry: 1000\nevent: full\ndata: ${JSON.stringify({ limit: PAGES })}\n\n`;

export class Audience {
  readonly #options: AudienceOptions;
  readonly #seats = new Set<Seat>();

  constructor(options: AudienceOptions) {
    this.#options = options;
  }

  admit(response: ServerResponse, kind: 'page' | 'bridge' | 'picture'): void {
    if (this.#seats.size >= PAGES) {
      // A browser tells a page nothing of an answer that is no stream.
      if (kind === 'page') response.writeHead(200, STREAM).end(FULL);
      else response.writeHead(503, { 'content-type': 'text/plain' }).end('too many pages\n');
      return;
    }
    response.writeHead(200, kind === 'picture' ? JSON_ONCE : STREAM);
    const reader = this.#reader(kind);
    const seat: Seat = { response, reader, taken: 0, takenAt: performance.now(), isNext: false };
    this.#seats.add(seat);
    response.on('close', () => this.#seats.delete(seat));
    response.on('drain', () => this.#write(seat));
    this.#write(seat);
  }

  /** Something may be new. One that has taken nothing for long is cut; a page comes back for a new picture. */
  deliver(): void {
    const now = performance.now();
    for (const seat of this.#seats) {
      const { response } = seat;
      const taken = response.socket?.bytesWritten ?? 0;
      if (taken !== seat.taken || response.writableLength === 0) {
        seat.taken = taken;
        seat.takenAt = now;
      }
      if (now - seat.takenAt > PAGE_MS) response.destroy();
      else this.#write(seat);
    }
  }

  dismiss(): void {
    for (const { response } of this.#seats) response.end();
  }

  #reader(kind: 'page' | 'bridge' | 'picture'): Reader {
    const { history, replay, feed, hub, run, crowd } = this.#options;
    if (kind === 'picture') return new PictureReader(history, replay);
    if (kind === 'bridge') return new BridgeReader(history, feed);
    return new PageReader(history, { hub, run, replay, crowd });
  }

  /** One portion; the next when it is taken, so that no page's hunger holds up the others. */
  async #write(seat: Seat): Promise<void> {
    const { response, reader } = seat;
    if (seat.isNext || response.writableEnded || response.writableLength >= PAGE_CHARS) return;
    seat.isNext = true;
    await this.#options.turns.next();
    seat.isNext = false;
    if (response.writableEnded || response.destroyed) return;
    const text = reader.next();
    if (text !== '') response.write(text);
    if (reader.isDone) response.end();
  }
}
