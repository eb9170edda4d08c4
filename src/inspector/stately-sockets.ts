/**
 * WebSockets as `createInspectorServer` of @statelyai/inspect has them, on the same port: what a client of
 * `createWebSocketInspector` sends takes its place among the others, and a `createWebSocketReceiver` gets all.
 */
import type { IncomingMessage, Server } from 'node:http';
import { nanoid } from 'nanoid';
import { type WebSocket, WebSocketServer } from 'ws';
import { isInspectorEvent, type StatelyEvent } from './events.ts';
import type { History } from './history.ts';
import { PAGE_BYTES, PAGES, REQUEST_BYTES } from './limits.ts';
import type { StatelyFeed } from './stately-feed.ts';

const ID_CHARS = 6;

export class StatelySockets {
  readonly #server: WebSocketServer;
  readonly #history: History;
  readonly #feed: StatelyFeed;

  constructor(http: Server, history: History, feed: StatelyFeed) {
    this.#history = history;
    this.#feed = feed;
    this.#server = new WebSocketServer({ server: http, maxPayload: REQUEST_BYTES, verifyClient: isLocal });
    // The HTTP server's own errors come here, too, and are told by whoever made it listen.
    this.#server.on('error', () => {});
    this.#server.on('connection', (socket) => this.#admit(socket));
  }

  deliver(events: readonly StatelyEvent[]): void {
    if (this.#server.clients.size === 0) return;
    const messages = events.map((event) => JSON.stringify(event));
    for (const client of this.#server.clients) {
      if (client.bufferedAmount > PAGE_BYTES) client.terminate();
      else for (const message of messages) client.send(message);
    }
  }

  close(): void {
    for (const client of this.#server.clients) client.terminate();
    this.#server.close();
  }

  #admit(socket: WebSocket): void {
    socket.on('error', () => {});
    if (this.#server.clients.size > PAGES) {
      socket.close(1013, 'too many clients');
      return;
    }
    for (const event of this.#feed.opening(this.#history.now)) socket.send(JSON.stringify(event));
    const process = nanoid(ID_CHARS);
    let hasSpoken = false;
    socket.on('message', (data) => {
      const event = parse(String(data));
      if (!event) return;
      hasSpoken = true;
      this.#history.add(apart(process, event));
    });
    socket.on('close', () => {
      const createdAt = Date.now().toFixed(3);
      if (hasSpoken) this.#history.add({ type: '@quiniela.left', process, createdAt });
    });
  }
}

/** A page from elsewhere may open a socket to this machine, and must not read what is said here. */
const isLocal = ({ req, origin }: { req: IncomingMessage; origin: string }): boolean => {
  if (!origin) return true;
  if (!URL.canParse(origin)) return false;
  const { hostname, host } = new URL(origin);
  return host === req.headers.host || ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
};

const parse = (text: string): StatelyEvent | undefined => {
  try {
    const event: unknown = JSON.parse(text);
    return isInspectorEvent(event) && event.type.startsWith('@xstate.') ? (event as StatelyEvent) : undefined;
  } catch {
    return undefined;
  }
};

/** Other programs call their actors `x:0`, too. */
function apart(process: string, event: StatelyEvent): StatelyEvent {
  const own = <T extends string | undefined>(id: T) => (id === undefined ? id : (`${process}.${id}` as T));
  const ids = { sessionId: own(event.sessionId), rootId: own(event.rootId) };
  if (event.type === '@xstate.actor') return { ...event, ...ids, parentId: own(event.parentId) };
  if (event.type === '@xstate.event') return { ...event, ...ids, sourceId: own(event.sourceId) };
  return { ...event, ...ids };
}
