/** A draw's log for somebody who sits there: an engine that elects a leader is waited for, but not as a server does. */
import type { LogEntry } from '../../machines/vocabulary/log.ts';
import type { WholeEntry } from '../cluster/ordered-log.ts';
import { Patience } from '../cluster/patience.ts';
import type { WholeLog } from '../cluster/whole.ts';
import { EXPORT_WAIT_MS } from '../limits.ts';
import { notAllowed } from './refusal.ts';

/** A permission comes by no waiting. */
const unlessForbidden = (error: unknown): never => {
  throw notAllowed(error) ?? error;
};

/** Its calls throw what the engine said last, once it has given nothing for `mostMs`. */
export function patientLog(
  log: WholeLog,
  notice: (entry: LogEntry) => void,
  mostMs = EXPORT_WAIT_MS,
): WholeLog {
  const patienceOf = () => new Patience({ clock: globalThis, notice, mostMs });
  return {
    async last() {
      return (await patienceOf().ask(() => log.last().catch(unlessForbidden))) ?? 0;
    },
    /** Goes on after the last entry that came. */
    async *read(from, to): AsyncGenerator<WholeEntry> {
      const patience = patienceOf();
      let next = from;
      const readOn = () => log.read(next, to)[Symbol.asyncIterator]();
      let entries = readOn();
      const step = () =>
        entries.next().catch((error: unknown) => {
          entries = readOn();
          return unlessForbidden(error);
        });
      try {
        for (let read = await patience.ask(step); read && !read.done; read = await patience.ask(step)) {
          next = read.value.sequence + 1;
          yield read.value;
        }
      } finally {
        await entries.return?.();
      }
    },
  };
}
