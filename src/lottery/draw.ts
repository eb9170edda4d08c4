/** The draw: which bets win. */

/** The winning number, fixed so that the exercise's results can be checked (source: its `has_won`). */
export const WINNING_NUMBER = 7574;

/** Whether a bet on this number wins. */
export const hasWon = (number: number): boolean => number === WINNING_NUMBER;
