/** What the user asks for: FILE and CLIENTS, checked one by one. */
import { basename } from 'node:path';
import { AGENCY_MODES, type AgencyMode } from '../config/agency.ts';
import { fleetChoice, isFleet } from '../config/fleet-rule.ts';
import { argument, wholeNumber } from '../config/values.ts';
import { UserError } from '../errors.ts';
import { MOST_AGENCIES } from '../limits.ts';

const CLIENTS = wholeNumber(0, MOST_AGENCIES);

/**
 * The number of agencies. Digits only: no sign, space, point or exponent.
 *
 * @param word what the user calls it
 * @throws {UserError} `ARGUMENT`
 */
export const parseClients = (text: string, word = 'CLIENTS'): number =>
  argument(word, text, {
    ...CLIENTS,
    parse: (given) => (/\s/.test(given) ? undefined : CLIENTS.parse(given)),
  });

/**
 * What the agencies do; undefined leaves it to docker/agency.yaml. An empty text counts as not given.
 *
 * @throws {UserError} `ARGUMENT`
 */
export function parseMode(text: string | undefined): AgencyMode | undefined {
  if (text === undefined || text === '') return undefined;
  const mode = AGENCY_MODES.find((known) => known === text);
  if (mode !== undefined) return mode;
  throw new UserError(
    'ARGUMENT',
    `MODE is ${JSON.stringify(text)}, must be one of ${AGENCY_MODES.join(', ')}`,
  );
}

/** `INSPECT=1`, or any other word but those that say no. */
export const isYes = (text = ''): boolean => !/^(|0|no|false|off)$/i.test(text);

/** Modes that an agency of a fleet has. */
const FLEET_MODES: readonly AgencyMode[] = ['lottery', 'batches'];

/**
 * Are all agencies to be in one container? Not unless it is asked for: who counts client1 to clientN finds them.
 *
 * @throws {UserError} `ARGUMENT`
 */
export function parseFleet(
  text: string | undefined,
  { clients, mode = 'lottery' }: { clients: number; mode: AgencyMode | undefined },
): boolean {
  const choice = argument('FLEET', text || 'no', fleetChoice);
  if (FLEET_MODES.includes(mode)) return clients > 0 && isFleet(choice, clients);
  if (choice !== 'yes') return false;
  throw new UserError(
    'ARGUMENT',
    `FLEET is "yes", but in mode ${mode} each agency has a container of its own: a fleet is of mode ${FLEET_MODES.join(' or ')}`,
  );
}

/**
 * Exactly FILE and CLIENTS.
 *
 * @throws {UserError} `ARGUMENT` naming what is missing or too many
 */
export function parseArguments(args: readonly string[]): { file: string; clients: number } {
  const [file, clients, ...more] = args;
  const usage = 'expected FILE and CLIENTS';
  if (file === undefined) throw new UserError('ARGUMENT', `FILE and CLIENTS are missing: ${usage}`);
  if (clients === undefined) {
    throw new UserError('ARGUMENT', `CLIENTS is missing after FILE ${JSON.stringify(file)}: ${usage}`);
  }
  if (more.length > 0) {
    throw new UserError(
      'ARGUMENT',
      `too many arguments, ${more.map((one) => JSON.stringify(one)).join(' ')}: ${usage}`,
    );
  }
  if (basename(file) === '' || file.endsWith('/') || file.includes('\0')) {
    throw new UserError('ARGUMENT', `FILE is ${JSON.stringify(file)}, must be the name of a file`);
  }
  return { file, clients: parseClients(clients) };
}
