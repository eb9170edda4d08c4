/**
 * The engine of a cluster at its worst: proposals arrive late, twice, after later ones, or not at all, and are
 * acknowledged or not; a leader is lost, servers are cut off from it, readings stall or break, and once in a while the
 * whole log is set back. What it has given to a reader it gives to every reader.
 */
import type { LogEntry, OrderedLog, Proposal, WholeEntry } from '../../../src/cluster/ordered-log.ts';
import type { Stage } from '../stage.ts';

/** Simulated milliseconds after which a call is given up. */
const CALL_MS = 2_000;

type Fate = 'kept' | 'lost' | 'unacknowledged' | 'late' | 'doubled' | 'takenBack';

const ROUGH: readonly Fate[] = [
  ...Array<Fate>(10).fill('kept'),
  ...(['lost', 'unacknowledged', 'late', 'doubled', 'takenBack'] as const),
];

export class SimulatedEngine {
  readonly entries: WholeEntry[] = [];
  /** Hears when a server has taken an entry. */
  onTaken: (server: number, sequence: number) => void = () => {};
  /** From then on nothing goes wrong by itself. */
  calmAt = 0;
  readonly #stage: Stage;
  /** Until when a server does not reach it; 0 is all of them: it has no leader. */
  readonly #awayUntil = new Map<number, number>();
  /** The readings that are open: each is told when something comes, or when it breaks. */
  readonly #readings = new Set<{ wake: () => void; isBroken: boolean }>();

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** Nobody reaches it for a while, or one server does not: their readings break, or give nothing. */
  cutOff(server: number, ms: number): void {
    const until = this.#stage.time.now + ms;
    this.#awayUntil.set(server, Math.max(this.#awayUntil.get(server) ?? 0, until));
  }

  /** Nothing goes wrong any more. */
  heal(): void {
    this.calmAt = 0;
    this.#awayUntil.clear();
  }

  /** All readings that are open break. */
  breakReadings(): void {
    for (const reading of this.#readings) {
      reading.isBroken = true;
      reading.wake();
    }
  }

  /** The last entries are gone, as after a backup was restored. */
  setBack(entries: number): void {
    this.entries.length = Math.max(0, this.entries.length - entries);
    this.breakReadings();
  }

  /** A server's way to it. */
  port(server: number): OrderedLog {
    const { time, random } = this.#stage;
    let isClosed = false;
    const expectAway = async (): Promise<void> => {
      await time.sleep(random.between(0, 5));
      if (!this.#isAway(server)) return;
      await time.sleep(CALL_MS);
      throw new Error('the engine does not answer');
    };
    return {
      propose: (proposal) => this.#propose(server, proposal),
      last: async () => {
        await expectAway();
        return this.entries.length;
      },
      follow: (from, signal) => this.#follow(server, from, signal, () => isClosed),
      read: (from, to) => this.#read(from, to, expectAway),
      close: async () => {
        isClosed = true;
      },
    };
  }

  /** Whether a server could have done all that it had to do, for so long. */
  wasThereFor(server: number, ms: number): boolean {
    return this.#stage.time.now - ms >= Math.max(this.calmAt, this.#backAt(server));
  }

  #backAt(server: number): number {
    return Math.max(this.#awayUntil.get(0) ?? 0, this.#awayUntil.get(server) ?? 0);
  }

  #isAway(server: number): boolean {
    return this.#stage.time.now < this.#backAt(server);
  }

  get #isCalm(): boolean {
    return this.#stage.time.now >= this.calmAt;
  }

  async #propose(server: number, proposal: Proposal): Promise<number> {
    const { time, random, note } = this.#stage;
    await time.sleep(random.between(0, 8));
    const away: readonly Fate[] = ['lost', 'late'];
    const fate = random.pick(this.#isAway(server) ? away : this.#isCalm ? (['kept'] as const) : ROUGH);
    if (fate !== 'kept') note('engine', `${proposal.id} is ${fate}`);
    switch (fate) {
      case 'kept':
        return this.#append(proposal);
      case 'doubled':
        time.setTimeout(() => this.#append(proposal), random.between(0, 3_000));
        return this.#append(proposal);
      case 'takenBack':
        return this.entries.length + 1;
      case 'unacknowledged':
        this.#append(proposal);
        break;
      case 'late':
        time.setTimeout(() => this.#append(proposal), random.between(0, 3 * CALL_MS));
        break;
      case 'lost':
    }
    await time.sleep(CALL_MS);
    throw new Error('the engine has not acknowledged in time');
  }

  #append({ id, facts, rows }: Proposal): number {
    const sequence = this.entries.length + 1;
    this.entries.push({ sequence, id, facts, at: this.#stage.time.now, rows: Buffer.concat(rows) });
    for (const { wake } of this.#readings) wake();
    return sequence;
  }

  async *#follow(
    server: number,
    from: number,
    signal: AbortSignal,
    isClosed: () => boolean,
  ): AsyncGenerator<LogEntry> {
    const { time, random, note } = this.#stage;
    const stallsAt =
      this.#isCalm || random.between(0, 2) > 0
        ? Number.POSITIVE_INFINITY
        : time.now + random.between(0, 2_000);
    const reading = { wake: () => {}, isBroken: false };
    const woken = () =>
      new Promise<void>((resolve) => {
        reading.wake = resolve;
      });
    signal.addEventListener('abort', () => reading.wake());
    this.#readings.add(reading);
    try {
      for (let next = from; !signal.aborted && !isClosed(); ) {
        if (reading.isBroken) throw new Error('the reading is broken');
        const entry = this.entries[next - 1];
        if (entry && time.now < stallsAt && !this.#isAway(server)) {
          await time.sleep(random.between(0, 3));
          if (reading.isBroken || signal.aborted) continue;
          const { rows: _, ...facts } = entry;
          yield facts;
          if (!isClosed()) this.onTaken(server, next);
          next++;
        } else {
          if (entry) note('engine', `a reading of server ${server} stalls at ${next}`);
          await woken();
        }
      }
    } finally {
      this.#readings.delete(reading);
    }
  }

  async *#read(from: number, to: number, expectAway: () => Promise<void>): AsyncGenerator<WholeEntry> {
    const { random } = this.#stage;
    await expectAway();
    for (let next = from; next <= to; next++) {
      if (!this.#isCalm && random.between(0, 20) === 0) throw new Error('reading was broken off');
      const entry = this.entries[next - 1];
      if (!entry) throw new Error(`there is no entry ${next}`);
      yield entry;
    }
  }
}
