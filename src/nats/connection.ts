/** The connection to the engine: found by a list of addresses, kept for as long as it takes. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { LogEntry } from '../../machines/vocabulary/log.ts';
import type { EngineFiles } from '../config/store.ts';
import { codeOf, messageOf } from '../errors.ts';
import {
  ENGINE_ANSWERS_MS,
  ENGINE_CLOCK_MS,
  ENGINE_PING_MS,
  ENGINE_PINGS_MISSED,
  ENGINE_RETRY_MS,
} from '../limits.ts';
import { endedOf, endingSoon, firstEnd } from './ending.ts';
import { isEncrypted, shownTo } from './files.ts';
import { HandshakeFirst, handshakeFault } from './handshake.ts';
import { connect, errors, type NatsConnection } from './packages.ts';
import { refusalOf } from './refusal.ts';

export type EngineAddress = {
  /** As in STORE_URL: nats://host:port or tls://host:port. */
  servers: readonly string[];
  files: EngineFiles;
};

type Notice = (entry: LogEntry) => void;

/** Whoever waits for the engine: where it says so, and what makes it give up. */
export type Patience = { notice: Notice; signal: AbortSignal };

/** What a promise comes to, unless the signal is aborted first. @throws what it is aborted with */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const giveUp = () => aborted.reject(signal.reason);
  signal.addEventListener('abort', giveUp);
  if (signal.aborted) giveUp();
  return Promise.race([promise, aborted.promise]).finally(() => signal.removeEventListener('abort', giveUp));
}

const waiting = (error: string): LogEntry => ({
  level: 'warn',
  action: 'connect_engine',
  result: 'in_progress',
  details: { error },
});

/**
 * Connects to any of the nodes; until one answers it tries again, and says so once.
 *
 * @throws UserError STORE_CREDS, STORE_CA, STORE_CERT, STORE_KEY, STORE_URL if it will never work; what `signal` was aborted with
 */
export async function connectEngine(
  { servers, files }: EngineAddress,
  { notice, signal }: Patience,
): Promise<NatsConnection> {
  const { tls, authenticator } = shownTo(servers, files);
  let handshakeFirst = false;
  for (let told = false; ; ) {
    signal.throwIfAborted();
    try {
      const attempt = connect({
        servers: [...servers],
        name: 'quiniela',
        timeout: ENGINE_ANSWERS_MS,
        // Once connected it is the client that tries again, for ever.
        maxReconnectAttempts: -1,
        ignoreAuthErrorAbort: true,
        reconnectTimeWait: ENGINE_RETRY_MS,
        pingInterval: ENGINE_PING_MS,
        maxPingOut: ENGINE_PINGS_MISSED,
        noAsyncTraces: true,
        ...(authenticator && { authenticator }),
        ...(tls && { tls: { ...tls, handshakeFirst } }),
      });
      const letGo = (late: NatsConnection) => (signal.aborted ? late.close() : undefined);
      attempt.then(letGo).catch(() => {});
      const connection = await unlessAborted(attempt, signal);
      if (told) notice(connected(connection));
      return connection;
    } catch (error) {
      signal.throwIfAborted();
      const ended = endedOf(files);
      if (ended) throw ended;
      const fault =
        isEncrypted(servers, files) && (await unlessAborted(handshakeFault(servers, files), signal));
      const isFirst = fault instanceof HandshakeFirst;
      const wasFirst = handshakeFirst;
      handshakeFirst = isFirst;
      if (isFirst && !wasFirst) continue;
      const refusal = refusalOf(isFirst ? error : fault || error);
      // Another node than the one before, which says its first line by itself.
      const isOther = wasFirst && codeOf(error) === 'ERR_SSL_WRONG_VERSION_NUMBER';
      if (refusal && !isOther) throw refusal;
      if (!told) notice(waiting(`no node of ${servers.join(',')} answers: ${messageOf(error)}`));
      told = true;
    }
    await sleep(ENGINE_RETRY_MS, undefined, { signal }).catch(() => {});
  }
}

