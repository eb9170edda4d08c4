/** How the rows of a file are made, from its first ones: separator, dates, header, the agency's column. */

import type { BetFault } from '../../machines/vocabulary/wire.ts';
import { BOM, COMMA, LF, SEMICOLON, TAB } from '../bytes.ts';
import { UserError } from '../errors.ts';
import { LINE_BYTES, SAMPLE_ROWS } from '../limits.ts';
import type { BetRules } from '../lottery/rules.ts';
import { quoteText } from '../printable.ts';
import { readRecord } from '../protocol/csv-file.ts';
import type { Encoding, FileForm } from './form.ts';
import { checkColumnOrder, isHeader } from './header.ts';
import { agencyOf, DAY_FIRST, isBlankRow, tidyRow } from './tidy.ts';

type Columns = Omit<FileForm, 'encoding' | 'hasBom'>;

/** Cells of a row above the header that say something: a title, a date, a page. */
const TITLE_CELLS = 3;

/** Rows of a title. */
const TITLE_ROWS = 10;

/** Characters of the header that are shown. */
const HEADER_SHOWN = 80;

const SEPARATORS = [COMMA, SEMICOLON, TAB] as const;
const DATES = ['YYYY-MM-DD', 'D/M/YYYY'] as const;

/** Of a row that has other columns. */
const MISFITS: ReadonlySet<BetFault> = new Set<BetFault>(['FIELDS', 'AGENCY']);

/**
 * @param text the file's beginning as UTF-8 with line feeds
 * @param isWhole whether there is no more of it
 * @throws {UserError} `DATA_FILE` if its dates or columns are in an order that would be misread
 */
export const recogniseColumns = (
  text: Buffer,
  isWhole: boolean,
  lineEnd: FileForm['lineEnd'],
  { encoding, rules }: { encoding: Encoding; rules: BetRules },
): Columns => {
  const said = separatorSaid(text);
  const readings = (said === undefined ? SEPARATORS : [said]).flatMap((separator) => {
    const rows = rowsOf(text, isWhole, separator).slice(said === undefined ? 0 : 1);
    return [false, true].flatMap((hasAgencyColumn) =>
      DATES.map((dates) => {
        const options = {
          form: { encoding, dates, hasAgencyColumn, firstAgency: undefined },
          rules,
          agency: undefined,
        };
        const tidied = rows.map((row) => tidyRow(row, options));
        const bets = tidied.filter(({ kind }) => kind === 'bet').length;
        const shaped = rows.filter((row) => row.length >= 5).length;
        // Whatever is wrong with all of them, their columns are told from their number and the first one.
        const fitting = tidied.filter((row) => row.kind !== 'invalid' || !MISFITS.has(row.fault)).length;
        // The number is looked at last: up to there such a row is as it should be.
        const nearly = tidied.filter((row) => row.kind === 'invalid' && row.fault === 'NUMBER').length;
        const first = tidied.findIndex(({ kind }) => kind === 'bet');
        return { separator, dates, hasAgencyColumn, rows, first, merits: [bets, shaped, fitting, nearly] };
      }),
    );
  });
  // Of those that are as good as each other, the first.
  const { separator, dates, hasAgencyColumn, rows, first } = readings.reduce((best, next) =>
    isBetter(next.merits, best.merits) ? next : best,
  );
  const headerRows = headerIn(first === -1 ? rows : rows.slice(0, first));
  const header = rows[headerRows - 1];
  if (header) checkColumnOrder(header);
  if (hasAgencyColumn) checkRowNumbers(rows.slice(headerRows));
  // If no row is a bet, their dates may be why.
  if (dates === 'D/M/YYYY' || first === -1) checkDayFirst(rows, hasAgencyColumn);
  return {
    separator,
    lineEnd,
    hasSepLine: said !== undefined,
    header: header && shownHeader(header),
    headerRows,
    dates,
    hasAgencyColumn,
    firstAgency: hasAgencyColumn && first !== -1 ? agencyOf(rows[first]!) : undefined,
  };
};

