/** What the store's tests share: rows as bets.csv has them, requests, and a reader that knows nothing of src. */
import { crc32 } from 'node:zlib';
import type { LogEntry } from '../../machines/vocabulary/log.ts';
import type { RequestOf, StoreOutcome, StoreRequest } from '../../machines/vocabulary/store.ts';
import { keep } from '../../src/slab.ts';
import { type BetStoreOptions, openBetStore } from '../../src/store/bet-store.ts';
import type { Disk } from '../../src/store/disk.ts';

export const DIR = '/draw';

/** Noon on a day that never changes. */
export const NOON = Date.UTC(2026, 10, 23, 12);

/** Opens a store with a clock that stands still, and keeps its notices. */
export async function open(disk: Disk, dir = DIR, options: Partial<BetStoreOptions> = {}) {
  const notices: LogEntry[] = [];
  const notice = (entry: LogEntry) => void notices.push(entry);
  return {
    ...(await openBetStore({ dir, disk, agencies: 5, now: () => NOON, notice, ...options })),
    notices,
  };
}

const field = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** As Python's csv.writer with QUOTE_MINIMAL writes it. */
export const csvRow = (fields: readonly (string | number)[]): string =>
  `${fields.map((value) => field(String(value))).join(',')}\r\n`;

const FIRST_NAMES = ['Ana', 'José', 'María "Mari"', 'Juan, hijo', 'Zoë\r\nLuz', 'Li,7574\r\nNo'];

/** Bet `index` of an agency's file: always the same; every 13th wins, some need quotes. */
export const betRow = (agency: number, index: number): string =>
  csvRow([
    agency,
    FIRST_NAMES[(agency + index) % FIRST_NAMES.length]!,
    `Pérez ${index}`,
    String(10_000_000 * agency + index).padStart(8, '0'),
    '1999-03-17',
    index % 13 === 12 ? 7574 : index % 7574,
  ]);

/** Bets `from` to before `to` of an agency's file. */
export const rowsOf = (agency: number, from: number, to: number): Buffer => {
  let text = '';
  for (let index = from; index < to; index++) text += betRow(agency, index);
  return Buffer.from(text);
};

export const batch = (agency: number, from: number, to: number): StoreRequest => ({
  kind: 'bets',
  agency,
  dialect: 'quiniela',
  offset: from,
  count: to - from,
  rows: rowsOf(agency, from, to),
});

export const tp0Batch = (agency: number, from: number, to: number): StoreRequest => ({
  ...(batch(agency, from, to) as RequestOf<'bets'>),
  dialect: 'tp0',
  offset: -1,
});

/** Exercise 5's bet: bet `index` of the agency's file. */
export const tp0Bet = (agency: number, index: number): StoreRequest => ({
  kind: 'tp0Bet',
  agency,
  row: rowsOf(agency, index, index + 1),
  document: String(10_000_000 * agency + index),
  number: index,
});

export const single = (agency: number, id: string, index: number): StoreRequest => ({
  kind: 'bet',
  agency,
  id,
  row: Buffer.from(betRow(agency, index)),
  document: String(10_000_000 * agency + index),
  number: index,
});

/** The request as a socket brings it: its rows lie in memory that will be used again. */
export const asReceived = (request: StoreRequest): StoreRequest => {
  if ('rows' in request) return { ...request, rows: keep(request.rows, request.rows.length) };
  if ('row' in request) return { ...request, row: keep(request.row, request.row.length) };
  return request;
};

/** DONE with the count and CRC of the first `count` bets of the agency's file. */
export const finish = (agency: number, count: number): StoreRequest => ({
  kind: 'finish',
  agency,
  count,
  crc: crc32(rowsOf(agency, 0, count)),
});

/** Outcomes in short, for comparing: `stored 120 +40`, `refused GAP`. */
export const brief = (outcome: StoreOutcome): string => {
  switch (outcome.kind) {
    case 'stored':
      return `stored ${outcome.next} +${outcome.fresh}`;
    case 'betStored':
      return `bet ${outcome.id} ${outcome.fresh ? 'fresh' : 'known'}`;
    case 'opened':
      return `opened ${outcome.stored}${outcome.finished ? ' finished' : ''}`;
    case 'refused':
      return `refused ${outcome.fault}`;
    case 'finished':
      return `finished ${outcome.stored}`;
    case 'over':
      return `over ${outcome.stored}`;
    case 'drawn':
    case 'postponed':
    case 'recorded':
      return outcome.kind;
  }
};

/** Every field of every row: a reader of CSV as slow and plain as can be. */
export function parseCsv(bytes: Buffer): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let text = '';
  let quoted = false;
  const content = bytes.toString();
  for (let i = 0; i < content.length; i++) {
    const char = content[i]!;
    if (quoted) {
      if (char !== '"') text += char;
      else if (content[i + 1] === '"') text += content[++i];
      else quoted = false;
    } else if (char === '"') {
      quoted = true;
    } else if (char === ',' || (char === '\r' && content[i + 1] === '\n')) {
      row.push(text);
      text = '';
      if (char === '\r') {
        rows.push(row);
        row = [];
        i++;
      }
    } else {
      text += char;
    }
  }
  if (row.length > 0 || text !== '' || quoted) throw new Error(`unfinished row: ${JSON.stringify(text)}`);
  return rows;
}

/** The rows of one agency in a file, as text. */
export const storedRows = (bytes: Buffer, agency: number): string[] =>
  parseCsv(bytes)
    .filter((row) => row[0] === String(agency))
    .map(csvRow);
