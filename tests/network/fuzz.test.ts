import { testFrames } from './fuzzing.ts';

testFrames(4_000);
