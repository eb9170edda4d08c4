/** One row of a file, whatever its form, as the fields of a bet in the protocol's own form; or why it is none. */
import type { BetFault } from '../../machines/vocabulary/wire.ts';
import { BOM } from '../bytes.ts';
import {
  areBetFields,
  type BetFields,
  type BetRules,
  expected,
  FIELD_NAMES,
  faultOf,
} from '../lottery/rules.ts';
import { damageOf } from './damage.ts';
import type { FileForm } from './form.ts';

export type TidyOptions = {
  form: Pick<FileForm, 'encoding' | 'dates' | 'hasAgencyColumn' | 'firstAgency'>;
  rules: BetRules;
  /** Whose file it is; undefined: that of whoever has its first row. */
  agency: number | undefined;
};

type TidyRow =
  | { kind: 'bet'; fields: BetFields }
  | { kind: 'blank' }
  | { kind: 'invalid'; fault: BetFault; text: string };

const COLUMNS = 'first name, last name, document, birthdate and number';
const SUBSTITUTE = 0x1a;

export const tidyRow = (row: readonly Buffer[], { form, rules, agency }: TidyOptions): TidyRow => {
  // If files were put one behind the other, each began with its own.
  if (row[0]!.subarray(0, BOM.length).equals(BOM)) {
    return tidyRow([row[0]!.subarray(BOM.length), ...row.slice(1)], { form, rules, agency });
  }
  const columns = form.hasAgencyColumn ? 6 : 5;
  const fields = withoutTrailing(row, columns);
  if (fields.length === 0) return { kind: 'blank' };
  const typed = fields.slice(-5);
  if (fields.length !== columns || !areBetFields(typed)) {
    const wanted = form.hasAgencyColumn ? `6: agency, ${COLUMNS}` : `5: ${COLUMNS}`;
    const plural = row.length === 1 ? '' : 's';
    return invalid('FIELDS', `the row has ${row.length} field${plural}, expected ${wanted}`);
  }
  if (form.hasAgencyColumn) {
    const owner = agency ?? form.firstAgency;
    const said = agencyOf(fields);
    if (said === undefined || (owner !== undefined && said !== owner)) {
      return invalid('AGENCY', `the row is not of agency ${owner ?? 'any number'}`);
    }
  }
  const [first, last, document, birthdate, number] = typed;
  const bet = [
    first,
    last,
    tidyDocument(document),
    tidyDate(birthdate, form.dates),
    trimmed(number),
  ] as const;
  for (const [fault, name] of [
    ['FIRST_NAME', first],
    ['LAST_NAME', last],
  ] as const) {
    const damage = damageOf(name, form.encoding);
    if (damage !== undefined) return invalid(fault, `${FIELD_NAMES[fault]} ${damage}`);
  }
  const fault = faultOf(bet, rules);
  if (!fault) return { kind: 'bet', fields: bet };
  const wanted = fault === 'BIRTHDATE' ? `a real date, ${form.dates}` : expected(fault, rules);
  return invalid(fault, `${FIELD_NAMES[fault]} is not ${wanted}${hintOf(fault, bet, rules)}`);
};

/** The number that a row begins with, of an agency perhaps. */
export const agencyOf = ([first]: readonly Buffer[]): number | undefined => {
  const said = first && trimmed(first).toString();
  return said !== undefined && /^\d{1,5}$/.test(said) ? Number(said) : undefined;
};

/** What would allow it. */
const hintOf = (fault: BetFault, bet: BetFields, { shortDocuments }: BetRules): string => {
  if (fault === 'NUMBER' && /^[1-9]\d{0,8}$/.test(String(bet[4]))) return ' (see lottery.maxNumber)';
  // `8779.0` is one, if it were not for how it is written.
  if (fault === 'NUMBER' && /\d/.test(String(bet[4])) && /\D/.test(String(bet[4]))) return ' in digits alone';
  const isShort = fault === 'DOCUMENT' && !shortDocuments && /^\d{7}$/.test(String(bet[2]));
  return isShort ? ' (see lottery.shortDocuments)' : '';
};

const invalid = (fault: BetFault, text: string): TidyRow => ({ kind: 'invalid', fault, text });

/** Without what spreadsheets add at the end of a row: empty fields beyond its columns; and a row of such alone. */
const withoutTrailing = (row: readonly Buffer[], columns: number): readonly Buffer[] => {
  let length = row.length;
  while (length > columns && isBlank(row[length - 1]!)) length--;
  return length <= columns && isBlankRow(row) ? [] : row.slice(0, length);
};

/** Whether nothing stands in any of its fields. */
export const isBlankRow = (row: readonly Buffer[]): boolean => row.every(isBlank);

/** Nothing, spaces, or the mark that ends a file of DOS, which may fill its last block. */
const isBlank = (field: Buffer): boolean =>
  field.length === 0 ||
  (field[0] === SUBSTITUTE && field.every((byte) => byte === SUBSTITUTE)) ||
  (!isTight(field) && trimmed(field).length === 0);

/** Whether a field neither begins nor ends with what may be a space, of which Unicode has many. */
const isTight = (field: Buffer): boolean => isVisible(field[0]!) && isVisible(field[field.length - 1]!);

const isVisible = (byte: number): boolean => byte > 0x20 && byte < 0x7f;

const trimmed = (field: Buffer): Buffer =>
  field.length === 0 || isTight(field) ? field : Buffer.from(field.toString().replace(AROUND, ''));

/** Spaces, and what is not seen: a direction mark of Windows, a space without width, the end of a file of DOS. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is such a one that is looked for
const AROUND = /^[\s\p{Cf}]+|[\s\p{Cf}\x1a]+$/gu;

/** `12.345.678` as 12345678: dots stand between thousands, all or none. */
const tidyDocument = (field: Buffer): Buffer => {
  const text = trimmed(field);
  if (text.length < 9 || text.length > 10) return text;
  const digits = text.toString('latin1');
  return /^\d{1,2}\.\d{3}\.\d{3}$/.test(digits) ? Buffer.from(digits.replaceAll('.', ''), 'latin1') : text;
};

/** A date of the file's way as YYYY-MM-DD; what is of another way becomes none. */
const tidyDate = (field: Buffer, dates: FileForm['dates']): Buffer => {
  const text = trimmed(field);
  if (dates === 'YYYY-MM-DD') return text;
  const { day, month, year } = DAY_FIRST.exec(text.toString('latin1'))?.groups ?? {};
  return year === undefined
    ? NO_DATE
    : Buffer.from(`${year}-${month!.padStart(2, '0')}-${day!.padStart(2, '0')}`, 'latin1');
};

/** Day, month and year, with what spreadsheets of one country or another put between them. */
export const DAY_FIRST = /^(?<day>\d{1,2})(?<mark>[/.-])(?<month>\d{1,2})\k<mark>(?<year>\d{4})$/;
const NO_DATE = Buffer.alloc(0);
