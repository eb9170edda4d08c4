/**
 * The hub, as a process reaches it with its inspection events: one connection, kept as long as the process lives, as
 * its end is news. The little HTTP that this needs stands here: to load a client of all of it takes a process 75 ms
 * of processor time, more than a short run's events.
 */
import { connect, type Socket } from 'node:net';
import { HUB_MS } from '../limits.ts';
import { HubLookup } from './hub-lookup.ts';

/** Characters of an answer's head; a hub's has 300. */
const HEAD_CHARS = 8 * 1024;

type Headers = Readonly<Record<string, string>>;
type Asked = { resolve: (hub: string) => void; reject: (error: Error) => void };

export class HubClient {
  readonly #url: URL;
  readonly #lookup = new HubLookup();
  readonly #onGone: () => void;
  #connection: Connection | undefined;

  /** @param onGone hears of each connection that has ended */
  constructor(url: URL, onGone: () => void) {
    this.#url = url;
    this.#onGone = onGone;
  }

  get isConnected(): boolean {
    return this.#connection?.isOpen ?? false;
  }

  /**
   * The next may follow without this one's answer, as they are numbered.
   *
   * @returns the name that the hub gives itself. @throws if nobody answers, or something else than a hub of ours
   */
  post(headers: Headers, body: string): Promise<string> {
    this.#connection ??= new Connection(this.#url, this.#lookup, (wasOpen) => {
      this.#connection = undefined;
      if (wasOpen) this.#onGone();
    });
    return this.#connection.post(headers, body);
  }

  /** Gives up what is under way. What the kernel has taken is delivered nevertheless. */
  close(): void {
    this.#lookup.cancel();
    this.#connection?.close();
  }
}

class Connection {
  isOpen = false;
  readonly #url: URL;
  readonly #socket: Socket;
  /** Who waits for an answer, in the order of the questions. */
  readonly #asked: Asked[] = [];
  /** What has come of the next answer. */
  #text = '';

  constructor(url: URL, { find }: HubLookup, onEnd: (wasOpen: boolean) => void) {
    this.#url = url;
    const host = url.hostname.replace(/^\[|\]$/g, '');
    let reason = new Error('the hub has hung up');
    // Nobody lives longer for being watched.
    this.#socket = connect({ host, port: Number(url.port || 80), lookup: find }).unref();
    this.#socket
      .setTimeout(HUB_MS)
      .on('connect', () => {
        this.isOpen = true;
      })
      .on('timeout', () => {
        if (this.#asked.length > 0)
          this.#socket.destroy(new Error(`the hub does not answer in ${HUB_MS} ms`));
      })
      .on('data', (piece) => this.#take(piece.toString('latin1')))
      .on('error', (error) => {
        reason = error;
      })
      .on('close', () => {
        const wasOpen = this.isOpen;
        this.isOpen = false;
        for (const { reject } of this.#asked.splice(0)) reject(reason);
        onEnd(wasOpen);
      });
  }

  post(headers: Headers, body: string): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    this.#asked.push({ resolve, reject });
    const fields = { host: this.#url.host, ...headers, 'content-length': `${Buffer.byteLength(body)}` };
    const lines = Object.entries(fields).map(([name, value]) => `${name}: ${printable(value)}`);
    this.#socket.write(`POST /events HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body}`);
    return promise;
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(text: string): void {
    this.#text += text;
    for (let end = this.#end(); end >= 0 && !this.#socket.destroyed; end = this.#end()) {
      const head = this.#text.slice(0, end);
      this.#text = this.#text.slice(end + BLANK.length);
      this.#answered(head);
    }
    if (this.#text.length > HEAD_CHARS) this.#socket.destroy(new Error('the hub answers too much'));
  }

  #end(): number {
    return this.#text.indexOf(BLANK);
  }

  /** A hub of ours says 204, which has no body; whatever else it is, nothing more is read of it. */
  #answered(head: string): void {
    const status = /^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1];
    if (this.#asked.length === 0) this.#socket.destroy(new Error('the hub answers what nobody asked'));
    else if (status !== '204') this.#socket.destroy(new Error(`the hub answers ${status ?? 'no HTTP'}`));
    else this.#asked.shift()?.resolve(/^quiniela-hub:[ \t]*(.*?)[ \t]*$/im.exec(head)?.[1] ?? '');
  }
}

const BLANK = '\r\n\r\n';

/** What ends a line would begin another field. */
const printable = (value: string): string => value.replaceAll(/[^\x20-\x7e]/g, '?');
