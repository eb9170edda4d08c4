/** Makes text that somebody else wrote fit for a terminal and for a line of a log. */

/** Control characters, line separators and direction marks act on a terminal or end a line. */
export const ACTING =
  '\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069';
const UNSAFE_IN_TEXT = new RegExp(`[\\\\|${ACTING}]`);
const UNSAFE_IN_TEXT_ALL = new RegExp(UNSAFE_IN_TEXT, 'g');
const UNSAFE_IN_MESSAGE = new RegExp(`(?!\\n)[${ACTING}]`, 'g');

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\\': '\\\\',
};

function escapeChar(char: string): string {
  const hex = char.charCodeAt(0).toString(16);
  return (
    SHORT_ESCAPES[char] ?? (char <= '\xff' ? `\\x${hex.padStart(2, '0')}` : `\\u${hex.padStart(4, '0')}`)
  );
}

/**
 * A value as it stands in a text line, with JavaScript's escapes. `|` becomes `\x7c`, so that no value can
 * look like another field, and a backslash is doubled, so that the value can be had back.
 */
export const escapeValue = (text: string): string =>
  UNSAFE_IN_TEXT.test(text) ? text.replace(UNSAFE_IN_TEXT_ALL, escapeChar) : text;

/** Makes a message of one or more lines harmless for a terminal; all else stays as it is. */
export const escapeMessage = (text: string): string => text.replace(UNSAFE_IN_MESSAGE, escapeChar);
