/**
 * `make sim SEEDS=10000 [SEED=n]`: many seeds from one on; or, with SEEDS=1, one seed with its transcript.
 */
import { describeSeed, simulate } from './invariants.ts';

const seeds = Number(process.env.SEEDS || 1_000);
const first = Number(process.env.SEED || 1);
const failed: number[] = [];
for (let seed = first; seed < first + seeds; seed++) {
  const { violations, transcript } = await simulate(seed);
  if (seeds === 1) console.log([describeSeed(seed), ...transcript].join('\n'));
  if (violations.length === 0) continue;
  failed.push(seed);
  console.error(`seed ${seed}: ${violations.join('; ')}\n  again: make sim SEEDS=1 SEED=${seed}`);
}
console.log(`${seeds - failed.length} seeds hold, ${failed.length} do not`);
process.exitCode = failed.length > 0 ? 1 : 0;
