/** What a terminal can show: colour, and more than ASCII. */
import { stripVTControlCharacters } from 'node:util';
import type { Environment } from '../config/resolve.ts';

export type Look = {
  /** The terminal is known to show more than ASCII. */
  isUnicode: boolean;
  /** Gives the text a style, an SGR code; leaves it as it is if there is to be none. */
  paint: (text: string, style: string) => string;
};

export const BOLD = '1';
export const DIM = '2';
export const RED = '31';
export const GREEN = '32';
export const CYAN = '36';

type Stream = { isTTY?: boolean };

/** Can what was written be written over? */
export const isTerminal = ({ isTTY }: Stream, { TERM }: Environment): boolean =>
  isTTY === true && TERM !== 'dumb';

export const lookOf = (stream: Stream, env: Environment): Look => {
  const isColoured = isTerminal(stream, env) && !env.NO_COLOR;
  return {
    isUnicode: speaksUnicode(env),
    paint: (text, style) => (isColoured && text !== '' ? `\x1b[${style}m${text}\x1b[0m` : text),
  };
};

/** By the locale, as other programs of a terminal decide it. */
const speaksUnicode = ({ LC_ALL, LC_CTYPE, LANG }: Environment): boolean =>
  /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || '');

/** Columns that a text takes: ours has no wide characters. */
export const widthOf = (text: string): number => [...stripVTControlCharacters(text)].length;

/** The text without colour, cut to so many columns. */
export const clipped = (text: string, columns: number, { isUnicode }: Pick<Look, 'isUnicode'>): string => {
  const letters = [...text];
  if (letters.length <= columns) return text;
  const more = isUnicode ? '…' : '>';
  return columns < 1 ? '' : `${letters.slice(0, columns - 1).join('')}${more}`;
};
