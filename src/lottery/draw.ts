/** The draw: what it is called, and which bets win. */

/** `1`, or `2026-11-26-nocturna`. It is part of a folder's name and of a line: no dots, slashes or colons. */
export const isDrawName = (text: string): boolean => /^[a-z0-9-]{1,64}$/.test(text);

/** What `isDrawName` accepts, for error texts. */
export const A_DRAW_NAME = "a draw's name, 1 to 64 characters of a-z, 0-9 and -";

/** The winning number, fixed so that the exercise's results can be checked (source: its `has_won`). */
export const WINNING_NUMBER = 7574;

/** Whether a bet on this number wins. */
export const hasWon = (number: number): boolean => number === WINNING_NUMBER;
