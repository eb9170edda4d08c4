/** The pages that watch: each gets the whole picture first, then what is new, as server-sent events. */
import type { ServerResponse } from 'node:http';
import type { Entry, History } from './history.ts';
import { PAGE_BYTES, PAGES } from './limits.ts';
import { toData } from './picture.ts';

export class Audience {
  readonly #history: History;
  readonly #isReplay: boolean;
  readonly #pages = new Set<ServerResponse>();

  constructor(history: History, isReplay: boolean) {
    this.#history = history;
    this.#isReplay = isReplay;
  }

  admit(response: ServerResponse): void {
    if (this.#pages.size >= PAGES) {
      response.writeHead(503).end('too many pages\n');
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.on('error', () => {});
    response.on('close', () => this.#pages.delete(response));
    const { base, first, entries } = this.#history;
    const opening = JSON.stringify({ isReplay: this.#isReplay, base: toData(base), first });
    response.write(`retry: 1000\nevent: picture\ndata: ${opening}\n\n`);
    response.write(eventsMessage(first, entries));
    this.#pages.add(response);
  }

  /** What is new goes to every page; one that does not read is cut, and comes back for a new picture. */
  deliver(entries: readonly Entry[]): void {
    if (entries.length === 0) return;
    const message = eventsMessage(this.#history.first, entries);
    for (const page of this.#pages) {
      if (page.writableLength > PAGE_BYTES) page.destroy();
      else page.write(message);
    }
  }

  dismiss(): void {
    for (const page of this.#pages) page.end();
  }
}

/** `first` is the number of the oldest event that is still kept: the pages forget what is older, too. */
const eventsMessage = (first: number, entries: readonly Entry[]): string =>
  `event: events\ndata: {"first":${first},"events":[${entries.map(({ json }) => json).join(',')}]}\n\n`;
