import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of its own for each test; `using` removes it. */
export function temporaryFolder(): Disposable & { path: string } {
  const path = mkdtempSync(join(tmpdir(), 'quiniela-data-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

export type Row = { first: string; last: string; document: string; birthdate: string; number: string };

/** The rows of a file without quoted fields, which is checked. */
export function readRows(path: string): Row[] {
  const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(path));
  const lines = text.split('\r\n');
  if (lines.pop() !== '') throw new Error('the last row does not end in CRLF');
  return lines.map((line) => {
    const [first, last, document, birthdate, number, ...more] = line.split(',');
    if (number === undefined || more.length > 0 || /["\r\n]/.test(line)) throw new Error(`bad row: ${line}`);
    return { first, last, document, birthdate, number } as Row;
  });
}

export const share = <T>(items: readonly T[], test: (item: T) => boolean): number =>
  items.filter(test).length / items.length;

export const mean = <T>(items: readonly T[], value: (item: T) => number): number =>
  items.reduce((sum, item) => sum + value(item), 0) / items.length;

export const rowBytes = (row: Row): number => Buffer.byteLength(Object.values(row).join(',')) + 2;

/** How far two samples' shares of a whole-number property are from one another at most. */
export function largestDifference<T>(
  a: readonly T[],
  b: readonly T[],
  property: (item: T) => number,
): number {
  const counts = (items: readonly T[]): Map<number, number> => {
    const found = new Map<number, number>();
    for (const item of items) found.set(property(item), (found.get(property(item)) ?? 0) + 1 / items.length);
    return found;
  };
  const [ofA, ofB] = [counts(a), counts(b)];
  const values = new Set([...ofA.keys(), ...ofB.keys()]);
  return Math.max(...[...values].map((value) => Math.abs((ofA.get(value) ?? 0) - (ofB.get(value) ?? 0))));
}
