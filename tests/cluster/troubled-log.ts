/** A log in memory that does what a test tells it to: loses, keeps silent, stalls, forgets. */
import type { LogEntry, OrderedLog, Proposal } from '../../src/cluster/ordered-log.ts';
import { SimulatedTime } from '../simulation/clock.ts';
import { MemoryLog } from './memory-log.ts';

type Trouble = {
  /** What becomes of the next proposals, in their order; then all are kept. */
  fates: ('kept' | 'lost' | 'unacknowledged' | 'doubled' | 'takenBack')[];
  /** Entries that a reading gives before it stalls, reading by reading; then none stalls. */
  stalls: number[];
  /** Calls fail. */
  isAway: boolean;
  /** Readings fail, while it says where it ends. */
  isMute: boolean;
};

export class TroubledLog {
  readonly log = new MemoryLog();
  readonly time = new SimulatedTime();
  readonly trouble: Trouble = { fates: [], stalls: [], isAway: false, isMute: false };
  /** Ids of proposals, as they came. */
  readonly proposed: string[] = [];
  readings = 0;

  port(): OrderedLog {
    const port = this.log.port();
    const answer = async <T>(value: () => T): Promise<T> => {
      if (this.trouble.isAway) throw new Error('no leader');
      return value();
    };
    return {
      ...port,
      last: () => answer(() => this.log.entries.length),
      propose: (proposal) => answer(() => this.#propose(proposal)),
      follow: (from, signal) => this.#follow(port, from, signal),
    };
  }

  /** Lets time pass, and all that follows from it. */
  async pass(ms: number): Promise<void> {
    const until = this.time.now + ms;
    this.time.setTimeout(() => {}, ms);
    do {
      for (let turns = 0; turns < 5; turns++) await new Promise(setImmediate);
    } while (this.time.now < until && this.time.step());
    for (let turns = 0; turns < 5; turns++) await new Promise(setImmediate);
  }

  #propose(proposal: Proposal): number {
    this.proposed.push(proposal.id);
    const fate = this.trouble.fates.shift() ?? 'kept';
    if (fate === 'takenBack') return this.log.entries.length + 1;
    if (fate === 'lost') throw new Error('not acknowledged');
    const sequence = this.log.append(proposal);
    if (fate === 'doubled') this.log.append(proposal);
    if (fate === 'unacknowledged') throw new Error('not acknowledged');
    return sequence;
  }

  async *#follow(port: OrderedLog, from: number, signal: AbortSignal): AsyncGenerator<LogEntry> {
    this.readings++;
    let left = this.trouble.stalls.shift() ?? Number.POSITIVE_INFINITY;
    if (this.trouble.isMute) throw new Error('may not be read');
    for await (const entry of port.follow(from, signal)) {
      if (this.trouble.isMute) throw new Error('may not be read');
      if (left === 0) await new Promise(() => {});
      left--;
      yield entry;
    }
  }
}
