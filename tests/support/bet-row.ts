import type { Bet } from '../../src/lottery/bet.ts';
import { writeCsvName } from '../../src/lottery/row.ts';

const nameInCsv = (name: string): string => {
  const out = Buffer.alloc(2 * Buffer.byteLength(name) + 2);
  return out.toString('utf8', 0, writeCsvName(Buffer.from(name), out, 0));
};

/** The row of bets.csv, its names written as the program writes them. */
export const csvRow = ({ agency, firstName, lastName, document, birthdate, number }: Bet): Buffer => {
  const names = [firstName, lastName].map(nameInCsv);
  return Buffer.from(`${[agency, ...names, document, birthdate, number].join(',')}\r\n`);
};
