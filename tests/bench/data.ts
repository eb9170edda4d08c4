/** The agencies' files: the real ones if they are there, else made ones with as many bets; cut or repeated to size. */

import { mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { agencyFileName } from '../../src/data/file-name.ts';
import { generateAgencies } from '../../src/data/generate.ts';
import { WINNING_NUMBER } from '../../src/lottery/draw.ts';
import { REAL_FILES } from '../support/real-files.ts';

type AgencyData = { agency: number; bets: number; winners: number };
export type Data = { dir: string; bets: number; agencies: readonly AgencyData[] };

/** Bets of each real file. */
export const REAL_BETS = [26_936, 25_518, 16_014, 9_238, 991] as const;

const LF = 0x0a;
const WINNING_END = Buffer.from(`,${WINNING_NUMBER}\r\n`);

/** The first `count` rows; none of these files has a line feed inside quotes. */
const firstRows = (file: Buffer, count: number): Buffer => {
  let end = 0;
  for (let row = 0; row < count; row++) end = file.indexOf(LF, end) + 1;
  return file.subarray(0, end);
};

const countOf = (bytes: Buffer, what: Buffer | number): number => {
  let count = 0;
  for (let at = bytes.indexOf(what); at >= 0; at = bytes.indexOf(what, at + 1)) count++;
  return count;
};

/** Five files, as long as the real ones. */
export async function baseFiles(work: string): Promise<{ files: Buffer[]; real: boolean }> {
  const read = (dir: string) =>
    Promise.all(REAL_BETS.map((_, index) => readFile(join(dir, agencyFileName(index + 1)))));
  try {
    return { files: await read(REAL_FILES), real: true };
  } catch {
    const dir = join(work, 'made');
    await generateAgencies({ agencies: REAL_BETS.length, bets: Math.max(...REAL_BETS), seed: 1, dir });
    const files = await read(dir);
    return { files: files.map((file, index) => firstRows(file, REAL_BETS[index]!)), real: false };
  }
}

/** Writes a file for each of `bets`: so many bets, from the base files in turn, repeated if they are shorter. */
export async function writeAgencies(
  dir: string,
  base: readonly Buffer[],
  bets: readonly number[],
): Promise<Data> {
  await mkdir(dir, { recursive: true });
  const agencies: AgencyData[] = [];
  for (const [index, wanted] of bets.entries()) {
    const whole = base[index % base.length]!;
    const rows = countOf(whole, LF);
    const times = Math.floor(wanted / rows);
    const rest = firstRows(whole, wanted % rows);
    const file = await open(join(dir, agencyFileName(index + 1)), 'w');
    for (let time = 0; time < times; time++) await file.writeFile(whole);
    await file.writeFile(rest);
    await file.close();
    const winners = times * countOf(whole, WINNING_END) + countOf(rest, WINNING_END);
    agencies.push({ agency: index + 1, bets: wanted, winners });
  }
  return { dir, agencies, bets: bets.reduce((sum, count) => sum + count, 0) };
}

/** `total` bets in equal shares. */
export const shares = (total: number, agencies: number): number[] =>
  Array.from({ length: agencies }, () => Math.floor(total / agencies));
