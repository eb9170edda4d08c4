/** Reads the lines that a server answers with. Strings are fast enough here: answers are few and mostly digits. */
import type { ServerEvent } from '../../machines/vocabulary/wire.ts';
import { isDrawName } from '../lottery/draw.ts';
import { WIDEST_RULES } from '../lottery/rules.ts';
import { quoteText } from './quote.ts';
import { violation } from './violation.ts';
import { A_WINNERS_LINE, readWinners } from './winners.ts';

const malformedReply = (line: string, expected: string): ServerEvent =>
  violation('MALFORMED', `Cannot read the server's answer ${quoteText(line)}: expected ${expected}`);

const INTEGER = /^(?:0|[1-9]\d{0,15})$/;

/** A non-negative safe integer, without sign or leading zeros, or -1. */
const integer = (text: string | undefined): number => {
  const value = text !== undefined && INTEGER.test(text) ? Number(text) : -1;
  return Number.isSafeInteger(value) ? value : -1;
};

/** `line` is the line's bytes, one character each; `text` its UTF-8, which only ERROR needs. */
export const readQuinielaReply = (line: string, text: () => string): ServerEvent => {
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
export const readTp0Reply = (line: string): ServerEvent => {
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
