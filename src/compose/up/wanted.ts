/** What `make up` was asked for, each in the word that the user typed. */
import { type ValueType, wholeNumber } from '../../config/values.ts';
import { expectFromOne } from '../../data/first-agency.ts';
import { UserError } from '../../errors.ts';
import { isYes, parseClients, parseFleet, parseMode } from '../arguments.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export type Wanted = Readonly<{
  agencies: number;
  mode: ReturnType<typeof parseMode>;
  isFleet: boolean;
  /** Rows of a file that is made. */
  bets: number;
  seed: number;
  /** Undefined: `.data`, where missing files are made. */
  data: string | undefined;
  isInspected: boolean;
  /** Goes on over what is somebody else's. */
  isForced: boolean;
}>;

const BETS = wholeNumber(0, 100_000_000);
const SEED = wholeNumber(0, Number.MAX_SAFE_INTEGER);

/** @throws {UserError} `ARGUMENT` */
export function readWanted(env: Environment): Wanted {
  const agencies = parseClients(env.AGENCIES || '5', 'AGENCIES');
  const mode = parseMode(env.MODE);
  if (agencies > 0) expectFromOne(env.AGENCIES_FROM);
  return {
    agencies,
    mode,
    isFleet: parseFleet(env.FLEET || 'auto', { clients: agencies, mode }),
    bets: checked('BETS', env.BETS || '10000', BETS),
    seed: checked('SEED', env.SEED || '1', SEED),
    data: env.DATA || undefined,
    isInspected: isYes(env.INSPECT),
    isForced: isYes(env.FORCE),
  };
}

function checked<T>(word: string, text: string, { parse, allowed }: ValueType<T>): T {
  const value = parse(text);
  if (value !== undefined) return value;
  throw new UserError('ARGUMENT', `${word} is ${JSON.stringify(text)}, must be ${allowed}`);
}
