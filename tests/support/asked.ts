/** Numbers that somebody asks for in the environment. A run of `x` kills would end at once, and say that nothing was lost. */
import { argument, wholeNumber } from '../../src/config/values.ts';

/**
 * @param otherwise where it is not given
 * @throws {UserError} `ARGUMENT`
 */
export const asked = (name: string, otherwise: number, least = 1): number => {
  const text = process.env[name];
  if (!text) return otherwise;
  return argument(`cannot begin: ${name}`, text, wholeNumber(least, Number.MAX_SAFE_INTEGER));
};

/** A seed that repeats a run; any, where it is not given. */
export const askedSeed = (name: string): number => asked(name, Date.now() % 1_000_000, 0);
