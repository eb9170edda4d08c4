/** Enough to see every kind of message; `make test-all` takes five times as many. */
import { testFiles, testNoise, testSessions } from './fuzzing.ts';

testSessions(20_000);
testNoise(4_000);
testFiles(4_000);
