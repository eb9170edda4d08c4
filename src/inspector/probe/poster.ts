/**
 * Posts to the hub: just enough of HTTP/1.1 for one path of one known server, over a socket that never keeps the
 * process alive. An HTTP library would do more, and has to be loaded: 50 ms of processor time for undici, 40 ms
 * for node:http, by which each of six processes would be late for a draw that takes a second.
 */
import { connect, type Socket } from 'node:net';
import { HUB_MS } from '../limits.ts';
import { HubLookup } from './hub-lookup.ts';

export type Answer = {
  status: number;
  /** By lower-case name. */
  headers: ReadonlyMap<string, string>;
};

type Waiting = { resolve: (answer: Answer) => void; reject: (error: Error) => void };

/** Characters of an answer's head: the hub's has some 100. */
const HEAD_CHARS = 8 * 1024;

export class Poster {
  readonly #url: URL;
  readonly #lookup = new HubLookup();
  #socket: Socket | undefined;
  /** Requests without an answer, oldest first: one may follow another. */
  #waiting: Waiting[] = [];
  #heard = '';
  #timer: NodeJS.Timeout | undefined;

  readonly #closed: () => void;

  /** @param closed hears of a connection that has ended while nothing was asked over it */
  constructor(url: URL, closed: () => void = () => {}) {
    this.#url = url;
    this.#closed = closed;
  }

  /** @returns the answer, which is 204; rejects where there is none, or any other */
  post(path: string, headers: Readonly<Record<string, string>>, body: string): Promise<Answer> {
    const bytes = Buffer.from(body);
    const lines = Object.entries({
      host: this.#url.host,
      ...headers,
      'content-length': String(bytes.length),
    }).map(([name, value]) => `${name}: ${value}\r\n`);
    return new Promise((resolve, reject) => {
      const socket = this.#connected();
      this.#waiting.push({ resolve, reject });
      this.#watch();
      socket.cork();
      socket.write(`POST ${path} HTTP/1.1\r\n${lines.join('')}\r\n`);
      socket.write(bytes);
      socket.uncork();
    });
  }

  /** Nothing follows, and nothing is waited for. */
  end(): void {
    this.#lookup.cancel();
  }

  #connected(): Socket {
    if (this.#socket) return this.#socket;
    const { hostname, port } = this.#url;
    const host = hostname.replace(/^\[|\]$/g, '');
    const socket = connect({ host, port: Number(port || 80), lookup: this.#lookup.find });
    socket.unref();
    socket.setNoDelay(true);
    socket.setEncoding('latin1');
    socket.on('data', (text) => this.#hear(socket, String(text)));
    socket.on('error', (error) => this.#give(socket, error));
    socket.on('close', () => this.#give(socket, new Error('the hub closed the connection')));
    this.#socket = socket;
    return socket;
  }

  #hear(socket: Socket, text: string): void {
    this.#heard += text;
    for (let end = this.#heard.indexOf('\r\n\r\n'); end >= 0; end = this.#heard.indexOf('\r\n\r\n')) {
      const answer = parse(this.#heard.slice(0, end));
      this.#heard = this.#heard.slice(end + 4);
      // Any other answer would have a body that somebody had to read: this is not our hub.
      // One that answers what nobody asked is no better.
      if (answer?.status !== 204 || this.#waiting.length === 0) {
        this.#give(socket, new Error(`the hub answers ${answer?.status ?? 'no HTTP'}`));
        return;
      }
      this.#waiting.shift()?.resolve(answer);
      this.#watch();
    }
    if (this.#heard.length > HEAD_CHARS) this.#give(socket, new Error('the hub answers no HTTP'));
  }

  /** The oldest request has so much time for its answer. */
  #watch(): void {
    clearTimeout(this.#timer);
    if (this.#waiting.length === 0) return;
    const late = () => {
      if (this.#socket) this.#give(this.#socket, new Error(`no answer within ${HUB_MS} ms`));
    };
    this.#timer = setTimeout(late, HUB_MS).unref();
  }

  /** Gives a connection up, and with it all that was asked over it. */
  #give(socket: Socket, error: Error): void {
    socket.destroy();
    if (this.#socket !== socket) return;
    this.#socket = undefined;
    this.#heard = '';
    const waiting = this.#waiting;
    this.#waiting = [];
    clearTimeout(this.#timer);
    if (waiting.length === 0) this.#closed();
    for (const { reject } of waiting) reject(error);
  }
}

/** The head of an answer, without its empty line. */
function parse(head: string): Answer | undefined {
  const [first = '', ...lines] = head.split('\r\n');
  const [, status] = /^HTTP\/1\.1 (\d{3})/.exec(first) ?? [];
  if (status === undefined) return undefined;
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  return { status: Number(status), headers };
}