/** Rows before the first bet, up to one that names the columns; 0 if there is none, or what is before is no title. */
const headerIn = (rows: readonly Buffer[][]): number => {
  const at = rows.findIndex(isHeader);
  const isBelowTitles = rows
    .slice(0, at)
    .every((row) => row.filter((field) => field.length > 0).length <= TITLE_CELLS);
  return isBelowTitles && at <= TITLE_ROWS ? at + 1 : 0;
};

const shownHeader = (header: readonly Buffer[]): string => {
  const names = header.map((name) => name.toString().trim()).join(', ');
  return quoteText(names.replace(/[, ]+$/, ''), HEADER_SHOWN);
};

/** The first merit in which they differ decides. */
const isBetter = (these: readonly number[], those: readonly number[]): boolean => {
  const differ = these.findIndex((merit, at) => merit !== those[at]);
  return differ !== -1 && these[differ]! > those[differ]!;
};

/** Bytes of Excel's first line: where it was written again by a program that does not know it, it has a cell a column. */
const SEP_BYTES = 64;

/** What Excel's first line, `sep=;`, says; undefined if there is none. */
const separatorSaid = (text: Buffer): number | undefined => {
  const [, separator] =
    /^\ufeff?"?sep=(.)"?\1*[ \t]*\r?(?:\n|$)/i.exec(text.toString('utf8', 0, SEP_BYTES)) ?? [];
  if (separator === undefined) return undefined;
  const byte = separator.charCodeAt(0);
  if (SEPARATORS.some((known) => known === byte)) return byte;
  throw new UserError(
    'DATA_FILE',
    `its first line says ${quoteText(`sep=${separator}`)}, expected , ; or a tab`,
  );
};

/** Whole rows, without those that are broken. */
const rowsOf = (text: Buffer, isWhole: boolean, separator: number): Buffer[][] => {
  const rows: Buffer[][] = [];
  let from = text.subarray(0, 3).equals(BOM) ? BOM.length : 0;
  while (from < text.length && rows.length < SAMPLE_ROWS) {
    const to = Math.min(text.length, from + LINE_BYTES);
    const record = readRecord(text, from, to, isWhole && to === text.length, separator);
    if (record && 'fields' in record) {
      if (!isBlankRow(record.fields)) rows.push(record.fields);
      from = record.end;
    } else {
      const lineEnd = text.indexOf(LF, from);
      if (lineEnd === -1) break;
      from = lineEnd + 1;
    }
  }
  return rows;
};

/** Rows that count up from one to the next, of which one may be a bet: as many as say that all do. */
const NUMBERED_ROWS = 3;

/** What pandas, R and spreadsheets put before each row is no agency's number. */
const checkRowNumbers = (rows: readonly Buffer[][]): void => {
  const cells = rows.map(([first]) => String(first).trim());
  // The first row has none, if it has the columns' names or numbers.
  const numbers = cells
    .slice(cells[0] === '' ? 1 : 0)
    .map((cell) => (cell === '' ? Number.NaN : Number(cell)));
  const [first = Number.NaN] = numbers;
  if (numbers.length < NUMBERED_ROWS || !numbers.every((number, at) => number === first + at)) return;
  throw new UserError(
    'DATA_FILE',
    `its first column numbers its rows (${numbers.slice(0, NUMBERED_ROWS).join(', ')}), expected the columns of a bet, or the agency's number before them`,
  );
};

/** Dates that could be D/M as well as M/D are read as D/M, unless some can only be M/D and none only D/M. */
const checkDayFirst = (rows: readonly Buffer[][], hasAgencyColumn: boolean): void => {
  let dayFirst = 0;
  const monthFirst: string[] = [];
  for (const row of rows) {
    const text = String(row[hasAgencyColumn ? 4 : 3] ?? '').trim();
    const { day, month } = DAY_FIRST.exec(text)?.groups ?? {};
    if (Number(day) > 12) dayFirst++;
    else if (Number(month) > 12) monthFirst.push(text);
  }
  if (monthFirst.length > dayFirst) {
    const dates = `${monthFirst[0]} can only be M/D/YYYY`;
    throw new UserError(
      'DATA_FILE',
      `its dates are in no known way: ${dates}, expected YYYY-MM-DD or D/M/YYYY`,
    );
  }
};
