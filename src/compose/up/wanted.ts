/** What `make up` was asked for, each in the word that the user typed. */
import type { Environment } from '../../config/resolve.ts';
import { argument, wholeNumber } from '../../config/values.ts';
import { expectFromOne } from '../../data/first-agency.ts';
import { MOST_BETS, MOST_SERVERS } from '../../limits.ts';
import { isYes, parseClients, parseFleet, parseMode } from '../arguments.ts';

export type Wanted = Readonly<{
  agencies: number;
  /** Undefined: one, which keeps its draw in a folder. */
  servers: number | undefined;
  mode: ReturnType<typeof parseMode>;
  isFleet: boolean;
  /** Rows of a file that is made; undefined unless it was said. */
  bets: number | undefined;
  seed: number;
  /** Undefined: `.data`, where missing files are made. */
  data: string | undefined;
  isInspected: boolean;
  isMonitored: boolean;
  /** With TLS. */
  isSecured: boolean;
  /** Goes on over what is somebody else's. */
  isForced: boolean;
}>;

const BETS = wholeNumber(0, MOST_BETS);
const SERVERS = wholeNumber(1, MOST_SERVERS);
const SEED = wholeNumber(0, Number.MAX_SAFE_INTEGER);

/** @throws {UserError} `ARGUMENT` */
export function readWanted(env: Environment): Wanted {
  const agencies = parseClients(env.AGENCIES || '5', 'AGENCIES');
  const mode = parseMode(env.MODE);
  if (agencies > 0) expectFromOne(env.AGENCIES_FROM);
  return {
    agencies,
    servers: env.SERVERS ? argument('SERVERS', env.SERVERS, SERVERS) : undefined,
    mode,
    isFleet: parseFleet(env.FLEET || 'auto', { clients: agencies, mode }),
    bets: env.BETS ? argument('BETS', env.BETS, BETS) : undefined,
    seed: argument('SEED', env.SEED || '1', SEED),
    data: env.DATA || undefined,
    isInspected: isYes(env.INSPECT),
    isMonitored: isYes(env.MONITORING),
    isSecured: isYes(env.TLS),
    isForced: isYes(env.FORCE),
  };
}
