/** The first thousand seeds. */
import { testClusterSeeds } from './cluster-seeds.ts';

testClusterSeeds(1_000);
