/** The engine of a cluster: found, looked at, and asked for the logs of draws. Loaded only by who has a STORE_URL. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { OrderedLog } from '../cluster/ordered-log.ts';
import { UserError } from '../errors.ts';
import { ENGINE_ANSWERS_MS, ENGINE_CLOSE_MS, ENGINE_RETRY_MS } from '../limits.ts';
import { connectEngine, type EngineAddress, Link, type Patience, unlessAborted } from './connection.ts';
import { type JetStream, JetStreamLog } from './jetstream-log.ts';
import { checkNodes } from './nodes.ts';
import { jetstream, jetstreamManager } from './packages.ts';
import { tryAll } from './permissions.ts';
import { Readers } from './readers.ts';
import { notAllowed } from './refusal.ts';
import { drawsOf, inWords, makeStream } from './stream.ts';

type EngineOptions = EngineAddress & Patience;

/** Runs what needs an engine that works until it goes well, and says once that it does not. */
async function patiently<T>(run: () => Promise<T>, { notice, signal }: Patience): Promise<T> {
  for (let told = false; ; told = true) {
    try {
      return await unlessAborted(run(), signal);
    } catch (error) {
      if (error instanceof UserError) throw error;
      const forbidden = notAllowed(error);
      if (forbidden) throw forbidden;
      signal.throwIfAborted();
      const details = { error: inWords(error) };
      if (!told) notice({ level: 'warn', action: 'open_engine', result: 'in_progress', details });
    }
    await sleep(ENGINE_RETRY_MS, undefined, { signal });
  }
}

export class Engine {
  readonly #engine: JetStream;
  readonly #patience: Patience;

  private constructor(engine: JetStream, patience: Patience) {
    this.#engine = engine;
    this.#patience = patience;
  }

  /** Waits for it as long as it takes. @throws UserError STORE_CREDS, STORE_CA, STORE_URL if it refuses us; what the signal is aborted with */
  static async connect(options: EngineOptions): Promise<Engine> {
    const connection = await connectEngine(options, options);
    const settings = { timeout: ENGINE_ANSWERS_MS };
    const client = jetstream(connection, settings);
    const manager = await jetstreamManager(connection, { ...settings, checkAPI: false });
    const engine = {
      ...{ connection, client, manager },
      link: new Link(connection, options, options.notice),
      readers: new Readers(client, manager),
    };
    return new Engine(engine, options);
  }

  /**
   * The log of the draw that a server is for; its stream is made if it is not there.
   *
   * @param replicas how many nodes keep each bet
   * @throws UserError STORE_URL if the engine could lose bets; STORE_CREDS if we may not all that a server does
   */
  make(draw: string, replicas: number): Promise<OrderedLog> {
    const { connection, manager } = this.#engine;
    const { notice } = this.#patience;
    return patiently(async () => {
      const unknown = await checkNodes(connection);
      await makeStream(manager, { draw, replicas });
      await tryAll(this.#engine, draw);
      if (unknown) {
        notice({ level: 'warn', action: 'check_engine', result: 'fail', details: { error: unknown } });
      }
      return this.#log(draw);
    }, this.#patience);
  }

  /** The log of a draw, if there is one. */
  async find(draw: string): Promise<OrderedLog | undefined> {
    const draws = await this.draws();
    return draws.includes(draw) ? this.#log(draw) : undefined;
  }

  /** Whoever closes it closes the connection: one draw is all that a process has. */
  #log(draw: string): OrderedLog {
    return new JetStreamLog(this.#engine, draw, () => this.close());
  }

  /** The names of all draws. */
  draws(): Promise<string[]> {
    return patiently(() => drawsOf(this.#engine.manager), this.#patience);
  }

  /** What it has not taken by then is not waited for. */
  async close(): Promise<void> {
    const { connection, link, readers } = this.#engine;
    const late = sleep(ENGINE_CLOSE_MS, undefined, { ref: false });
    const left = readers.close();
    // A connection that is lost tells nobody.
    if (link.isUp) await Promise.race([left, late]);
    await Promise.race([connection.close(), late]);
  }
}