const connected = (connection: NatsConnection): LogEntry => ({
  level: 'info',
  action: 'connect_engine',
  result: 'success',
  details: { node: connection.info?.server_name ?? '' },
});

/** Whether the connection stands. While it does not, it says once if the engine does not want us: files that are renewed mend that. */
export class Link {
  readonly #connection: NatsConnection;
  readonly #address: EngineAddress;
  readonly #notice: Notice;
  #back: PromiseWithResolvers<void> | undefined;
  #isToldWhy = false;
  /** What was last warned of. */
  #warned: readonly string[] = [];

  constructor(connection: NatsConnection, address: EngineAddress, notice: Notice) {
    this.#connection = connection;
    this.#address = address;
    this.#notice = notice;
    this.#warnOfEnds();
    void this.#watch();
  }

  async #watch(): Promise<void> {
    for await (const status of this.#connection.status()) {
      if (status.type === 'error') this.#tellWhy(status.error);
      if (status.type === 'disconnect') this.#goDown();
      if (status.type === 'reconnect') this.#comeUp();
    }
    // Closed for good: the client says so to who asks.
    this.#back?.resolve();
    this.#back = undefined;
  }

  #goDown(): void {
    if (this.#back) return;
    this.#back = Promise.withResolvers();
    this.#tellWhy(undefined);
    void this.#lookWhy(this.#back);
  }

  #comeUp(): void {
    this.#back?.resolve();
    this.#back = undefined;
    if (!this.#isToldWhy) this.#warnOfEnds();
    else if (endedOf(this.#address.files)) void this.#tellIfItStays();
    else this.#tellBack();
  }

  #tellBack(): void {
    this.#isToldWhy = false;
    this.#notice(connected(this.#connection));
    this.#warnOfEnds();
  }

  /** In the second in which credentials end an engine lets us in, and out at once. */
  async #tellIfItStays(): Promise<void> {
    await sleep(ENGINE_CLOCK_MS, undefined, { ref: false });
    if (this.#isToldWhy && this.isUp) this.#tellBack();
  }

  /** Once of each file that is connected with. */
  #warnOfEnds(): void {
    const warnings = endingSoon(this.#address.files);
    for (const warning of warnings.filter((one) => !this.#warned.includes(one)))
      this.#notice({ level: 'warn', action: 'config', result: 'success', details: { warning } });
    this.#warned = warnings;
  }

  /** Of a handshake that fails the client says nothing. */
  async #lookWhy(back: unknown): Promise<void> {
    const { servers, files } = this.#address;
    await sleep(ENGINE_ANSWERS_MS, undefined, { ref: false });
    if (this.#back !== back || !isEncrypted(servers, files)) return;
    const fault = await handshakeFault(servers, files);
    if (this.#back === back) this.#tellWhy(fault);
  }

  /** Our own files know better than an engine that has closed already. @param error what it said, if anything */
  #tellWhy(error: unknown): void {
    if (this.#isToldWhy) return;
    const isOver = error instanceof errors.UserAuthenticationExpiredError;
    const ended = endedOf(this.#address.files, isOver ? ENGINE_CLOCK_MS : 0);
    // What was shown has ended, and is renewed: it is taken at once.
    if (!ended && isOver) return;
    const refusal = ended ?? refusalOf(error);
    if (!refusal) return;
    this.#isToldWhy = true;
    this.#notice(waiting(refusal.message));
  }

  get isUp(): boolean {
    return this.#back === undefined;
  }

  /** When the engine stops to let us in, unless a file is renewed; undefined: never. */
  accessEnds(): Date | undefined {
    return firstEnd(this.#address.files);
  }

  /** Waits until it stands. @throws an error if it does not in the time that an answer has */
  async up(): Promise<void> {
    if (!this.#back) return;
    const late = new AbortController();
    const timeout = sleep(ENGINE_ANSWERS_MS, true, { signal: late.signal, ref: false }).catch(() => false);
    const isLate = await Promise.race([this.#back.promise, timeout]);
    late.abort();
    if (isLate) throw new Error('the connection to the engine is lost');
  }
}
