/** Makes what a peer sent fit for an error text or a log line: one line, printable, and short. */

import { ACTING } from '../printable.ts';

/** JSON itself escapes what is below U+0020. */
const UNSAFE = new RegExp(`[${ACTING}]`, 'g');

/** Characters of a value that an error text repeats: enough to recognise it. */
const SHOWN = 40;

const escapeControl = (character: string): string =>
  `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** The value in double quotes with control characters and line separators escaped, cut after so many characters. */
export const quoteText = (text: string, most = SHOWN): string => {
  const shown = [...text.slice(0, 2 * most)].slice(0, most).join('');
  const quoted = JSON.stringify(shown).replace(UNSAFE, escapeControl);
  return shown.length < text.length ? `${quoted}…` : quoted;
};

/** The same for bytes; bytes that are not UTF-8 show as U+FFFD. */
export const quoteBytes = (bytes: Buffer, from = 0, to = bytes.length): string =>
  quoteText(bytes.toString('utf8', from, Math.min(to, from + 8 * SHOWN)));
