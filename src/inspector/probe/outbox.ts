/**
 * Sends a process's inspection events to the hub, many in a request. The process comes first: only its end waits, and
 * not long, for the last answer; of a hub that is slow or not there only inspection data is lost.
 */
import {
  ANNOUNCE_MS,
  BATCH_CHARS,
  END_MS,
  FLUSH_MS,
  POST_CHARS,
  QUEUE_CHARS,
  RETRY_CAP_MS,
  RETRY_MS,
} from '../limits.ts';
import { HubClient } from './hub-client.ts';
import type { Sink } from './sink.ts';

export type OutboxOptions = {
  /** The hub, `http://inspector:8080`. */
  url: URL;
  /** Tells the hub's processes apart. */
  process: string;
  /** The hub has not heard of what was before: it is another one, or events were lost. */
  onStranger: () => void;
};

type Batch = { lines: readonly string[]; chars: number; first: number };

export class Outbox implements Sink {
  readonly #options: OutboxOptions;
  readonly #client: HubClient;
  #lines: string[] = [];
  #chars = 0;
  /** Number of the first line that waits; the hub knows by it what it has had already. */
  #first = 0;
  #lost = 0;
  #inFlight: Batch | undefined;
  /** The last request comes to its end, well or not. */
  #answered: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #retryMs = RETRY_MS;
  #hub: string | undefined;
  #isLate = false;
  #hasEnded = false;
  /** A hub is asked whether it is there although nothing is to be told. */
  #isCalling = false;
  #announcedAt = Number.NEGATIVE_INFINITY;
  #announcing: NodeJS.Timeout | undefined;

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#client = new HubClient(options.url, () => {
      if (!this.#inFlight) this.#call();
    });
  }

  /** Events that were given up, so far. */
  get lost(): number {
    return this.#lost;
  }

  write(line: string): void {
    if (this.#hasEnded) return;
    if (this.#chars + line.length > QUEUE_CHARS) this.#dropAll();
    this.#lines.push(line);
    this.#chars += line.length;
    if (this.#inFlight) return;
    if (this.#chars > BATCH_CHARS && !this.#isLate) this.#wait(0);
    else if (!this.#timer) this.#wait(FLUSH_MS);
  }

  /** Sends what waits, and waits for its answer, not longer than END_MS. */
  async end(): Promise<void> {
    this.#hasEnded = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#announcing);
    this.#isCalling = false;
    const before = this.#answered;
    this.#send(QUEUE_CHARS);
    if (this.#inFlight) {
      // What has to be loaded first is no waiting for the hub.
      await this.#client.ready();
      await within(END_MS, Promise.all([before, this.#answered]));
    }
    await this.#client.close();
  }

  /** What is newest says most: a hub that comes back gets a new picture, not an old queue. */
  #dropAll(): void {
    this.#lost += this.#lines.length;
    this.#first += this.#lines.length;
    this.#lines = [];
    this.#chars = 0;
    this.#hub = undefined;
  }

  #wait(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#send(), ms).unref();
  }

  /** The hub has gone: the next one knows nothing, and is told as soon as it is there, not with the next event. */
  #call(): void {
    if (this.#hasEnded) return;
    this.#isCalling = true;
    this.#waitForHub();
  }

  #waitForHub(): void {
    this.#wait(this.#retryMs);
    this.#retryMs = Math.min(RETRY_CAP_MS, this.#retryMs * 2);
  }

  /** @param most characters that are sent at once */
  #send(most = POST_CHARS): void {
    this.#timer = undefined;
    if (this.#lines.length === 0 && !this.#isCalling) return;
    this.#isCalling = false;
    const batch = this.#takeBatch(most);
    this.#inFlight = batch;
    const headers = {
      'content-type': 'application/x-ndjson',
      'quiniela-process': this.#options.process,
      'quiniela-first': `${batch.first}`,
      'quiniela-lost': `${this.#lost}`,
    };
    this.#answered = this.#client.post(headers, batch.lines.join('\n')).then(
      (hub) => this.#delivered(batch, hub),
      () => this.#failed(batch),
    );
  }

  #takeBatch(most: number): Batch {
    let count = 0;
    let chars = 0;
    while (count < this.#lines.length && (count === 0 || chars + this.#lines[count]!.length <= most)) {
      chars += this.#lines[count]!.length;
      count += 1;
    }
    const batch: Batch = { lines: this.#lines.slice(0, count), chars, first: this.#first };
    this.#lines = this.#lines.slice(count);
    this.#chars -= chars;
    this.#first += count;
    return batch;
  }

  #delivered({ lines }: Batch, hub: string): void {
    this.#inFlight = undefined;
    this.#isLate = false;
    // A hub that hangs up after each answer is not called faster for it.
    if (lines.length > 0) this.#retryMs = RETRY_MS;
    const isStranger = hub !== this.#hub && (this.#hub !== undefined || this.#lost > 0);
    this.#hub = hub;
    if (isStranger && !this.#hasEnded) this.#announce();
    if (this.#lines.length > 0) this.#wait(this.#chars > BATCH_CHARS ? 0 : FLUSH_MS);
    else if (!this.#client.isConnected) this.#call();
  }

  /** Hubs that take turns, or one that calls itself anew with each answer, are told only now and then. */
  #announce(): void {
    clearTimeout(this.#announcing);
    const wait = this.#announcedAt + ANNOUNCE_MS - performance.now();
    if (wait > 0) {
      this.#announcing = setTimeout(() => this.#announce(), wait).unref();
      return;
    }
    this.#announcedAt = performance.now();
    this.#options.onStranger();
  }

  /** It waits in front of what came after it, and is tried again later. */
  #failed({ lines, chars, first }: Batch): void {
    this.#inFlight = undefined;
    this.#isLate = true;
    if (this.#hasEnded) return;
    this.#isCalling ||= lines.length === 0;
    if (this.#first === first + lines.length) {
      this.#lines = [...lines, ...this.#lines];
      this.#chars += chars;
      this.#first = first;
    } else {
      this.#lost += lines.length;
    }
    if (this.#chars > QUEUE_CHARS) this.#dropAll();
    this.#waitForHub();
  }
}

/** Waits for an end, but not for ever. */
async function within(ms: number, end: Promise<unknown>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  await Promise.race([end, promise]);
  clearTimeout(timer);
}
