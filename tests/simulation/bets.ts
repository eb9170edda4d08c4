/** The bets of a simulated draw: each of its own document, so that one in the wrong place shows. */
import type { Bet } from '../../src/lottery/bet.ts';
import { WINNING_NUMBER } from '../../src/lottery/draw.ts';
import type { Random } from '../crash/random.ts';
import { csvRow } from '../support/bet-row.ts';

const NAMES = ['Ana', 'José María', 'Peña, la', 'O"Higgins', 'Ñandú', '100%', 'a;b', 'Łódź 🎲'];
/** Two rows and a winner, to who does not look at the quotes. */
const TRAP = `x,${WINNING_NUMBER}\r\n1,y`;
/** The original's dialect cannot say the others' separators. */
const PLAIN_NAMES = ['Ana', 'José María', 'Ñandú', 'Lionel'];

/** Bets of an agency's file are numbered from 0, those placed singly from here. */
export const FIRST_SINGLE = 9_000;

export const makeBet = (
  random: Random,
  { draw, agency, index, isPlain }: { draw: number; agency: number; index: number; isPlain: boolean },
): Bet => ({
  agency,
  firstName: random.pick(isPlain ? PLAIN_NAMES : random.between(0, 15) ? NAMES : [TRAP]),
  lastName: random.pick(PLAIN_NAMES),
  document: String(draw * 1_000_000 + agency * 10_000 + index).padStart(8, '0'),
  birthdate: '1999-03-17',
  number: random.between(0, 9) === 0 ? WINNING_NUMBER : random.between(0, 9999),
});

/** The agency's file as it stands on its disk: its rows in bets.csv without the agency's number. */
export const fileOf = (bets: readonly Bet[]): Buffer =>
  Buffer.concat(bets.map((bet) => csvRow(bet).subarray(String(bet.agency).length + 1)));

/** The rows of bets.csv as text, without their line ends; a line end inside quotes is none. */
export const rowsIn = (csv: string): string[] => {
  const rows: string[] = [];
  let start = 0;
  let isQuoted = false;
  for (let at = 0; at < csv.length; at++) {
    if (csv[at] === '"') isQuoted = !isQuoted;
    if (isQuoted || csv[at] !== '\n') continue;
    rows.push(csv.slice(start, at - 1));
    start = at + 1;
  }
  if (start < csv.length) rows.push(csv.slice(start));
  return rows;
};

export const rowOf = (bet: Bet): string => csvRow(bet).toString('utf8').slice(0, -2);
