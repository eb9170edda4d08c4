/** The first thousand seeds. */
import { testSeeds } from './seeds.ts';

testSeeds(1_000);
