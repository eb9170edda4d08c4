import { testLog } from './log-suite.ts';
import { MemoryLog } from './memory-log.ts';

testLog('the log in memory', async () => {
  const log = new MemoryLog();
  return { some: log.port(), other: log.port(), close: async () => {} };
});
