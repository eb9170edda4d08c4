/** The demo's bounds, with their units and the reasons for their values. */
import { totalmem } from 'node:os';
import { SHUTDOWN_MS } from '../limits.ts';

/** Milliseconds for the server to listen: a slow machine needs two or three seconds to start Node. */
export const START_MS = 30_000;

/** Milliseconds for all to leave once the winners are told: the server waits 10 s for agencies that do not
 * come for theirs, and then has its own deadline. */
export const LEAVE_MS = 10_000 + SHUTDOWN_MS + 2_000;

/** Milliseconds to stop in, a little more than the server allows itself. */
export const STOP_MS = SHUTDOWN_MS + 2_000;

/** Milliseconds for the inspector to listen, which the demo waits for; and to end in, before it is killed. */
export const INSPECTOR_START_MS = 15_000;
export const INSPECTOR_STOP_MS = 2_000;

/** Bytes of memory that one agency takes, most of it Node's own. */
const AGENCY_BYTES = 64 * 1024 * 1024;

/** As the server's own bound, and a fleet's. */
export const MOST_AGENCIES = 10_000;

/** As many processes as this machine has memory for; all of them wait for the draw at the same time. */
export const mostProcesses = (): number =>
  Math.min(MOST_AGENCIES, Math.max(1, Math.floor(memoryBytes() / AGENCY_BYTES)));

/** A container may have less than the machine. */
const memoryBytes = (): number => Math.min(totalmem(), process.constrainedMemory() || totalmem());

/** Rows of a file that is made: as many as `quiniela data` makes. */
export const MOST_BETS = 100_000_000;
