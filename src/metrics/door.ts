/**
 * HTTP for whoever watches, in a process that has something else to do. A connection gets one answer, has METRICS_CALL_MS
 * from its first byte to its last, and is greeted when strangers have their turn, so that a flood costs agencies no more here
 * than on the server's own port. When all places are taken, who has had one for longest makes room.
 *
 * Not node:http: it answers each question of a chunk that holds thousands, 40 ms at a stretch.
 */
import { type AddressInfo, createServer, type Socket } from 'node:net';
import {
  METRICS_ARRIVALS,
  METRICS_CALL_MS,
  METRICS_CALLS,
  METRICS_CALLS_OF_ADDRESS,
  METRICS_HEAD_BYTES,
} from '../limits.ts';
import { Places } from '../net/places.ts';
import { type Task, turns } from '../net/turns.ts';

export type Answer = { status: keyof typeof REASONS; type: string; body: string };

/** What a GET of this path is told; `query` is without its `?`. */
export type Answering = (path: string, query: string) => Answer;

const REASONS = {
  200: 'OK',
  400: 'Bad Request',
  404: 'Not Found',
  405: 'Method Not Allowed',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
} as const;

export class Door implements Task {
  turn = 0;
  served = 0;
  readonly #answer: Answering;
  readonly #places = new Places({ most: METRICS_CALLS, mostOfAddress: METRICS_CALLS_OF_ADDRESS });
  readonly #open = new Set<Socket>();
  readonly #server = createServer({ pauseOnConnect: true, noDelay: true }, (socket) => this.#add(socket));
  #waiting: Socket[] = [];

  constructor(answer: Answering) {
    this.#answer = answer;
  }

  /** @returns the port. @throws what the kernel says against it */
  listen(host: string, port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.on('error', reject).listen({ host, port, backlog: METRICS_ARRIVALS }, () => {
        resolve((this.#server.address() as AddressInfo).port);
      });
    });
  }

  close(): void {
    this.#server.close();
    for (const socket of [...this.#open, ...this.#waiting]) socket.destroy();
    this.#waiting = [];
  }

  work(): boolean {
    while (this.#waiting.length > 0 && turns.goesOn()) {
      const socket = this.#waiting.shift();
      if (socket?.remoteAddress !== undefined) this.#greet(socket, socket.remoteAddress);
      else socket?.destroy();
    }
    return this.#waiting.length > 0;
  }

  #add(socket: Socket): void {
    turns.knock();
    socket.on('error', () => {});
    if (this.#waiting.length >= METRICS_ARRIVALS) socket.resetAndDestroy();
    else if (this.#waiting.push(socket) === 1) turns.welcome(this);
  }

  #greet(socket: Socket, address: string): void {
    const caller = { address, makeRoom: () => socket.destroy() };
    const late = setTimeout(caller.makeRoom, METRICS_CALL_MS);
    this.#open.add(socket);
    this.#places.take(caller);
    socket.on('close', () => {
      clearTimeout(late);
      this.#open.delete(socket);
      this.#places.leave(caller);
    });
    hear(socket, this.#answer);
  }
}

/** An empty line; people who type a question end its lines without CR. */
const HEAD_END = /\r?\n\r?\n/;

/** A method, or the beginning of one: a TLS handshake, or whatever else comes here by mistake, is told at once. */
const METHOD = /^[A-Z]+( |$)/;

/** Reads a question to the end of its head, and answers it; whatever else comes ends the connection. */
const hear = (socket: Socket, answer: Answering): void => {
  let head = '';
  const take = (chunk: Buffer) => {
    head += chunk.toString('latin1', 0, METRICS_HEAD_BYTES);
    const isWhole = HEAD_END.test(head) || !METHOD.test(head);
    if (!isWhole && head.length < METRICS_HEAD_BYTES) return;
    socket.off('data', take).on('data', () => socket.destroy());
    socket.end(isWhole ? answerTo(head, answer) : response('GET', TOO_LONG));
  };
  socket.on('data', take);
  socket.resume();
};

const PLAIN = 'text/plain; charset=utf-8';
const TOO_LONG: Answer = {
  status: 431,
  type: PLAIN,
  body: `the head of a question has ${METRICS_HEAD_BYTES} bytes at most\n`,
};
const NO_HTTP: Answer = { status: 400, type: PLAIN, body: 'this is no HTTP\n' };
const ONLY_GET: Answer = { status: 405, type: PLAIN, body: 'only GET and HEAD are answered here\n' };

const answerTo = (head: string, answer: Answering): string => {
  const [, method = '', path = '', query = ''] =
    /^([A-Z]+) ([^ ?]+)\??([^ ]*) HTTP\/1\.\d\r?\n/.exec(head) ?? [];
  if (method === '') return response('GET', NO_HTTP);
  return response(method, method === 'GET' || method === 'HEAD' ? answer(path, query) : ONLY_GET);
};

const response = (method: string, { status, type, body }: Answer): string =>
  [
    `HTTP/1.1 ${status} ${REASONS[status]}`,
    `Content-Type: ${type}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    'Connection: close',
    '',
    method === 'HEAD' ? '' : body,
  ].join('\r\n');
