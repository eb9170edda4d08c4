/** The hub: takes in what processes tell of their actors, and shows it to pages and terminals, over HTTP. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { nanoid } from 'nanoid';
import { codeOf } from '../../errors.ts';
import { now } from '../clock.ts';
import { CONNECTIONS, DELIVER_MS, REQUEST_MS, SETTLE_TURN_MS } from '../limits.ts';
import { runNameOf } from '../view/run-name.ts';
import type { Asset, Assets } from './assets.ts';
import { Audience } from './audience.ts';
import { Crowd } from './crowd.ts';
import type { History } from './history.ts';
import { Hosts } from './hosts.ts';
import { Intake } from './intake.ts';
import type { Lab } from './lab.ts';
import type { ReadSoFar } from './replay.ts';
import { StatelyFeed } from './stately-feed.ts';
import { StatelySockets } from './stately-sockets.ts';
import { Turns } from './turns.ts';

type HubOptions = {
  host: string;
  /** 0 for any that is free. */
  port: number;
  /** Any other one, if this one is taken. */
  isAnyElse?: boolean;
  /** Names by which others reach it, besides its address and those of this machine. */
  allowedHosts?: readonly string[];
  history: History;
  /** The history is a recorded run, of which so much has been read. */
  replay?: ReadSoFar | undefined;
  assets: Assets;
  /** A person may act on what is shown. */
  lab?: Lab | undefined;
  /** Told when the first page is open. */
  onPage?: () => void;
  /** Told once, when programs are turned away for the first time. */
  onCrowd?: () => void;
};

export class Hub {
  readonly #options: HubOptions;
  readonly #hosts: Hosts;
  readonly #server: Server;
  readonly #audience: Audience;
  readonly #intake: Intake;
  readonly #feed: StatelyFeed;
  readonly #turns = new Turns();
  readonly #sockets: StatelySockets;
  #timer: NodeJS.Timeout | undefined;
  #hasPage = false;

  constructor(options: HubOptions) {
    const { history, replay, host, allowedHosts = [], onCrowd = () => {} } = options;
    const id = nanoid();
    const crowd = new Crowd(onCrowd);
    this.#options = options;
    this.#hosts = new Hosts(host, allowedHosts);
    this.#feed = new StatelyFeed(history.now.definitions);
    this.#audience = new Audience({
      history,
      replay,
      feed: this.#feed,
      hub: id,
      run: replay?.run ?? runNameOf(now()),
      turns: this.#turns,
      crowd,
    });
    this.#intake = new Intake(history, id, this.#turns);
    // A connection is kept as long as its process lives: its end is news.
    const limits = { keepAliveTimeout: 0, requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS };
    this.#server = createServer(limits, (request, response) => this.#answer(request, response));
    this.#server.maxConnections = CONNECTIONS;
    this.#sockets = new StatelySockets(this.#server, {
      history,
      feed: this.#feed,
      intake: this.#intake,
      hosts: this.#hosts,
      crowd,
    });
  }

  /** @returns where a browser finds it; rejects if it cannot listen */
  async listen(): Promise<string> {
    const { host, port, isAnyElse = false } = this.#options;
    await this.#bind(port).catch((error) => {
      if (!isAnyElse || codeOf(error) !== 'EADDRINUSE') throw error;
      return this.#bind(0);
    });
    this.#timer = setInterval(() => this.#deliver(), DELIVER_MS);
    const { port: actual } = this.#server.address() as AddressInfo;
    // What listens everywhere is opened on this machine.
    const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
    return `http://${name.includes(':') ? `[${name}]` : name}:${actual}/`;
  }

  close(): void {
    clearInterval(this.#timer);
    this.#audience.dismiss();
    this.#sockets.close();
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #bind(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, this.#options.host, () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
  }

  #deliver(): void {
    this.#intake.tellRefused();
    const { history, replay } = this.#options;
    // Only who reads a file knows what may still come before what.
    const isReading = replay !== undefined && replay.share < 1;
    if (!isReading && !history.isBehind) this.#settle();
    this.#audience.deliver();
    this.#sockets.deliver();
  }

  /** In as many turns as it takes. */
  async #settle(): Promise<void> {
    const { history } = this.#options;
    do {
      history.settle(now(), SETTLE_TURN_MS);
      if (history.isBehind) await this.#turns.next();
    } while (history.isBehind);
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    response.on('error', () => {});
    for (const [name, value] of SAFE_HEADERS) response.setHeader(name, value);
    const [path = '/', query] = (request.url ?? '/').split('?');
    const { assets, lab } = this.#options;
    const refusal = this.#refusalOf(request, path);
    if (refusal) {
      const { status, text, headers = {} } = refusal;
      response.writeHead(status, { 'content-type': 'text/plain', connection: 'close', ...headers });
      response.end(`${text}\n`);
      return;
    }
    if (path === '/events') {
      this.#intake.handle(request, response);
      return;
    }
    // Only a process's connection is kept: its end is news.
    response.setHeader('connection', 'close');
    if (path === '/stream') {
      const kind = query === 'stately' ? 'bridge' : 'page';
      this.#audience.admit(response, kind);
      if (kind === 'page') this.#welcome();
    } else if (path === '/picture') this.#audience.admit(response, 'picture');
    else if (lab?.has(path)) lab.handle(request, response);
    else {
      const asset = assets.get(path)!;
      void showAsset(response, path === '/' && lab ? lab.page(asset, request) : asset);
    }
  }

  #welcome(): void {
    if (!this.#hasPage) this.#options.onPage?.();
    this.#hasPage = true;
  }

  #refusalOf(request: IncomingMessage, path: string): Refusal | undefined {
    if (!this.#hosts.areRight(request))
      return { status: 403, text: 'the inspector has another name; --allow-host adds one' };
    if (!this.#hosts.isOwnPage(request))
      return { status: 403, text: 'only its own page may ask the inspector' };
    // It knows what it takes.
    if (this.#options.lab?.has(path)) return undefined;
    const isFeed = path === '/stream' || path === '/picture';
    const methods = path === '/events' ? ['POST'] : isFeed ? ['GET'] : ['GET', 'HEAD'];
    if (!methods.includes(request.method ?? ''))
      return { status: 405, text: `only ${methods.join(', ')}`, headers: { allow: methods.join(', ') } };
    if (path !== '/events' && !isFeed && !this.#options.assets.has(path))
      return { status: 404, text: 'there is no such page' };
    return undefined;
  }
}

type Refusal = { status: number; text: string; headers?: Record<string, string> };

async function showAsset(response: ServerResponse, asset: Asset): Promise<void> {
  const body = typeof asset.body === 'string' ? asset.body : await asset.body();
  response.writeHead(200, {
    'content-type': asset.type,
    'content-security-policy': policyOf(asset),
    'cache-control': 'no-cache',
  });
  response.end(body);
}

const SAFE_HEADERS = [
  ['x-content-type-options', 'nosniff'],
  ['cross-origin-resource-policy', 'same-origin'],
  ['referrer-policy', 'no-referrer'],
] as const;

/** Nothing is loaded from anywhere else: the page works offline, and a text that looks like code stays a text. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Except Stately's inspector, in a frame. */
const policyOf = ({ frames }: Asset): string => (frames ? `${POLICY}; frame-src ${frames}` : POLICY);
