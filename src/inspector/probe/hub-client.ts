/**
 * The hub, as a process reaches it with its inspection events: one connection, kept as long as the process lives, as
 * its end is news. The HTTP client is loaded by the first events, so nobody starts later for being watched.
 */
import { connect, type Socket } from 'node:net';
import type { buildConnector, Client } from 'undici';
import { keepWasmPlain, loadLate } from '../../runtime/v8-options.ts';
import { HUB_MS } from '../limits.ts';
import { HubLookup } from './hub-lookup.ts';

/** Requests under way at once: the last may follow the one before without its answer, as they are numbered. */
const PIPELINED = 2;

/** Milliseconds that a connection may be idle: as long as timers go. */
const KEPT_MS = 2 ** 31 - 1;

export class HubClient {
  readonly #url: URL;
  readonly #lookup = new HubLookup();
  readonly #onGone: () => void;
  #client: Promise<Client> | undefined;
  #socket: Socket | undefined;
  #isConnected = false;

  /** @param onGone hears of each connection that has ended */
  constructor(url: URL, onGone: () => void) {
    this.#url = url;
    this.#onGone = onGone;
  }

  get isConnected(): boolean {
    return this.#isConnected;
  }

  /** Loads what is needed. */
  ready(): Promise<Client> {
    this.#client ??= this.#make();
    return this.#client;
  }

  /** @returns the name that the hub gives itself. @throws if nobody answers, or something else than a hub of ours */
  async post(headers: Readonly<Record<string, string>>, body: string): Promise<string> {
    const client = await this.ready();
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    client.dispatch(
      { path: '/events', method: 'POST', headers, body, idempotent: true },
      {
        onRequestStart() {},
        onResponseStart(controller, status, { 'quiniela-hub': hub }) {
          if (status === 204) resolve(String(hub ?? ''));
          // Any other answer would have a body that somebody had to read; what is below 200 only comes before one.
          else if (status >= 200) controller.abort(new Error(`the hub answers ${status}`));
        },
        onResponseData() {},
        onResponseEnd() {},
        onResponseError: (_, error) => reject(error),
      },
    );
    return promise;
  }

  /** Gives up what is under way. What the kernel has taken is delivered nevertheless. */
  async close(): Promise<void> {
    await (await this.#client)?.destroy();
    this.#lookup.cancel();
    this.#socket?.destroy();
  }

  /** Undici's own gives no socket away before it is connected: to a host that has gone, that holds the process's end. */
  readonly #connect: buildConnector.connector = ({ hostname, port }, tell) => {
    const socket = connect({ host: hostname, port: Number(port || 80), lookup: this.#lookup.find });
    this.#socket = socket;
    const fail = (error: Error): void => tell(error, null);
    const late = setTimeout(() => socket.destroy(new Error(`no connection within ${HUB_MS} ms`)), HUB_MS);
    socket
      .setNoDelay()
      .once('error', fail)
      .once('close', () => clearTimeout(late))
      .once('connect', () => {
        clearTimeout(late);
        socket.off('error', fail);
        tell(null, socket);
      });
  };

  async #make(): Promise<Client> {
    // All of undici takes several times as long.
    const { default: Client } = await loadLate(() => import('undici/lib/dispatcher/client.js'));
    // Its parser of answers, of which a run has few.
    keepWasmPlain();
    const client = new Client(this.#url.origin, {
      pipelining: PIPELINED,
      headersTimeout: HUB_MS,
      bodyTimeout: HUB_MS,
      keepAliveTimeout: KEPT_MS,
      connect: this.#connect,
    });
    client.on('connect', () => {
      this.#isConnected = true;
    });
    client.on('disconnect', () => {
      this.#isConnected = false;
      this.#onGone();
    });
    return client;
  }
}
