/**
 * As many as one likes, and the same again:
 *
 *     FUZZ_FRAMES=1000000 FUZZ_SEED=7 node --test tests/network/fuzz.long.test.ts
 */
import { asked } from '../support/asked.ts';
import { testFrames } from './fuzzing.ts';

testFrames(asked('FUZZ_FRAMES', 20_000));
