/**
 * Many kills over whole draws of the real files, for the figures: too long for the test suite.
 *
 *     KILLS=200 node tests/processes/killer.ts [server|agencies|both]
 *
 * DATA names another folder of agency-1.csv to agency-5.csv, KILL_SEED repeats the same choices, LIFE_MS says how
 * long a life lasts at most once it is under way.
 */

import { makeRandom } from '../crash/random.ts';
import { asked, askedSeed } from '../support/asked.ts';
import { REAL_FILES } from '../support/real-files.ts';
import { drawWithKills, type Killed, type Victims } from './killing.ts';

const KILLS = asked('KILLS', 200);
const DATA = process.env.DATA ?? REAL_FILES;
const SEED = askedSeed('KILL_SEED');

/** Milliseconds: at full speed an upload lasts about a second, so each life moves a part of it. */
const LIFE_MS = asked('LIFE_MS', 80);

const chosen = process.argv[2] as Victims | undefined;

for (const victims of chosen ? [chosen] : (['server', 'agencies', 'both'] as const)) {
  const random = makeRandom(SEED);
  const total: Killed = { starting: 0, uploading: 0, announcing: 0, agencies: 0 };
  const count = () => Object.values(total).reduce((sum, n) => sum + n, 0);
  const start = Date.now();
  let draws = 0;
  for (; count() < KILLS; draws++) {
    const kills = KILLS - count();
    const killed = await drawWithKills({ data: DATA, victims, kills, random, lifeMs: LIFE_MS });
    process.stderr.write('.');
    for (const when of Object.keys(total) as (keyof Killed)[]) total[when] += killed[when];
  }
  const seconds = Math.round((Date.now() - start) / 1_000);
  const { agencies, starting, uploading, announcing } = total;
  process.stderr.write('\n');
  console.log(
    `${victims}: ${count()} kills over ${draws} draws in ${seconds} s (seed ${SEED}): ${agencies} of agencies, ` +
      `${starting + uploading + announcing} of the server (${starting} while it started, ${uploading} while bets came in, ` +
      `${announcing} after the draw); 0 acknowledged bets lost, 0 doubled, winners right, verify passes`,
  );
}
