/**
 * Real engine nodes, servers and agencies, killed and paused. `CLUSTER_KILLS=200 CLUSTER_SEED=n` makes it long, and
 * repeats its choices.
 */
import { test } from 'node:test';
import { makeRandom } from '../crash/random.ts';
import { asked, askedSeed } from '../support/asked.ts';
import { makeBets, writeAgencyFile } from '../support/bets.ts';
import { EngineNodes, withoutEngine } from '../support/engine.ts';
import { temporaryFolder } from '../support/system.ts';
import { type Done, drawWithChaos } from './chaos.ts';

const SEED = askedSeed('CLUSTER_SEED');
const COUNT = asked('CLUSTER_KILLS', 12);

test(`servers, nodes and agencies killed and paused ${COUNT} times: nothing acknowledged is lost, every bet once`, {
  skip: withoutEngine,
}, async (t) => {
  const data = temporaryFolder(t);
  for (const [index, winners] of [2, 3, 3, 2, 0].entries()) {
    writeAgencyFile(data, index + 1, makeBets(index + 1, 2_000, winners));
  }
  const engine = await EngineNodes.start(t);
  const random = makeRandom(SEED);
  const total: Done = {};
  const done = () => Object.values(total).reduce((sum, n) => sum + n, 0);
  try {
    for (let draw = 1; done() < COUNT; draw++) {
      const options = { engine, draw: `${draw}`, data, random, pauseMs: [1_000, 10_000] as const };
      const more = await drawWithChaos(t, { ...options, count: COUNT - done() });
      for (const [what, count] of Object.entries(more)) total[what] = (total[what] ?? 0) + count;
    }
    t.diagnostic(JSON.stringify(total));
  } catch (error) {
    throw new Error(`with CLUSTER_SEED=${SEED}: ${(error as Error).message}`, { cause: error });
  }
});
