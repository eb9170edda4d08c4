/** The kinds of values that a key can have: how each is read from text, and what an error says is allowed. */
import { isIP, isIPv6 } from 'node:net';
import type { InvalidLimit } from '../../machines/agency/upload.ts';
import { UserError } from '../errors.ts';
import { MOST_AGENCIES } from '../limits.ts';
import { A_DRAW_NAME, isDrawName } from '../lottery/draw.ts';
import { isForOthers, MARKS_FOR_OTHERS } from '../make-folder.ts';
import { quoteText } from '../printable.ts';
import { type Duration, formatDuration, LONGEST_MS, parseDuration } from './duration.ts';

/** `parse` answers undefined if the text is not allowed; `allowed` ends the sentence "must be …". */
export type ValueType<T> = {
  readonly allowed: string;
  parse(text: string): T | undefined;
  /** The text without a secret that it may hold: logs are read by many. */
  hide?(text: string): string;
};

/** Characters of a value that an error repeats: a path is seen whole, a file's worth of text is not. */
const SHOWN = 256;

/** A text that is not allowed, or not known, in an error. */
export const shown = (text: string, { hide = (all) => all }: Pick<ValueType<unknown>, 'hide'> = {}): string =>
  quoteText(hide(text), SHOWN);

/** Where a server listens; `text` as it was given. */
type Address = Readonly<{ host: string; port: number; text: string }>;

const DIGITS = /^\d+$/;

function wholeNumberIn(text: string, min: number, max: number): number | undefined {
  if (!DIGITS.test(text)) return undefined;
  const value = Number(text);
  return value >= min && value <= max ? value : undefined;
}

export const wholeNumber = (min: number, max: number): ValueType<number> => ({
  allowed: `a whole number from ${min} to ${max}`,
  parse: (text) => wholeNumberIn(text.trim(), min, max),
});

/** An agency's number. */
export const agencyNumber = wholeNumber(0, MOST_AGENCIES);

const HIGHEST_PORT = 65_535;

/** A port to listen on; 0 is any free one. */
export const port = wholeNumber(0, HIGHEST_PORT);

/**
 * The value of what somebody typed.
 *
 * @param what what the user calls it, with what was attempted: `cannot run the demo: --bets`
 * @throws {UserError} `ARGUMENT`
 */
export function argument<T>(what: string, text: string, type: ValueType<T>): T {
  const value = type.parse(text);
  if (value !== undefined) return value;
  throw new UserError('ARGUMENT', `${what} is ${shown(text, type)}, must be ${type.allowed}`);
}

/** @param minMs the shortest one allowed, in milliseconds */
export const duration = (minMs = 0): ValueType<Duration> => ({
  allowed: `a duration such as 100ms, 5s or 1m30s, from ${minMs === 0 ? '0' : formatDuration(minMs)} to ${formatDuration(LONGEST_MS)}`,
  parse(given) {
    const text = given.trim();
    const ms = parseDuration(text);
    return ms === undefined || ms < minMs || ms > LONGEST_MS ? undefined : Object.freeze({ ms, text });
  },
});

/** One of some words, in any case; the answer is spelt as in `words`. */
export const oneOf = <const T extends string>(words: readonly T[]): ValueType<T> => ({
  allowed: `one of ${words.join(', ')}`,
  parse(given) {
    const text = given.trim().toLowerCase();
    return words.find((word) => word.toLowerCase() === text);
  },
});

/** A host to listen on: a name or an address, without a port; an IPv6 address may stand in brackets, as before a port. */
export const host: ValueType<string> = {
  allowed: 'a host name or an IP address without a port',
  parse(given) {
    const text = given.trim();
    const [, bare = text] = /^\[(.+)\]$/.exec(text) ?? [];
    if (isIPv6(bare)) return bare;
    return /^[\w.-]+$/.test(text) ? text : undefined;
  },
};

/** `host:port`; an IPv6 address stands in brackets. */
const address: ValueType<Address> = {
  allowed: 'host:port, such as server:12345 or [::1]:12345',
  parse(given) {
    const text = given.trim();
    const [, v6, name, digits = ''] = /^(?:\[([^\]]+)\]|([\w.-]+)):(\d+)$/.exec(text) ?? [];
    const number = wholeNumberIn(digits, 1, HIGHEST_PORT);
    const found = v6 ?? name;
    if (number === undefined || found === undefined || (v6 !== undefined && !isIPv6(v6))) return undefined;
    return Object.freeze({ host: found, port: number, text });
  },
};

/** Where the servers of a draw listen; `text` as it was given. */
export type Addresses = Readonly<{ servers: readonly Address[]; text: string }>;

