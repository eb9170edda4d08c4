/** What the generator is asked for, checked. */
import { wholeNumber } from '../config/values.ts';
import { UserError } from '../errors.ts';
import { MOST_AGENCIES, MOST_BETS } from '../limits.ts';

export type DataArguments = {
  /** How many files: 1 to MOST_AGENCIES. */
  agencies: number;
  /** Rows of each file. */
  bets: number;
  /** Other seeds give other bets. */
  seed: number;
};

const KINDS = {
  agencies: wholeNumber(1, MOST_AGENCIES),
  bets: wholeNumber(0, MOST_BETS),
  seed: wholeNumber(0, Number.MAX_SAFE_INTEGER),
};

/**
 * Reads the arguments as they were typed.
 *
 * @param nameOf what the user calls each
 * @throws {UserError} `ARGUMENT`, naming every bad one
 */
export function checkDataArguments(
  given: {
    readonly [K in keyof DataArguments]: string | number;
  },
  nameOf: (name: string) => string = (name) => name,
): DataArguments {
  const problems: string[] = [];
  const read = (name: keyof DataArguments): number => {
    const text = String(given[name]);
    const value = KINDS[name].parse(text);
    if (value === undefined) {
      problems.push(`${nameOf(name)} is ${JSON.stringify(text)}, must be ${KINDS[name].allowed}`);
    }
    return value ?? 0;
  };
  const checked = { agencies: read('agencies'), bets: read('bets'), seed: read('seed') };
  if (problems.length > 0) throw new UserError('ARGUMENT', `cannot make data: ${problems.join('; ')}`);
  return checked;
}
