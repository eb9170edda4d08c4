import { testFiles, testNoise, testSessions } from './fuzzing.ts';

testSessions(100_000);
testNoise(20_000);
testFiles(20_000);
