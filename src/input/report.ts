/** What a file is, for people, before anybody uploads it. */

import { counted, grouped } from '../numbers.ts';
import { escapeLine, quoteText } from '../printable.ts';
import type { InvalidRow } from '../protocol/invalid-row.ts';
import { describeForm, type FileForm } from './form.ts';
import type { Survey } from './survey.ts';

/** Characters of a row that are shown. */
const SHOWN = 80;

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
      ? `  ${grouped(bets)} of ${counted(bets + invalid, 'row')} ${bets === 1 ? 'is a bet' : 'are bets'}`
      : `  ${grouped(bets)} of the first ${counted(bets + invalid, 'row')} ${bets === 1 ? 'is a bet' : 'are bets'}; the others were not looked at`,
  ];
  if (isCut && bets > 0)
    lines.push('  the last row has no line end: if the file was cut there, its number may lack digits');
  if (isWhole && bets + invalid === 0) lines.push('  an upload would say DONE without a bet');
  if (invalid === 0) return lines;
  lines.push(...invalidRows.map(rowLine));
  const untold = invalid - invalidRows.reduce((sum, { rows }) => sum + rows, 0);
  if (untold > 0) lines.push(`  and ${grouped(untold)} more`);
  if (!isWhole) return lines;
  lines.push(
    invalid > allowed
      ? `  an upload would not be said DONE: data.maxInvalid allows ${counted(allowed, 'invalid row')}`
      : `  an upload would leave ${invalid === 1 ? 'it' : 'them'} out: data.maxInvalid allows ${grouped(allowed)}`,
  );
  return lines;
};
