/** From the bets of a line to their rows in bets.csv. */
import { isUtf8 } from 'node:buffer';
import type { BetFault } from '../../machines/vocabulary/wire.ts';
import { COMMA, CR, find, LF, SEMICOLON, startsWith } from '../bytes.ts';
import { LINE_BYTES } from '../limits.ts';
import { decodeWireName, writeCsvName } from '../lottery/row.ts';
import { areBetFields, type BetRules, betNumber, faultOf, freeDigits } from '../lottery/rules.ts';
import { keep } from '../slab.ts';
import { copyWords, plainBetEnd, viewed } from './plain-bet.ts';

/** Here the rows are put together: quotes at most double a name, and each bet gains a CRLF for its `;`. */
const room = viewed(Buffer.allocUnsafeSlow(3 * LINE_BYTES));
const scratch = room.bytes;

type BetRows =
  /** A copy of the rows: a stored batch must not keep the socket's chunk alive. */
  | { fault: undefined; count: number; rows: Buffer }
  /** The first bad bet's position, from 0. */
  | { fault: BetFault; count: number; position: number };

export type BetSource = {
  /** What each bet begins with: the agency's digits and a comma. */
  agency: Buffer;
  /** Whether names are percent-encoded. */
  escaped: boolean;
  rules: BetRules;
};

/** Translates `<bet>;<bet>…` in `bytes[from, to)`, which is at most one line. It takes all bets, or none if one is bad.
 */
export const betRows = (bytes: Buffer, from: number, to: number, source: BetSource): BetRows => {
  const { agency } = source;
  const isText = isUtf8(bytes.subarray(from, to));
  const line = viewed(bytes);
  const digits = freeDigits(source.rules);
  let length = 0;
  let count = 0;
  for (let at = from; at <= to; count++) {
    let end = -1;
    if (isText && startsWith(bytes, at, to, agency)) {
      end = plainBetEnd(line, at + agency.length, to, digits);
      if (end !== to && bytes[end] !== SEMICOLON) end = -1;
    }
    if (end !== -1) {
      copyWords(line.words, at, end, room.words, length);
      length += end - at;
    } else {
      end = find(bytes, SEMICOLON, at, to);
      const written = writeRow(bytes.subarray(at, end), source, length);
      if (typeof written === 'string') {
        return { fault: written, position: count, count: count + countBets(bytes, end, to) };
      }
      length = written;
    }
    scratch[length++] = CR;
    scratch[length++] = LF;
    at = end + 1;
  }
  return { fault: undefined, count, rows: keep(scratch, length) };
};

/** Document and number of one bet's row: its last three fields are plain whatever the names hold. */
export const typedBet = (row: Buffer): { document: string; number: number } => {
  const [document = '', , number] = row.toString('latin1').trimEnd().split(',').slice(-3);
  return { document, number: Number(number) };
};

/** The whole translation of one bet, into the scratch buffer at `at`; returns where it ends, or what is wrong. */
const writeRow = (bet: Buffer, { agency, escaped, rules }: BetSource, at: number): number | BetFault => {
  const commas: number[] = [];
  for (let i = bet.indexOf(COMMA); i !== -1; i = bet.indexOf(COMMA, i + 1)) commas.push(i);
  if (commas.length !== 5) return 'FIELDS';
  if (!startsWith(bet, 0, bet.length, agency)) return 'AGENCY';
  const raw = commas.map((comma, i) => bet.subarray(comma + 1, commas[i + 1]));
  if (!areBetFields(raw)) return 'FIELDS';
  const first = escaped ? decodeWireName(raw[0]) : raw[0];
  if (first === undefined) return 'FIRST_NAME';
  const last = escaped ? decodeWireName(raw[1]) : raw[1];
  const fault = faultOf([first, last ?? NO_NAME, raw[2], raw[3], raw[4]], rules);
  if (fault !== undefined || last === undefined) return fault ?? 'LAST_NAME';

  at += agency.copy(scratch, at);
  at = writeCsvName(first, scratch, at);
  scratch[at++] = COMMA;
  at = writeCsvName(last, scratch, at);
  return at + scratch.write(`,${raw[2]},${raw[3]},${betNumber(raw[4], rules)}`, at, 'latin1');
};

const NO_NAME = Buffer.alloc(0);

/** Bets from the end of one on, that one included. */
const countBets = (bytes: Buffer, from: number, to: number): number => {
  let count = 1;
  for (let at = from; at < to; at++) if (bytes[at] === SEMICOLON) count++;
  return count;
};
