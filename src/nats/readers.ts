/**
 * The readers that we have in the engine, one for each reading. One that is left there counts against the account's limit
 * until the engine forgets it, so whoever leaves the engine removes them before.
 */
import { ENGINE_READER_IDLE_MS } from '../limits.ts';
import {
  AckPolicy,
  type Consumer,
  DeliverPolicy,
  type JetStreamClient,
  type JetStreamManager,
} from './packages.ts';
import { NANOS_OF_A_MS } from './stream.ts';

type ReaderOptions = {
  from: number;
  /** Without bodies. */
  headersOnly: boolean;
  /** Removes it, as `remove` does. */
  signal: AbortSignal;
};

export class Readers {
  readonly #client: JetStreamClient;
  readonly #manager: JetStreamManager;
  /** Those that are being made or removed. */
  readonly #changes = new Set<Promise<unknown>>();
  readonly #closing = new AbortController();

  constructor(client: JetStreamClient, manager: JetStreamManager) {
    this.#client = client;
    this.#manager = manager;
  }

  make(stream: string, options: ReaderOptions): Promise<{ consumer: Consumer; remove: () => void }> {
    return this.#await(this.#make(stream, options));
  }

  /** Aborted as soon as we leave the engine. */
  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  /** Removes all. Resolves when the engine has said so, or it could not be asked. */
  async close(): Promise<void> {
    this.#closing.abort();
    while (this.#changes.size > 0) await Promise.allSettled(this.#changes);
  }

  async #make(stream: string, { from, headersOnly, signal }: ReaderOptions) {
    const info = await this.#manager.consumers.add(stream, {
      ack_policy: AckPolicy.None,
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: Math.max(1, from),
      headers_only: headersOnly,
      mem_storage: true,
      num_replicas: 1,
      inactive_threshold: ENGINE_READER_IDLE_MS * NANOS_OF_A_MS,
    });
    const consumer = this.#client.consumers.getConsumerFromInfo(info);
    // It goes away by itself, if this does not reach it.
    const onAbort = () => void this.#await(consumer.delete()).catch(() => {});
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    const remove = () => {
      signal.removeEventListener('abort', onAbort);
      if (!signal.aborted) onAbort();
    };
    return { consumer, remove };
  }

  #await<T>(change: Promise<T>): Promise<T> {
    this.#changes.add(change);
    const end = () => this.#changes.delete(change);
    change.then(end, end);
    return change;
  }
}
