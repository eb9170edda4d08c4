/** Makes text that somebody else wrote fit for a terminal, a line of a log and an error text. */

/** Control characters, line separators and direction marks act on a terminal or end a line. */
const ACTING =
  '\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069';
const ACTING_ALL = new RegExp(`[${ACTING}]`, 'g');
const ACTING_RUNS = new RegExp(`[${ACTING}]+`, 'g');
const ACTING_BUT_FEEDS = new RegExp(`(?!\\n)[${ACTING}]`, 'g');
const UNSAFE_IN_FIELD = new RegExp(`[\\\\|${ACTING}]`);
const UNSAFE_IN_FIELD_ALL = new RegExp(UNSAFE_IN_FIELD, 'g');

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\\': '\\\\',
};

/** As JSON has it too. */
const escapeUnit = (char: string): string => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;

const escapeChar = (char: string): string =>
  SHORT_ESCAPES[char] ??
  (char <= '\xff' ? `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}` : escapeUnit(char));

/**
 * A value as it stands in a text line, with JavaScript's escapes. `|` becomes `\x7c`, so that no value can
 * look like another field, and a backslash is doubled, so that the value can be had back.
 */
export const escapeValue = (text: string): string =>
  UNSAFE_IN_FIELD.test(text) ? text.replace(UNSAFE_IN_FIELD_ALL, escapeChar) : text;

/** Makes a message of one or more lines harmless for a terminal; all else stays as it is. */
export const escapeMessage = (text: string): string => text.replace(ACTING_BUT_FEEDS, escapeChar);

/** The same for what is to stay one line. */
export const escapeLine = (text: string): string => text.replace(ACTING_ALL, escapeChar);

/** The same for JSON, which stays the same value: JSON itself escapes no more than what is below U+0020. */
export const escapeJson = (json: string): string => json.replace(ACTING_BUT_FEEDS, escapeUnit);

/** One line, for a protocol that has no escapes. */
export const onOneLine = (text: string): string => text.replace(ACTING_RUNS, ' ');

/** Characters of a value that an error text repeats: enough to recognise it. */
const SHOWN = 40;

/** The value in double quotes, escaped, and cut after so many characters. */
export const quoteText = (text: string, most = SHOWN): string => {
  const shown = [...text.slice(0, 2 * most)].slice(0, most).join('');
  const quoted = escapeJson(JSON.stringify(shown));
  return shown.length < text.length ? `${quoted}…` : quoted;
};

/** The same for bytes; bytes that are not UTF-8 show as U+FFFD. */
export const quoteBytes = (bytes: Buffer, from: number, to: number): string =>
  quoteText(bytes.toString('utf8', from, Math.min(to, from + 8 * SHOWN)));
