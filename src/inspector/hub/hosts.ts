/**
 * Who may speak to the hub. It has no password: what protects it is that it listens on this machine only. A web
 * page that a browser on this machine has open must not get around that, be it by a name of its own that suddenly
 * means 127.0.0.1 (DNS rebinding: the Host header tells), or from another origin (the Origin header tells).
 */
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

export class Hosts {
  readonly #names: ReadonlySet<string>;

  /**
   * @param bound the address that the hub listens on
   * @param allowed names that others reach it by, such as `inspector` in Compose's network
   */
  constructor(bound: string, allowed: readonly string[]) {
    const isEverywhere = bound === '0.0.0.0' || bound === '::';
    const own = isEverywhere ? addresses() : [bound];
    this.#names = new Set([
      ...LOOPBACK,
      ...[...own, ...allowed].map((name) => nameIn(bracketed(name)) ?? ''),
    ]);
  }

  /** A request's Host; the port is nobody's business, as Docker publishes it under any other. */
  areRight({ headers }: IncomingMessage): boolean {
    return this.#has(nameIn(headers.host ?? ''));
  }

  /** What a browser's page asks for is for our own page only; programs send no Origin. */
  isOwnPage({ headers }: IncomingMessage): boolean {
    const { origin, host } = headers;
    if (headers['sec-fetch-site'] === 'cross-site' && headers['sec-fetch-mode'] !== 'navigate') return false;
    return origin === undefined || origin === `http://${host}`;
  }

  /** A WebSocket may also come from another page of this machine: a program that is inspected in a browser. */
  mayOpenSocket({ headers: { origin } }: IncomingMessage): boolean {
    if (origin === undefined) return true;
    return URL.canParse(origin) && this.#has(new URL(origin).hostname);
  }

  #has(name: string | undefined): boolean {
    return name !== undefined && name !== '' && this.#names.has(name);
  }
}

const addresses = (): string[] =>
  Object.values(networkInterfaces()).flatMap((entries) => (entries ?? []).map(({ address }) => address));

const bracketed = (name: string): string => (isIP(name) === 6 ? `[${name}]` : name);

/** `inspector` of `inspector:8080`, as a browser writes it; undefined if it is no host. */
function nameIn(host: string): string | undefined {
  if (!/^[\w.:[\]-]+$/.test(host) || !URL.canParse(`http://${host}/`)) return undefined;
  return new URL(`http://${host}/`).hostname;
}
