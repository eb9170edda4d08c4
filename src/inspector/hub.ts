/** The hub: takes in what processes tell of their actors, and shows it to pages and terminals, over HTTP. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { nanoid } from 'nanoid';
import type { Assets } from './assets.ts';
import { Audience } from './audience.ts';
import type { History } from './history.ts';
import { Intake } from './intake.ts';
import { DELIVER_MS } from './limits.ts';
import { toData } from './picture.ts';
import { StatelyFeed } from './stately-feed.ts';
import { StatelySockets } from './stately-sockets.ts';

export type HubOptions = {
  host: string;
  /** 0 for any that is free. */
  port: number;
  history: History;
  /** The history is a recorded run: it is whole, and nothing will follow. */
  isReplay: boolean;
  assets: Assets;
};

export class Hub {
  readonly #options: HubOptions;
  readonly #server: Server;
  readonly #audience: Audience;
  readonly #intake: Intake;
  readonly #feed = new StatelyFeed();
  readonly #sockets: StatelySockets;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: HubOptions) {
    this.#options = options;
    for (const { event } of options.history.entries) this.#feed.note(event);
    this.#audience = new Audience(options.history, options.isReplay, this.#feed);
    this.#intake = new Intake(options.history, nanoid());
    // A connection is kept as long as its process lives: its end is news.
    this.#server = createServer({ keepAliveTimeout: 0 }, (request, response) =>
      this.#answer(request, response),
    );
    this.#sockets = new StatelySockets(this.#server, options.history, this.#feed);
  }

  /** @returns where a browser finds it; rejects where it cannot listen */
  listen(): Promise<string> {
    const { host, port } = this.#options;
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => {
        this.#timer = setInterval(() => this.#deliver(), DELIVER_MS);
        const { port: actual } = this.#server.address() as AddressInfo;
        resolve(`http://${host.includes(':') ? `[${host}]` : host}:${actual}/`);
      });
    });
  }

  close(): void {
    clearInterval(this.#timer);
    this.#audience.dismiss();
    this.#sockets.close();
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #deliver(): void {
    const entries = this.#options.history.settle(Date.now());
    if (entries.length === 0) return;
    for (const { event } of entries) this.#feed.note(event);
    const stately = entries.flatMap(({ event }) => this.#feed.translate(event) ?? []);
    this.#audience.deliver(entries, stately);
    this.#sockets.deliver(stately);
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const [path = '/', query] = (request.url ?? '/').split('?');
    if (request.method === 'POST' && path === '/events') {
      this.#intake.handle(request, response);
      return;
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { allow: 'GET, HEAD' }).end();
      return;
    }
    if (path === '/stream') {
      this.#audience.admit(response, query === 'stately');
      return;
    }
    if (path === '/picture') {
      const { now } = this.#options.history;
      response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' });
      response.end(JSON.stringify(toData(now)));
      return;
    }
    const asset = this.#options.assets.get(path);
    if (!asset) {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('there is no such page\n');
      return;
    }
    const policy = path === '/stately' ? STATELY_POLICY : POLICY;
    response.writeHead(200, {
      'content-type': asset.type,
      'content-security-policy': policy,
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-cache',
    });
    response.end(asset.body);
  }
}

/** Nothing is loaded from anywhere else: the page works offline, and a text that looks like code stays a text. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/** Except Stately's inspector, in a frame. */
const STATELY_POLICY = `${POLICY}; frame-src https: http:`;
