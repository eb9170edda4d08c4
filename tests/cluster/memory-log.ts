/** An ordered log in memory: the engine at its best. The simulation has one at its worst. */
import { once } from 'node:events';
import type { LogEntry, OrderedLog, Proposal, WholeEntry } from '../../src/cluster/ordered-log.ts';

/** What all servers of a draw share; each has its own port to it. */
export class MemoryLog {
  readonly entries: WholeEntry[] = [];
  readonly #news = new EventTarget();

  append({ id, facts, rows }: Proposal, at = 1_795_000_000_000 + this.entries.length): number {
    const sequence = this.entries.length + 1;
    this.entries.push({ sequence, id, facts, at, rows: Buffer.concat(rows) });
    this.#news.dispatchEvent(new Event('entry'));
    return sequence;
  }

  port(): OrderedLog {
    const { entries } = this;
    const news = this.#news;
    return {
      propose: async (proposal) => this.append(proposal),
      last: async () => entries.length,
      async *follow(from: number, signal: AbortSignal): AsyncGenerator<LogEntry> {
        for (let next = from; !signal.aborted; ) {
          const stored = entries[next - 1];
          if (!stored) {
            await once(news, 'entry', { signal });
            continue;
          }
          const { rows: _, ...entry } = stored;
          yield entry;
          next++;
        }
      },
      async *read(from: number, to: number): AsyncGenerator<WholeEntry> {
        yield* entries.slice(from - 1, to);
      },
      close: async () => {},
    };
  }
}
