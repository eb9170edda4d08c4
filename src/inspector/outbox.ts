/**
 * Sends a process's inspection events to the hub, many in a request. The process comes first: nothing here is
 * waited for, nothing keeps it alive, and of a hub that is slow or not there only inspection data is lost.
 */
import { BATCH_CHARS, FLUSH_MS, QUEUE_CHARS, RETRY_CAP_MS, RETRY_MS } from './limits.ts';
import { Poster } from './poster.ts';
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
  readonly #poster: Poster;
  #lines: string[] = [];
  #chars = 0;
  /** Number of the first line that waits; the hub knows by it what it has had already. */
  #first = 0;
  #lost = 0;
  #inFlight: Batch | undefined;
  #timer: NodeJS.Timeout | undefined;
  #retryMs = RETRY_MS;
  #hub: string | undefined;
  #isLate = false;
  #hasEnded = false;

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#poster = new Poster(options.url);
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

  /** What the kernel takes now is delivered although the process ends; nothing is waited for. */
  end(): void {
    this.#hasEnded = true;
    clearTimeout(this.#timer);
    this.#send();
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

  #send(): void {
    this.#timer = undefined;
    if (this.#lines.length === 0) return;
    const batch: Batch = { lines: this.#lines, chars: this.#chars, first: this.#first };
    this.#first += batch.lines.length;
    this.#lines = [];
    this.#chars = 0;
    this.#inFlight = batch;
    const headers = {
      'content-type': 'application/x-ndjson',
      'quiniela-process': this.#options.process,
      'quiniela-first': `${batch.first}`,
      'quiniela-lost': `${this.#lost}`,
    };
    this.#poster.post('/events', headers, batch.lines.join('\n')).then(
      (answer) => this.#delivered(answer.headers.get('quiniela-hub') ?? ''),
      () => this.#failed(batch),
    );
  }

  #delivered(hub: string): void {
    this.#inFlight = undefined;
    this.#isLate = false;
    this.#retryMs = RETRY_MS;
    const isStranger = hub !== this.#hub && (this.#hub !== undefined || this.#lost > 0);
    this.#hub = hub;
    if (isStranger && !this.#hasEnded) this.#options.onStranger();
    if (this.#lines.length > 0) this.#wait(this.#chars > BATCH_CHARS ? 0 : FLUSH_MS);
  }

  /** It waits in front of what came after it, and is tried again later. */
  #failed({ lines, chars, first }: Batch): void {
    this.#inFlight = undefined;
    this.#isLate = true;
    if (this.#hasEnded) return;
    if (this.#first === first + lines.length) {
      this.#lines = [...lines, ...this.#lines];
      this.#chars += chars;
      this.#first = first;
    } else {
      this.#lost += lines.length;
    }
    if (this.#chars > QUEUE_CHARS) this.#dropAll();
    this.#wait(this.#retryMs);
    this.#retryMs = Math.min(RETRY_CAP_MS, this.#retryMs * 2);
  }
}
