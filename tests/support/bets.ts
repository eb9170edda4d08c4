/** Bets that are the same for the same seed, in each form that they take, and what a draw's folder holds. */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { nodeDisk } from '../../src/store/disk.ts';
import { verifyDraw } from '../../src/store/verify.ts';
import { pythonReads, withoutPython } from './python-csv.ts';

const WINNER = 7574;

/** As it stands in a row: agency, first name, last name, document, birthdate, number. */
export type Row = readonly [string, string, string, string, string, string];

const FIRST = ['Santiago Lionel', 'María José', 'Ñancú', 'Zoë', 'Agustín', 'Łucja', 'Ana', 'Joaquín Elías'];
const LAST = ['Lorca', 'Muñoz', 'Peña y Álvarez', "O'Higgins", 'Rivera', 'Güemes', '李', 'Pérez de la Cruz'];

/** `winners` of the bets, spread evenly, are on the winning number; documents differ between all agencies. */
export const makeBets = (agency: number, count: number, winners = 0): Row[] => {
  const won = new Set(
    Array.from({ length: winners }, (_, i) => Math.floor(((i + 1) * count) / (winners + 1))),
  );
  return Array.from({ length: count }, (_, i) => {
    const number = won.has(i) ? WINNER : (i * 37 + agency) % 7574;
    return [
      `${agency}`,
      FIRST[(i * 5 + agency) % FIRST.length]!,
      LAST[(i * 3 + agency) % LAST.length]!,
      `${10_000_000 + agency * 200_000 + i}`,
      `${1950 + (i % 60)}-${String(1 + (i % 12)).padStart(2, '0')}-${String(1 + (i % 28)).padStart(2, '0')}`,
      `${number}`,
    ] as const;
  });
};

export const documentsOfWinners = (rows: readonly Row[]): string[] =>
  rows.filter((row) => Number(row[5]) === WINNER).map((row) => row[3]);

const quoted = (field: string): string =>
  /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;

/** As bets.csv has it, CRLF included. */
export const csvRow = (row: readonly string[]): string => `${row.map(quoted).join(',')}\r\n`;

const escaped = (field: string): string =>
  field.replace(/[,;%]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

/** As an agency says it. */
export const wireBet = (row: Row): string => row.map(escaped).join(',');
export const wireBets = (rows: readonly Row[]): string => rows.map(wireBet).join(';');
export const batchLine = (offset: number, rows: readonly Row[]): string =>
  `BATCH:${offset}:${wireBets(rows)}\n`;

export const crcOf = (rows: readonly Row[]): number => crc32(rows.map(csvRow).join(''));
export const doneLine = (agency: number, rows: readonly Row[]): string =>
  `DONE:${agency}:${rows.length}:${crcOf(rows)}\n`;

/** Writes an agency's file; its number is not in it. */
export const writeAgencyFile = (folder: string, agency: number, rows: readonly Row[]): void => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `agency-${agency}.csv`), rows.map((row) => csvRow(row.slice(1))).join(''));
};

/** An agency's file as rows of bets.csv. */
export const readAgencyFile = (folder: string, agency: number): Row[] =>
  parseCsv(readFileSync(join(folder, `agency-${agency}.csv`), 'utf8')).map(
    ([first, last, document, birthdate, number]) =>
      [`${agency}`, first!, last!, document!, birthdate!, `${Number(number)}`] as const,
  );

/** Read by Python's csv module if it is there: what the file promises is told by somebody else. */
export const readStored = (dir: string): Row[] => {
  const csv = readFileSync(join(dir, 'bets.csv'));
  return (withoutPython ? parseCsv(csv.toString()) : pythonReads(csv)) as unknown as Row[];
};

/** The rows in an order that does not depend on who came first. */
export const sorted = (rows: readonly Row[]): string[] => rows.map((row) => row.join('\x1f')).sort();

const parseCsv = (csv: string): string[][] => {
  const rows: string[][] = [[]];
  for (const [, inQuotes, plain, end] of csv.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    rows.at(-1)!.push(inQuotes?.replaceAll('""', '"') ?? plain!);
    if (end !== ',') rows.push([]);
  }
  return rows.filter((row) => row.length > 1);
};

/** The answer to a DONE: the winners' documents in one line, of a draw whose journal's hash nobody knows. */
export const winnersLine = (...documents: string[]): RegExp =>
  new RegExp(`^WINNERS:${documents.length}:[0-9a-f]{64}:${documents.join(',')}$`);

/** The agencies that have said DONE, as the folder says. */
export const finishedIn = async (dir: string): Promise<number[]> =>
  [...(await verifyDraw(dir, nodeDisk())).agencies].filter(([, { finished }]) => finished).map(([id]) => id);
