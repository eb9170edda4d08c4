/** What an agency hears: bytes in, typed messages out, one at a time. No socket, no clock. */
import type { Dialect, ServerEvent } from '../../machines/vocabulary/wire.ts';
import { REPLY_LINE_BYTES, TP0_REPLY_LINE_BYTES } from '../limits.ts';
import { isDrawName } from '../lottery/draw.ts';
import { WIDEST_RULES } from '../lottery/rules.ts';
import { quoteText } from '../printable.ts';
import { LineBuffer } from './line-buffer.ts';
import { lineTooLong, violation } from './violation.ts';
import { A_WINNERS_LINE, readWinners } from './winners.ts';

/**
 * Decodes the answers of one connection. With `echo` each line comes back as it was, with its `\n`; the other dialects
 * drop a line that the server did not end. After a `protocol.violated` it gives no more messages.
 */
export class AgencyDecoder {
  readonly #lines: LineBuffer;
  readonly #lineBytes: number;
  readonly #dialect: Dialect | 'echo';
  #hasEnded = false;
  #isOver = false;

  constructor({ dialect }: { dialect: Dialect | 'echo' }) {
    this.#dialect = dialect;
    this.#lineBytes = dialect === 'tp0' ? TP0_REPLY_LINE_BYTES : REPLY_LINE_BYTES;
    this.#lines = new LineBuffer(this.#lineBytes);
  }

  /** Takes bytes from the server. It keeps the chunk, without a copy, until `next` has returned undefined. */
  push(chunk: Buffer): void {
    if (!this.#hasEnded && !this.#isOver) this.#lines.push(chunk);
  }

  /** The server will send no more. */
  end(): void {
    this.#hasEnded = true;
  }

  /** The next message, or undefined if more bytes are needed. */
  next(): ServerEvent | undefined {
    if (this.#isOver) return undefined;
    const message = this.#read();
    if (message?.type === 'protocol.violated') {
      this.#isOver = true;
      this.#lines.clear();
    }
    return message;
  }

  /** Whether a line was begun and has not ended. Ask only after `next` has returned undefined. */
  get hasPartialFrame(): boolean {
    return this.#lines.restBytes > 0;
  }

  /** Lines that have ended so far: with it a deadline can tell one begun line from the next. */
  get linesEnded(): number {
    return this.#lines.linesTaken;
  }

  #read(): ServerEvent | undefined {
    const taken = this.#lines.take();
    if (taken === 'tooLong') return lineTooLong(this.#lineBytes);
    if (taken === 'more') return this.#hasEnded ? this.#readRest() : undefined;
    const { source, from, to } = this.#lines;
    if (this.#dialect === 'echo') {
      return { type: 'server.echo', line: source.toString('utf8', from, to + 1) };
    }
    const line = source.toString('latin1', from, to);
    return this.#dialect === 'tp0'
      ? readTp0Reply(line)
      : readQuinielaReply(line, () => source.toString('utf8', from, to));
  }

  #readRest(): ServerEvent | undefined {
    this.#isOver = true;
    const line = this.#lines.rest.toString('utf8');
    this.#lines.clear();
    return this.#dialect === 'echo' && line.length > 0 ? { type: 'server.echo', line } : undefined;
  }
}

/* The lines that a server answers with. Strings are fast enough here: answers are few and mostly digits. */

const malformedReply = (line: string, expected: string): ServerEvent =>
  violation('MALFORMED', `Cannot read the server's answer ${quoteText(line)}: expected ${expected}`);

const INTEGER = /^(?:0|[1-9]\d{0,15})$/;

/** A non-negative safe integer, without sign or leading zeros, or -1. */
const integer = (text: string | undefined): number => {
  const value = text !== undefined && INTEGER.test(text) ? Number(text) : -1;
  return Number.isSafeInteger(value) ? value : -1;
};

/** `line` is the line's bytes, one character each; `text` its UTF-8, which only ERROR needs. */
const readQuinielaReply = (line: string, text: () => string): ServerEvent => {
  const colon = line.indexOf(':');
  const word = line.slice(0, Math.max(colon, 0));
  const body = line.slice(colon + 1);
  switch (word) {
    case 'STORED': {
      const next = integer(body);
      return next < 0 ? malformedReply(line, 'STORED:<next>') : { type: 'server.stored', next };
    }
    case 'WELCOME': {
      const [draw = '', digits, crcDigits, owed, ...others] = body.split(':');
      const [stored, crc] = [integer(digits), integer(crcDigits)];
      const isNamed = [draw, owed ?? draw].every(isDrawName);
      return !isNamed || stored < 0 || crc < 0 || crc > 0xffff_ffff || others.length > 0
        ? malformedReply(line, 'WELCOME:<draw>:<stored>:<crc>, and :<draw> if winners of another are owed')
        : { type: 'server.welcome', draw, stored, crc, ...(owed !== undefined && { owed }) };
    }
    case 'REJECTED': {
      const [offset, position, fault = '', ...others] = body.split(':');
      const at = { offset: integer(offset), position: integer(position) };
      return at.offset < 0 || at.position < 0 || !/^[A-Z_]+$/.test(fault) || others.length > 0
        ? malformedReply(line, 'REJECTED:<offset>:<position>:<code>')
        : { type: 'server.rejected', ...at, fault };
    }
    case 'BET': {
      const [id = '', digits, ...others] = body.split(':');
      const number = integer(digits);
      return !/^[\w-]{1,64}$/.test(id) || number < 0 || number > WIDEST_RULES.maxNumber || others.length > 0
        ? malformedReply(line, 'BET:<id>:<number>')
        : { type: 'server.betStored', id, number };
    }
    case 'WINNERS':
      return readWinners(body) ?? malformedReply(line, A_WINNERS_LINE);
    case 'ERROR': {
      const [, fault = '', said = ''] = /^ERROR:([A-Z_]+):(.*)$/s.exec(text()) ?? [];
      return fault === ''
        ? malformedReply(line, 'ERROR:<code>:<text>')
        : { type: 'server.error', fault, text: said };
    }
    default:
      return malformedReply(line, 'WELCOME:, STORED:, REJECTED:, BET:, WINNERS: or ERROR:');
  }
};

/** A count. One version of the original answers with the winners as a Python list: its elements are counted. */
const readTp0Reply = (line: string): ServerEvent => {
  const count = integer(line);
  if (count >= 0) return { type: 'server.count', count };
  if (line === '[]') return { type: 'server.count', count: 0 };
  if (line.startsWith('[') && line.endsWith(']')) {
    const elements = line.slice(1, -1).split(', ');
    if (elements.every((element) => /^(['"]?)\d+\1$/.test(element))) {
      return { type: 'server.count', count: elements.length };
    }
  }
  return malformedReply(line, "a count, or a list of documents such as ['30904465', '21689196']");
};