/** One address, or several with commas between them. */
export const addresses: ValueType<Addresses> = {
  allowed: `${address.allowed}, or several with commas between them`,
  parse(given) {
    const text = given.trim();
    const servers = text.split(',').map(address.parse);
    const known = servers.filter((server) => server !== undefined);
    return known.length < servers.length ? undefined : Object.freeze({ servers: known, text });
  },
};

export const folder: ValueType<string> = {
  allowed: `the path of a folder, without ${MARKS_FOR_OTHERS}`,
  parse: (text) => (text.trim() === '' || text.includes('\0') || isForOthers(text) ? undefined : text),
};

export const file: ValueType<string> = {
  ...folder,
  allowed: `the path of a file, without ${MARKS_FOR_OTHERS}`,
};

/** A file of secrets. If somebody gives the secret itself, no message shows it. */
export const credsFile: ValueType<string> = {
  ...file,
  hide: (text) => (/^(SU[A-Z2-7]{40,}|[^/\\]+:[^/\\]*)$/.test(text) ? '***' : text),
};

const NODE = /^(nats|tls):\/\/(\[[^\]]+\]|[\w.-]+)(?::(\d+))?\/?$/i;
const NODE_PORT = 4222;

/** One node of an engine, with its port. */
const engineNode = (text: string): string | undefined => {
  const [, scheme, name = '', digits = String(NODE_PORT)] = NODE.exec(text.trim()) ?? [];
  const isAddress = scheme !== undefined && wholeNumberIn(digits, 1, HIGHEST_PORT) !== undefined;
  const host = name.startsWith('[') ? name.slice(1, -1) : name;
  if (!isAddress || (host !== name && !isIPv6(host))) return undefined;
  // Numbers that are no address, such as 10.0.0.256: the client would ask for them for ever.
  if (!URL.canParse(`http://${name}`)) return undefined;
  // A certificate is held to a name: the client has none for a number.
  if (scheme.toLowerCase() === 'tls' && isIP(host) !== 0) return undefined;
  return `${scheme.toLowerCase()}://${name}:${digits}`;
};

/** The nodes of an engine, any of which may be asked first. */
export const engineNodes: ValueType<readonly string[]> = {
  allowed:
    'addresses such as nats://a:4222,nats://b:4222 (tls:// and a name, no number, if they are encrypted), each once, without a user: a file that STORE_CREDS names says who we are',
  parse(text) {
    const nodes = text.split(',').map(engineNode);
    const isEachOnce = new Set(nodes).size === nodes.length;
    return isEachOnce && nodes.every((node) => node !== undefined) ? nodes : undefined;
  },
  // A user's password, or a token.
  hide: (text) => text.replace(/^([a-z]*:\/\/)?.*@/is, '$1***@'),
};

/** An odd number: a majority must be left when nodes are lost. */
export const replicas: ValueType<number> = {
  allowed: '1, 3 or 5',
  parse: (text) => [1, 3, 5].find((number) => String(number) === text.trim()),
};

/** What a draw is called. */
export const drawName: ValueType<string> = {
  allowed: A_DRAW_NAME,
  parse(given) {
    const text = given.trim();
    return isDrawName(text) ? text : undefined;
  },
};

/** What a single bet is known by: it travels between colons, so it has none. */
export const betId: ValueType<string> = {
  allowed: '1 to 64 letters, digits, - or _',
  parse: (text) => /^[A-Za-z0-9_-]{1,64}$/.exec(text.trim())?.[0],
};

/** As YAML 1.1 and people write it. */
export const yesNo: ValueType<boolean> = {
  allowed: 'yes or no',
  parse(given) {
    const text = given.trim().toLowerCase();
    if (['yes', 'true', 'on', '1'].includes(text)) return true;
    return ['no', 'false', 'off', '0'].includes(text) ? false : undefined;
  },
};

/** How many rows may be invalid: `5%`, `1%, at least 10`, or `12`. */
export const invalidLimit: ValueType<InvalidLimit> = {
  allowed: 'a number of rows, or a share of all such as 5% or 1%, at least 10',
  parse(given) {
    const [, rows, percent, atLeast = '0'] =
      /^(?:(\d{1,15})|(\d{1,3}(?:\.\d+)?) *%(?:,? *at least (\d{1,15}))?)$/.exec(given.trim()) ?? [];
    if (rows !== undefined) return { rows: Number(rows) };
    if (percent === undefined || Number(percent) > 100) return undefined;
    return { percent: Number(percent), atLeast: Number(atLeast) };
  },
};

/** Text that somebody else checks. */
export const anyText: ValueType<string> = { allowed: 'any text', parse: (text) => text };
