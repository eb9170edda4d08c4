/** The ordered log of a draw in a JetStream engine: the port's promises, and no more. What counts is the fold's to say. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { LogEntry, OrderedLog, Proposal, WholeEntry } from '../cluster/ordered-log.ts';
import {
  ENGINE_ACK_MS,
  ENGINE_FLIGHT_BYTES,
  ENGINE_READS,
  ENGINE_RETRY_MS,
  ENTRIES_FOLLOWED,
  ENTRIES_READ,
} from '../limits.ts';
import type { Link } from './connection.ts';
import {
  headers,
  type JetStreamClient,
  type JetStreamManager,
  type JsMsg,
  type NatsConnection,
} from './packages.ts';
import type { Readers } from './readers.ts';
import { messagesFrom } from './reading.ts';
import { Room } from './room.ts';
import { gone, isMissing, NANOS_OF_A_MS, streamOf, subjectOf, whyNotTaken } from './stream.ts';

/** Headers of an entry. By its id the engine drops a proposal that it has taken already, for two minutes. */
const ID = 'Nats-Msg-Id';
const FACTS = 'Q';

export type JetStream = {
  connection: NatsConnection;
  link: Link;
  client: JetStreamClient;
  manager: JetStreamManager;
  readers: Readers;
};

const entryOf = ({ seq, headers: entry, info }: JsMsg): LogEntry => ({
  sequence: seq,
  id: entry?.get(ID) ?? '',
  facts: entry?.get(FACTS) ?? '',
  at: Math.floor(Number(info.timestampNanos) / NANOS_OF_A_MS),
});

export class JetStreamLog implements OrderedLog {
  readonly #engine: JetStream;
  readonly #stream: string;
  readonly #subject: string;
  /** What the client holds until the engine has taken it. */
  readonly #flight = new Room(ENGINE_FLIGHT_BYTES);
  readonly #disconnect: () => Promise<void>;

  /** @param disconnect lets go of the engine */
  constructor(engine: JetStream, draw: string, disconnect: () => Promise<void>) {
    this.#engine = engine;
    this.#disconnect = disconnect;
    this.#stream = streamOf(draw);
    this.#subject = subjectOf(draw);
  }

  /** Nothing is handed to a client that has no connection: it would keep all of it. */
  async propose({ id, facts, rows }: Proposal): Promise<number> {
    const { link, client } = this.#engine;
    const size = rows.reduce((sum, { length }) => sum + length, 0);
    await this.#flight.take(size);
    try {
      await link.up();
      const body = Buffer.concat(rows);
      const entry = headers();
      entry.set(ID, id);
      entry.set(FACTS, facts);
      const ack = await client
        .publish(this.#subject, body, { headers: entry, timeout: ENGINE_ACK_MS })
        .catch((error: unknown) => {
          throw whyNotTaken(error, this.#stream);
        });
      return ack.seq;
    } finally {
      this.#flight.give(size);
    }
  }

  async *follow(from: number, signal: AbortSignal): AsyncGenerator<LogEntry> {
    const until = AbortSignal.any([signal, this.#engine.readers.closing]);
    const options = { headersOnly: true, atOnce: ENTRIES_FOLLOWED, signal: until };
    for await (const message of messagesFrom(this.#engine, this.#stream, from, options))
      yield entryOf(message);
  }

  async *read(from: number, to: number): AsyncGenerator<WholeEntry> {
    const options = { headersOnly: false, atOnce: ENTRIES_READ, signal: this.#engine.readers.closing };
    let fruitless = 0;
    for (let next = from; next <= to; ) {
      const before = next;
      for await (const message of messagesFrom(this.#engine, this.#stream, next, options)) {
        const { seq, data } = message;
        if (seq !== next) throw new Error(`${this.#stream} has no entry ${next}, the next one is ${seq}`);
        yield { ...entryOf(message), rows: Buffer.from(data.buffer, data.byteOffset, data.length) };
        next++;
        if (next > to) return;
      }
      fruitless = next === before ? fruitless + 1 : 0;
      if (fruitless === 0) continue;
      if (fruitless > ENGINE_READS || options.signal.aborted)
        throw new Error(`the engine gives no entries of ${this.#stream} from ${next} on`);
      await sleep(ENGINE_RETRY_MS);
    }
  }

  /** Its leader says so. */
  async last(): Promise<number> {
    await this.#engine.link.up();
    const { state } = await this.#engine.manager.streams.info(this.#stream).catch((error: unknown) => {
      throw isMissing(error) ? gone(this.#stream) : error;
    });
    return state.last_seq;
  }

  accessEnds(): Date | undefined {
    return this.#engine.link.accessEnds();
  }

  close(): Promise<void> {
    return this.#disconnect();
  }
}
