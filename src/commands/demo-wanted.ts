/** What `quiniela demo` was asked for, each in the word that the user typed. */
import { totalmem } from 'node:os';
import { fleetChoice, isFleet } from '../config/fleet-rule.ts';
import type { Environment } from '../config/resolve.ts';
import { argument, type ValueType, wholeNumber, yesNo } from '../config/values.ts';
import { expectFromOne } from '../data/first-agency.ts';
import { UserError } from '../errors.ts';
import { AGENCY_PROCESS_BYTES, MOST_AGENCIES, MOST_BETS, MOST_SERVERS } from '../limits.ts';
import { typed } from './typed.ts';

export type DemoOptions = {
  agencies: string;
  bets: string;
  servers: string;
  fleet: string;
  data?: string;
  tls?: boolean;
  inspect?: boolean;
  lab?: boolean;
  all?: boolean;
  json?: boolean;
  open?: boolean;
};

/** @throws {UserError} `ARGUMENT` */
export const readWanted = (options: DemoOptions, env: Environment) => {
  const isLab = wantsLab(options, env.INSPECT_CONTROL);
  expectFromOne(env.AGENCIES_FROM);
  const choice = checked('fleet', options.fleet, fleetChoice);
  const agenciesAs = isFleet(choice, Number(options.agencies)) ? 'fleet' : 'processes';
  return {
    isLab,
    isInspected: options.inspect === true || isLab,
    agenciesAs,
    agencies: checked('agencies', options.agencies, COUNTS[agenciesAs]()),
    bets: checked('bets', options.bets, wholeNumber(0, MOST_BETS)),
    servers: checked('servers', options.servers, wholeNumber(1, MOST_SERVERS)),
  } as const;
};

/**
 * Who watches may act: `--lab`, or `--inspect` with INSPECT_CONTROL=1.
 *
 * @throws {UserError} `ARGUMENT`
 */
const wantsLab = ({ lab = false, inspect = false }: DemoOptions, control = ''): boolean => {
  const isControl = control !== '' && argument('cannot run the demo: INSPECT_CONTROL', control, yesNo);
  if (isControl && !inspect && !lab)
    throw new UserError(
      'ARGUMENT',
      `cannot run the demo: INSPECT_CONTROL is ${JSON.stringify(control)}, which needs --inspect (make demo INSPECT=1): it is the page that acts`,
    );
  return lab || isControl;
};

/** How many agencies there may be. */
const COUNTS = {
  fleet: () => wholeNumber(1, MOST_AGENCIES),
  processes: (): ValueType<number> => {
    const kind = wholeNumber(1, mostProcesses());
    return {
      ...kind,
      allowed: `${kind.allowed}: each is a process, and this machine has memory for that many`,
    };
  },
};

/** @throws {UserError} `ARGUMENT` */
const checked = <T>(option: string, text: string, type: ValueType<T>): T =>
  argument(`cannot run the demo: ${typed(option)}`, text, type);

/** As many processes as this machine has memory for; all of them wait for the draw at the same time. */
const mostProcesses = (): number =>
  Math.min(MOST_AGENCIES, Math.max(1, Math.floor(memoryBytes() / AGENCY_PROCESS_BYTES)));

/** A container may have less than the machine. */
const memoryBytes = (): number => Math.min(totalmem(), process.constrainedMemory() || totalmem());
