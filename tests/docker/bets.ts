/** Agencies' files whose winners are known. */

const WINNING_NUMBER = 7574;

const two = (n: number): string => String(n).padStart(2, '0');

/** Row `i` of agency `agency`, as in its file. */
function row(agency: number, i: number, number: number): string {
  const document = String(20_000_000 + agency * 1_000_000 + i);
  return `Ana María ${i},Núñez,${document},19${60 + (i % 40)}-${two(1 + (i % 12))}-${two(1 + (i % 28))},${number}`;
}

/** @param winners how many of the bets win */
export function agencyRows(agency: number, bets: number, winners: number): string[] {
  const step = Math.floor(bets / Math.max(winners, 1));
  return Array.from({ length: bets }, (_, i) => {
    const wins = i % step === 0 && i / step < winners;
    const other = (i * 31) % 10_000;
    return row(agency, i, wins ? WINNING_NUMBER : other === WINNING_NUMBER ? 0 : other);
  });
}

/** What bets.csv must hold in the end, sorted. */
export const storedRowsOf = (files: readonly (readonly string[])[]): string[] =>
  files.flatMap((rows, i) => rows.map((text) => `${i + 1},${text}`)).sort();
