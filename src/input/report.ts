/** What a file is, for people, before anybody uploads it. */

import { escapeLine, quoteText } from '../printable.ts';
import type { InvalidRow } from '../protocol/invalid-row.ts';
import { describeForm, type FileForm } from './form.ts';
import type { Survey } from './survey.ts';

/** Characters of a row that are shown. */
const SHOWN = 80;

const counted = (count: number): string => count.toLocaleString('en');

const rowsText = (count: number): string => `${counted(count)} row${count === 1 ? '' : 's'}`;

const rowLine = ({ line, text, row }: InvalidRow): string =>
  `  line ${line}: ${text}: ${quoteText(row.toString().replace(/\r?\n$/, ''), SHOWN)}`;

/**
 * One line for what it is, one for its rows, and one for each of the first that are no bets.
 *
 * @param allowed invalid rows with which an upload is said DONE
 */
export const reportLines = (
  path: string,
  form: FileForm,
  { tally, invalidRows, isWhole, isCut }: Survey,
  allowed: number,
): string[] => {
  const { bets, invalid } = tally;
  const told = Object.entries(describeForm(form)).map(
    ([name, value]) => `${name.replace('_', ' ')} ${value}`,
  );
  const lines = [
    `${escapeLine(path)}: ${told.join(', ')}`,
    isWhole
      ? `  ${counted(bets)} of ${rowsText(bets + invalid)} ${bets === 1 ? 'is a bet' : 'are bets'}`
      : `  ${counted(bets)} of the first ${rowsText(bets + invalid)} ${bets === 1 ? 'is a bet' : 'are bets'}; the others were not looked at`,
  ];
  if (isCut && bets > 0)
    lines.push('  the last row has no line end: if the file was cut there, its number may lack digits');
  if (isWhole && bets + invalid === 0) lines.push('  an upload would say DONE without a bet');
  if (invalid === 0) return lines;
  lines.push(...invalidRows.map(rowLine));
  const untold = invalid - invalidRows.reduce((sum, { rows }) => sum + rows, 0);
  if (untold > 0) lines.push(`  and ${counted(untold)} more`);
  if (!isWhole) return lines;
  lines.push(
    invalid > allowed
      ? `  an upload would not be said DONE: data.maxInvalid allows ${counted(allowed)} invalid row${allowed === 1 ? '' : 's'}`
      : `  an upload would leave ${invalid === 1 ? 'it' : 'them'} out: data.maxInvalid allows ${counted(allowed)}`,
  );
  return lines;
};
