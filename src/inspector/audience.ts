/** The pages that watch: each gets the whole picture first, then what is new, as server-sent events. */
import type { ServerResponse } from 'node:http';
import type { StatelyEvent } from './events.ts';
import type { Entry, History } from './history.ts';
import { PAGE_BYTES, PAGES } from './limits.ts';
import { toData } from './picture.ts';
import type { StatelyFeed } from './stately-feed.ts';

export class Audience {
  readonly #history: History;
  readonly #isReplay: boolean;
  readonly #feed: StatelyFeed;
  readonly #pages = new Set<ServerResponse>();
  /** Bridges to Stately's inspector. */
  readonly #bridges = new Set<ServerResponse>();

  constructor(history: History, isReplay: boolean, feed: StatelyFeed) {
    this.#history = history;
    this.#isReplay = isReplay;
    this.#feed = feed;
  }

  admit(response: ServerResponse, isBridge: boolean): void {
    if (this.#pages.size + this.#bridges.size >= PAGES) {
      response.writeHead(503).end('too many pages\n');
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.on('error', () => {});
    const group = isBridge ? this.#bridges : this.#pages;
    response.on('close', () => group.delete(response));
    group.add(response);
    if (isBridge) {
      response.write(
        messageOf(
          0,
          this.#feed.opening(this.#history.now).map((event) => JSON.stringify(event)),
        ),
      );
      return;
    }
    const { base, first, entries } = this.#history;
    const opening = JSON.stringify({ isReplay: this.#isReplay, base: toData(base), first });
    response.write(`retry: 1000\nevent: picture\ndata: ${opening}\n\n`);
    response.write(eventsMessage(first, entries));
  }

  /** What is new goes to every page; one that does not read is cut, and comes back for a new picture. */
  deliver(entries: readonly Entry[], stately: readonly StatelyEvent[]): void {
    if (this.#pages.size > 0) tellAll(this.#pages, eventsMessage(this.#history.first, entries));
    if (this.#bridges.size > 0)
      tellAll(
        this.#bridges,
        messageOf(
          0,
          stately.map((event) => JSON.stringify(event)),
        ),
      );
  }

  dismiss(): void {
    for (const page of [...this.#pages, ...this.#bridges]) page.end();
  }
}

function tellAll(pages: ReadonlySet<ServerResponse>, message: string): void {
  for (const page of pages) {
    if (page.writableLength > PAGE_BYTES) page.destroy();
    else page.write(message);
  }
}

/** `first` is the number of the oldest event that is still kept: the pages forget what is older, too. */
const messageOf = (first: number, events: readonly string[]): string =>
  `event: events\ndata: {"first":${first},"events":[${events.join(',')}]}\n\n`;

const eventsMessage = (first: number, entries: readonly Entry[]): string =>
  messageOf(
    first,
    entries.map(({ json }) => json),
  );
