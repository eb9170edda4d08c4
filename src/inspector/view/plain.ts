/** What was posted, and our own signs, as any terminal may get them. */
import { escapeValue } from '../../printable.ts';

/** Of a name or a state at most. */
const TEXT_CHARS = 120;

const ASCII: Readonly<Record<string, string>> = {
  '█': '#',
  '░': '.',
  '●': '*',
  '✓': '+',
  '✕': 'x',
  '■': '=',
  '›': '>',
  '·': '-',
  '…': '>',
  '×': 'x',
  '→': '>',
  '−': '-',
};

/** What a terminal that knows only ASCII gets. */
export const ascii = (text: string): string =>
  [...text].map((letter) => ASCII[letter] ?? (letter > '~' ? '?' : letter)).join('');

/** Nothing that somebody posted acts on the terminal or fills it. */
export const harmless = (text: string): string => {
  const safe = escapeValue(text.slice(0, TEXT_CHARS));
  return safe.length > TEXT_CHARS || text.length > TEXT_CHARS ? `${safe.slice(0, TEXT_CHARS - 1)}…` : safe;
};
