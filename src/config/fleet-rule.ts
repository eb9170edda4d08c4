/** When many agencies share one process, or one container: a fleet. */
import { availableParallelism } from 'node:os';
import { FLEET_BATCHES, FLEET_WINDOW } from '../limits.ts';
import { oneOf } from './values.ts';

/** Agencies for each core that have a process of their own. With more of them the machine is busy with processes, not
 * with bets: see docs/performance.md. */
const EACH_CORE = 4;

/** So many always have a process each, even on one core, so that they can be looked at one by one, as in the exercises. */
const ALWAYS_APART = 8;

/** `auto` leaves it to the number of agencies. */
export const fleetChoice = oneOf(['yes', 'no', 'auto']);

type FleetChoice = 'yes' | 'no' | 'auto';

/** The most agencies that have a process each, unless somebody chooses. */
export const mostApart = (cores = availableParallelism()): number =>
  Math.max(ALWAYS_APART, EACH_CORE * cores);

export const isFleet = (choice: FleetChoice, agencies: number, cores = availableParallelism()): boolean =>
  choice === 'yes' || (choice === 'auto' && agencies > mostApart(cores));

/** Batches of each agency that may be on their way, if so many share a process. */
export const mostOnTheirWay = (agencies: number): number =>
  Math.max(FLEET_WINDOW, Math.floor(FLEET_BATCHES / agencies));
