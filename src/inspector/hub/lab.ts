/**
 * The lab, in development only: by the inspector's page a person acts on what the page shows. What is asked for goes to
 * the demo that has started the inspector, over a channel that nobody else has. It is asked for by one browser, which has
 * opened the lab's address: that address is good once. Without INSPECT_CONTROL this file is not loaded.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LabAnswer } from '../../../machines/vocabulary/lab.ts';
import { LAB_ORDER_BYTES } from '../limits.ts';
import type { Asset } from './assets.ts';
import { LAB_DOES, type LabWish, wishIn } from './lab-wish.ts';

const ENTRANCE = '/lab';
const ORDERS = '/lab/orders';
const COOKIE = 'quiniela-lab';

/** Nobody guesses so many. */
const KEY_BYTES = 32;

const newKey = (): string => randomBytes(KEY_BYTES).toString('base64url');

export class Lab {
  /** What the address holds, until it was opened. */
  #ticket: string | undefined = newKey();
  /** What the browser that has opened it shows from then on. */
  #session: string | undefined;
  /** Machines that wait to be resumed, by their ids: what a page is to show that is opened later, or anew. */
  readonly #paused = new Set<string>();
  readonly #ask: (wish: LabWish) => Promise<Pick<LabAnswer, 'refusal'> | undefined>;

  /** @param ask what is wanted of the demo; undefined if it does not answer */
  constructor(ask: (wish: LabWish) => Promise<Pick<LabAnswer, 'refusal'> | undefined>) {
    this.#ask = ask;
  }

  /** Where the lab is entered, once; after the inspector's own address. */
  get entrance(): string {
    return `${ENTRANCE.slice(1)}?ticket=${this.#ticket}`;
  }

  has(path: string): boolean {
    return path === ENTRANCE || path === ORDERS;
  }

  /** The page as it is for this browser. */
  page(asset: Asset, request: IncomingMessage): Asset {
    if (typeof asset.body !== 'string' || !this.#isIn(request)) return asset;
    const paused = [...this.#paused].map(encodeURIComponent).join(' ');
    return { ...asset, body: asset.body.replace('<body ', `<body data-lab="${paused}" `) };
  }

  /** Host and origin are right. */
  handle(request: IncomingMessage, response: ServerResponse): void {
    const [path, query = ''] = (request.url ?? '').split('?');
    if (path === ENTRANCE) this.#enter(request, response, new URLSearchParams(query).get('ticket') ?? '');
    else this.#order(request, response).catch(() => request.destroy());
  }

  #enter(request: IncomingMessage, response: ServerResponse, ticket: string): void {
    if (request.method !== 'GET') {
      refuse(response, [405, 'only GET']);
      return;
    }
    if (!isSame(ticket, this.#ticket)) {
      response.writeHead(403, HTML).end(USED);
      return;
    }
    this.#ticket = undefined;
    this.#session = newKey();
    const cookie = `${COOKIE}=${this.#session}; Path=/; HttpOnly; SameSite=Strict`;
    // Not a redirect: a browser that comes from another page would not show the cookie there.
    response.writeHead(200, { ...HTML, 'set-cookie': cookie }).end(ENTERED);
  }

  async #order(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = this.#refusalOf(request) ?? (await wishOf(request));
    if ('length' in asked) {
      refuse(response, asked);
      return;
    }
    // That it could not be done is no mistake of whoever asked.
    const { refusal } = (await this.#ask(asked)) ?? { refusal: SILENT };
    if (refusal === undefined) this.#keep(asked);
    response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' });
    response.end(JSON.stringify({ refusal }));
  }

  #keep(done: LabWish): void {
    if (done.do === 'pause') this.#paused.add(done.actor);
    else if (done.do === 'resume') this.#paused.delete(done.actor);
    // Those of the process before have gone with it.
    else if (done.do === 'restart')
      for (const id of this.#paused) if (id.startsWith(`${done.who}_`)) this.#paused.delete(id);
  }

  #refusalOf(request: IncomingMessage): Refusal | undefined {
    const { origin, host, 'content-type': type } = request.headers;
    if (request.method !== 'POST') return [405, 'only POST'];
    // A browser says with each POST whose page it is of.
    if (origin !== `http://${host}`) return [403, "only the inspector's own page may act"];
    if (!this.#isIn(request))
      return [403, 'this browser may only look: the lab was opened in another one, or in none'];
    if (type !== 'application/json') return [415, 'only application/json'];
    return undefined;
  }

  #isIn({ headers }: IncomingMessage): boolean {
    const cookies = (headers.cookie ?? '').split('; ').map((pair) => pair.split('='));
    return cookies.some(([name, value = '']) => name === COOKIE && isSame(value, this.#session));
  }
}

function isSame(told: string, known: string | undefined): boolean {
  const [one, other] = [Buffer.from(told), Buffer.from(known ?? '')];
  return known !== undefined && one.length === other.length && timingSafeEqual(one, other);
}

const SILENT = 'no answer: the process may have ended, or be stopped by SIGSTOP';

type Refusal = readonly [status: number, text: string];

function refuse(response: ServerResponse, [status, text]: Refusal): void {
  const allow = status === 405 ? { allow: text.replace('only ', '') } : {};
  response.writeHead(status, { 'content-type': 'text/plain', ...allow }).end(`${text}\n`);
}

async function wishOf(request: IncomingMessage): Promise<LabWish | Refusal> {
  const text = await bodyOf(request);
  if (text === undefined) return [413, `more than ${LAB_ORDER_BYTES} bytes`];
  return wishIn(text) ?? [400, `no order: ${LAB_DOES}`];
}

async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) {
    text += chunk;
    if (Buffer.byteLength(text) > LAB_ORDER_BYTES) return undefined;
  }
  return text;
}

const HTML = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy':
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
} as const;

const ENTERED =
  '<!doctype html><html lang="en"><meta http-equiv="refresh" content="0; url=/"><title>Quiniela lab</title><p>The lab is open: <a href="/">to its page</a></p></html>\n';

const USED =
  '<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>Quiniela lab: not open</title><h1>This address does not open the lab</h1><p>It is good once, and was used already, or it is not whole. The browser that used it can still act. For another address start the demo again.</p><p><a href="/">Only look</a></p></html>\n';
