/** Servers' stores over one log in memory. */
import type { TestContext } from 'node:test';
import type { LogEntry as LogLine } from '../../machines/vocabulary/log.ts';
import type { StoreEvent, StoreRequest } from '../../machines/vocabulary/store.ts';
import { LogStore } from '../../src/cluster/log-store.ts';
import type { LogStoreOptions } from '../../src/cluster/log-store-options.ts';
import type { OrderedLog } from '../../src/cluster/ordered-log.ts';
import { STANDARD_RULES } from '../../src/lottery/rules.ts';
import { brief } from '../store/helpers.ts';

let made = 0;

/** A server's store, what it says unasked, and what it logs; closed when the test ends. */
export async function openServer(t: TestContext, log: OrderedLog, options: Partial<LogStoreOptions> = {}) {
  const news: StoreEvent[] = [];
  const notices: LogLine[] = [];
  const failures: unknown[] = [];
  const store = new LogStore(
    {
      ...{ log, draw: '1', agencies: 4, agenciesFrom: 1, rules: STANDARD_RULES },
      find: async () => undefined,
      newId: () => `id-${++made}`,
      notice: (line) => notices.push(line),
      clock: globalThis,
      ...options,
    },
    {
      news: (events) => news.push(...events),
      failed: (error) => failures.push(error),
      signal: new AbortController().signal,
    },
  );
  t.after(() => store.close());
  await store.open();
  return {
    ...{ store, news, notices, failures },
    /** Stores all in one group; the outcomes in short. */
    say: async (...requests: StoreRequest[]) => (await store.commit(requests)).map(brief),
    draw: async () => {
      const winners = await store.findWinners();
      return (await store.commit([{ kind: 'draw', winners }])).map(brief);
    },
    /** All that stands in the log is folded. */
    caughtUp: async () => {
      while (store.sequence < (await log.last())) await new Promise(setImmediate);
    },
  };
}

export const hello = (agency: number): StoreRequest => ({ kind: 'open', agency });
