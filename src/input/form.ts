/** What an agency's file looks like: the same bets come in many forms, as spreadsheets and shells write them. */
import { COMMA, SEMICOLON, TAB } from '../bytes.ts';

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

export type FileForm = {
  encoding: Encoding;
  hasBom: boolean;
  /** The byte between two fields. */
  separator: number;
  lineEnd: 'CRLF' | 'LF' | 'CR';
  /** Excel's first line, which says the separator. */
  hasSepLine: boolean;
  /** The row that names the columns, if there is one. */
  header: string | undefined;
  /** Rows up to it, with it: before it a title may stand. */
  headerRows: number;
  /** One way in the whole file: a row with a date of the other way is no bet. */
  dates: 'YYYY-MM-DD' | 'D/M/YYYY';
  /** Six columns, the agency's own number in front, as in bets.csv. */
  hasAgencyColumn: boolean;
  /** The number that the first of these rows has. */
  firstAgency: number | undefined;
};

/** What `quiniela data` writes, and what the protocol speaks. */
export const CANONICAL: FileForm = {
  encoding: 'utf-8',
  hasBom: false,
  separator: COMMA,
  lineEnd: 'CRLF',
  hasSepLine: false,
  header: undefined,
  headerRows: 0,
  dates: 'YYYY-MM-DD',
  hasAgencyColumn: false,
  firstAgency: undefined,
};

/** Whether a row may be sent as it stands. */
export const hasCanonicalRows = (form: FileForm): boolean =>
  form.encoding === 'utf-8' &&
  form.separator === COMMA &&
  form.lineEnd !== 'CR' &&
  form.dates === 'YYYY-MM-DD' &&
  !form.hasAgencyColumn;

/** Whether two readings of a file would find the same bets. */
export const isSameForm = (a: FileForm, b: FileForm): boolean =>
  hasCanonicalRows(a) && hasCanonicalRows(b) && leadingRows(a) === leadingRows(b);

/** Rows before the first bet that are not blank. */
export const leadingRows = (form: FileForm): number => Number(form.hasSepLine) + form.headerRows;

const ENCODINGS: Readonly<Record<Encoding, string>> = {
  'utf-8': 'UTF-8',
  'utf-16le': 'UTF-16 LE',
  'utf-16be': 'UTF-16 BE',
  'windows-1252': 'Windows-1252',
};

const SEPARATORS: Readonly<Record<number, string>> = {
  [COMMA]: 'comma',
  [SEMICOLON]: 'semicolon',
  [TAB]: 'tab',
};

const headerOf = ({ header, headerRows }: FileForm): string => {
  if (header === undefined) return 'none';
  return headerRows === 1 ? header : `${header} below ${headerRows - 1} row${headerRows === 2 ? '' : 's'}`;
};

/** For a log line and for people. */
export const describeForm = (form: FileForm): Readonly<Record<string, string>> => ({
  encoding: `${ENCODINGS[form.encoding]}${form.hasBom ? ' with BOM' : ''}`,
  separator: `${SEPARATORS[form.separator]}${form.hasSepLine ? ' (sep=)' : ''}`,
  line_ends: form.lineEnd,
  header: headerOf(form),
  dates: form.dates,
  ...(form.hasAgencyColumn && { columns: "6, the agency's number first" }),
});
