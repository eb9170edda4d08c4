/**
 * `make sim SEEDS=10000 [SEED=n CLUSTER=1]`: many seeds from one on, of one server or of many; or, with SEEDS=1, one seed
 * with its transcript.
 */
import { tellingMistakes } from '../bench/workplace.ts';
import { asked } from '../support/asked.ts';
import { describeClusterSeed, simulateCluster } from './cluster/cluster.ts';
import { describeSeed, simulate } from './invariants.ts';

const isCluster = !['', '0', 'no'].includes(process.env.CLUSTER ?? '');
const [run, describe] = isCluster ? [simulateCluster, describeClusterSeed] : [simulate, describeSeed];

await tellingMistakes(async () => {
  const seeds = asked('SEEDS', 1_000);
  const first = asked('SEED', 1, 0);
  const failed: number[] = [];
  for (let seed = first; seed < first + seeds; seed++) {
    const { violations, transcript } = await run(seed);
    if (seeds === 1) console.log([describe(seed), ...transcript].join('\n'));
    if (violations.length === 0) continue;
    failed.push(seed);
    console.error(
      `seed ${seed}: ${violations.join('; ')}\n  again: make sim ${isCluster ? 'CLUSTER=1 ' : ''}SEEDS=1 SEED=${seed}`,
    );
  }
  console.log(`${seeds - failed.length} seeds hold, ${failed.length} do not`);
  process.exitCode = failed.length > 0 ? 1 : 0;
});
