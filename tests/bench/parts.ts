/** The parts of the bench by the names that `ONLY` knows. */
import { UserError } from '../../src/errors.ts';
import type { Bench } from './bench-parts.ts';
import { cluster } from './cluster.ts';
import { connections } from './connections.ts';
import type { Figure } from './figures.ts';
import { fleets } from './fleet.ts';
import { image } from './image.ts';
import { largeFolder } from './large-folder.ts';
import { latency } from './latency.ts';
import { scrape } from './scrape.ts';
import { start } from './start.ts';
import { sustained } from './sustained.ts';
import { tls } from './tls.ts';
import { wholeDraw } from './whole-draw.ts';

type Parts = Readonly<Record<string, (bench: Bench) => Promise<Figure[]>>>;

/** Those that measure a program, whichever it is. */
export const PROGRAM_PARTS: Parts = {
  draw: wholeDraw,
  sustained,
  fleets,
  latency,
  connections,
  folder: largeFolder,
  start,
};

/** Earlier revisions have neither TLS nor metrics. */
export const PARTS: Parts = { ...PROGRAM_PARTS, tls, scrape, cluster, image };

/** The wanted ones of `parts`, or all if none is named. @throws {UserError} `ONLY` if there is no such part */
export function chosen(parts: Parts, only: readonly string[]): [string, Parts[string]][] {
  for (const name of only) {
    if (!Object.hasOwn(parts, name)) {
      const known = Object.keys(parts).join(', ');
      throw new UserError('ONLY', `cannot measure: ONLY names ${JSON.stringify(name)}, must be of ${known}`);
    }
  }
  return Object.entries(parts).filter(([name]) => only.length === 0 || only.includes(name));
}
