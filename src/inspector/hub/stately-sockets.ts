/**
 * WebSockets as `createInspectorServer` of @statelyai/inspect has them, on the same port: what a client of
 * `createWebSocketInspector` sends takes its place among the others, and a `createWebSocketReceiver` gets all.
 */
import type { IncomingMessage, Server } from 'node:http';
import { nanoid } from 'nanoid';
import { type WebSocket, WebSocketServer } from 'ws';
import { now } from '../clock.ts';
import { CLIENTS, EVENT_CHARS, PAGE_CHARS, PAGE_MS } from '../limits.ts';
import type { Crowd } from './crowd.ts';
import { Foreigner } from './foreigner.ts';
import type { History } from './history.ts';
import type { Hosts } from './hosts.ts';
import type { Intake } from './intake.ts';
import { StatelyReader } from './readers.ts';
import { ShortenedSocket } from './shortened-socket.ts';
import type { StatelyFeed } from './stately-feed.ts';

const ID_CHARS = 6;

type SocketsOptions = {
  history: History;
  feed: StatelyFeed;
  intake: Intake;
  hosts: Hosts;
  crowd: Crowd;
};

type Client = { reader: StatelyReader; waitedSince: number | undefined };

export class StatelySockets {
  readonly #options: SocketsOptions;
  readonly #server: WebSocketServer;
  readonly #clients = new Map<WebSocket, Client>();

  constructor(http: Server, options: SocketsOptions) {
    this.#options = options;
    this.#server = new WebSocketServer({
      noServer: true,
      // What is skimmed has no more characters than are read, of three bytes each at most.
      maxPayload: 3 * EVENT_CHARS,
      perMessageDeflate: false,
      autoPong: false,
      // One message in a turn, however many come together.
      allowSynchronousEvents: false,
      verifyClient: (
        { req }: { req: IncomingMessage },
        answer: (isAdmitted: boolean, code?: number) => void,
      ) => {
        const code = this.#refusalOf(req);
        answer(code === undefined, code);
      },
    });
    http.on('upgrade', (request, socket, head) =>
      this.#server.handleUpgrade(request, new ShortenedSocket(socket, head), Buffer.alloc(0), (client) =>
        this.#admit(client),
      ),
    );
  }

  /** Something may be new; one that takes nothing for long is cut. */
  deliver(): void {
    const at = performance.now();
    for (const [socket, client] of this.#clients) {
      if (socket.bufferedAmount < PAGE_CHARS) {
        client.waitedSince = undefined;
        for (const message of client.reader.next()) socket.send(message, () => {});
      } else {
        client.waitedSince ??= at;
        if (at - client.waitedSince > PAGE_MS) socket.terminate();
      }
    }
  }

  close(): void {
    for (const client of this.#server.clients) client.terminate();
    this.#server.close();
  }

  /** Nobody is let in to be sent away: what a client tells an open socket it tells once. */
  #refusalOf(request: IncomingMessage): number | undefined {
    const { hosts, crowd } = this.#options;
    if (!hosts.areRight(request)) return 403;
    if (!hosts.mayOpenSocket(request)) return 401;
    if (this.#clients.size < CLIENTS) return undefined;
    crowd.turnAway();
    return 503;
  }

  #admit(socket: WebSocket): void {
    socket.on('error', () => {});
    const { history, feed, intake, crowd } = this.#options;
    this.#clients.set(socket, { reader: new StatelyReader(history, feed), waitedSince: undefined });
    const process = nanoid(ID_CHARS);
    const foreigner = new Foreigner(process);
    let hasSpoken = false;
    let waiting = 0;
    let before: Promise<unknown> = Promise.resolve();
    socket.on('message', (data) => {
      waiting += 1;
      socket.pause();
      before = before
        .then(() => intake.take(String(data), (event) => foreigner.tell(event)))
        .then((isEvent) => {
          hasSpoken ||= isEvent;
          waiting -= 1;
          if (waiting === 0) socket.resume();
        });
    });
    // One that pings and does not read would be owed ever more answers.
    socket.on('ping', (data) => {
      if (socket.bufferedAmount < PAGE_CHARS) socket.pong(data);
    });
    socket.on('close', () => {
      this.#clients.delete(socket);
      crowd.makeRoom();
      const createdAt = now().toFixed(3);
      before.then(() => {
        if (hasSpoken) history.add({ type: '@quiniela.left', process, createdAt });
      });
    });
  }
}
