/** Runs a seed of the cluster's simulation, and looks at its end: the files are those of the log. */
import { exportDraw } from '../../../src/cluster/export.ts';
import { makeRandom } from '../../crash/random.ts';
import { checkDraws, type Run } from '../invariants.ts';
import { STORE_DIR } from '../operator.ts';
import { describeScenario } from '../scenario.ts';
import { describeCluster, makeClusterScenario } from './cluster-scenario.ts';
import { ClusterWorld } from './cluster-world.ts';

/** An empty list of violations is a good run. */
export const simulateCluster = async (seed: number): Promise<Run> => {
  const world = new ClusterWorld(seed);
  await world.run();
  const violations = [...world.violations];
  if (violations.length === 0) {
    world.engine.heal();
    const exported = exportDraw(world.engine.port(0), world.stage.disk, STORE_DIR);
    await world.settle(exported);
    violations.push(...(await checkDraws(world)));
  }
  return { seed, violations, transcript: world.transcript };
};

export const describeClusterSeed = (seed: number): string => {
  const scenario = makeClusterScenario(makeRandom(seed));
  return `${describeCluster(scenario)}\n${describeScenario(scenario)}`;
};
