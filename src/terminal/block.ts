/**
 * Lines at the end of a terminal that are drawn again and again over themselves. Each time all of them are: what the
 * terminal has put there itself, as the `^C` of who interrupts, is gone with the next one.
 */
import { widthOf } from './look.ts';

export type Terminal = Pick<NodeJS.WriteStream, 'write' | 'columns' | 'rows'>;

/** What a terminal has that does not say its size. */
const USUAL = { columns: 80, rows: 24 };

export const sizeOf = ({ columns, rows }: Partial<Terminal>): { columns: number; rows: number } => ({
  columns: columns || USUAL.columns,
  rows: rows || USUAL.rows,
});

const HIDE_CURSOR = '\x1b[?25l';
const SHOW_CURSOR = '\x1b[?25h';
const REST_OF_LINE = '\x1b[K';
const ALL_BELOW = '\x1b[J';

export class Block {
  readonly #terminal: Terminal;
  #shown: readonly string[] = [];

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** Shows these lines in the place of those that are there; the last ones if there is no room for all. */
  draw(lines: readonly string[]): void {
    const { rows } = sizeOf(this.#terminal);
    const fitting = lines.slice(-Math.max(1, rows - 1));
    const text = fitting.map((line) => `${line}${REST_OF_LINE}\n`).join('');
    this.#terminal.write(`${HIDE_CURSOR}${this.#toTop()}${text}${ALL_BELOW}`);
    this.#shown = fitting;
  }

  /** Takes them away: what is written next stands in their place. */
  clear(): void {
    this.#terminal.write(`${this.#toTop()}${ALL_BELOW}${SHOW_CURSOR}`);
    this.#shown = [];
  }

  /** Leaves them where they are. */
  close(): void {
    if (this.#shown.length > 0) this.#terminal.write(SHOW_CURSOR);
    this.#shown = [];
  }

  /** A terminal that has become narrower has wrapped them. */
  #toTop(): string {
    const { columns } = sizeOf(this.#terminal);
    const rows = this.#shown.map((line) => Math.max(1, Math.ceil(widthOf(line) / columns)));
    const up = rows.reduce((sum, count) => sum + count, 0);
    return up > 0 ? `\r\x1b[${up}A` : '\r';
  }
}
