/** A file of which no row is a bet, each for the same reason: that is said once, of the file. */
import { COMMA, SEMICOLON, TAB } from '../bytes.ts';
import { UserError } from '../errors.ts';
import { counted } from '../numbers.ts';
import { quoteText } from '../printable.ts';
import type { InvalidRow } from '../protocol/invalid-row.ts';
import type { FileForm } from './form.ts';
import type { Survey } from './survey.ts';

/** Rows that say what the others are: of fewer each is told for itself. */
const ALIKE_ROWS = 3;

/** Characters of a row that are shown. */
const SHOWN = 80;

/** What programs put between the fields that do not use one of ours. */
const OTHER_SEPARATORS = ['|', '^', '~', ':', '!', '\u0001', '\u001c', '\u001d', '\u001e', '\u001f', '，'];

/** @throws {UserError} `DATA_FILE` if it is such a file */
export const refuseAlike = (form: FileForm, { tally, invalidRows, isWhole }: Survey): void => {
  const [first] = invalidRows;
  if (first === undefined || tally.bets > 0 || !isWhole || invalidRows.length < ALIKE_ROWS) return;
  if (invalidRows.some(({ fault }) => fault !== first.fault)) return;
  const separator = first.fault === 'FIELDS' ? separatorOf(invalidRows, form) : undefined;
  const what = separator === undefined ? faultText(first) : separatedText(separator, form);
  const row = quoteText(first.row.toString().trim(), SHOWN);
  throw new UserError(
    'DATA_FILE',
    `its ${counted(tally.invalid, 'row')} are no bets: ${what} (line ${first.line}: ${row})`,
  );
};

/** Between these most rows have as many fields as a bet. */
const separatorOf = (rows: readonly InvalidRow[], { separator }: FileForm): string | undefined => {
  const ours = [COMMA, SEMICOLON, TAB].filter((byte) => byte !== separator);
  return [...OTHER_SEPARATORS, ...ours.map((byte) => String.fromCharCode(byte))].find(
    (mark) => 2 * rows.filter(({ row }) => row.toString().split(mark).length >= 5).length > rows.length,
  );
};

const separatedText = (separator: string, { hasSepLine, separator: said }: FileForm): string => {
  const wanted = hasSepLine
    ? `${quoteText(String.fromCharCode(said))}, as its first line says`
    : 'a comma, a semicolon or a tab';
  return `the fields are separated by ${quoteText(separator)}, expected ${wanted}`;
};

/** The file may have had either way; a row of it only that of the others. */
const faultText = ({ fault, text }: InvalidRow): string =>
  fault === 'BIRTHDATE' ? 'the birthdate is not a real date, YYYY-MM-DD or D/M/YYYY' : text;
