/**
 * Follows a log to its end and beyond, whatever the engine does: a reading that stalls or breaks is begun again at the
 * last entry that was taken. That entry must still be the same one: if it is not, or the log ends before it, the log was
 * set back (a backup was restored, a quorum lost its disks), and is taken anew from the start.
 */
import { LOG_LOOK_MS } from '../limits.ts';
import { StorageError } from '../store/errors.ts';
import type { LogEntry, OrderedLog } from './ordered-log.ts';
import type { Patience } from './patience.ts';

type FollowerOptions = {
  log: OrderedLog;
  patience: Patience;
  /** Each entry once, in order; the next one waits for it. What it throws ends the following. */
  take: (entry: LogEntry) => Promise<void> | void;
  /** All that was in the log when following began, or began anew, is taken. */
  onCaughtUp: () => void;
  /** All that was taken is void: the log is taken from its first entry. */
  onSetBack: () => void;
};

type Step = IteratorResult<LogEntry> | { done: true; error?: unknown };

export class Follower {
  readonly #options: FollowerOptions;
  #last: Pick<LogEntry, 'sequence' | 'id' | 'at'> | undefined;
  #reading = new AbortController();
  /** Where the log ended when following began, or began anew. */
  #target: number | undefined;
  #isCaughtUp = false;
  /** To be called at the next entry. Set while nothing has come since a reading failed: the engine is not back before that,
   * though it may tell where the log ends. */
  #heard: (() => void) | undefined;
  /** An entry that one reading has left out. If the next one does too, the log is damaged. */
  #missing = 0;

  constructor(options: FollowerOptions) {
    this.#options = options;
  }

  /** The last entry that was taken; 0 before the first. */
  get sequence(): number {
    return this.#last?.sequence ?? 0;
  }

  /** Follows until it is told to end. @throws what `take` throws; StorageError DAMAGED if an entry is missing */
  async run(): Promise<void> {
    const { log, patience } = this.#options;
    for (let failures = 0; !patience.isOver; ) {
      const end = await patience.ask(() => log.last());
      if (end === undefined) return;
      if (end < this.sequence) this.#setBack();
      this.#target ??= end;
      this.#lookIfCaughtUp();
      const before = this.sequence;
      const error = await this.#read();
      failures = this.sequence > before ? 0 : failures + 1;
      // After the first failure `last` may tell why, so it is asked before anything else.
      if (failures === 0 || (failures === 1 && error === undefined)) continue;
      this.#heard ??= patience.inVain();
      await patience.failed(error ?? new Error('the log gives nothing to read'), failures - 1);
    }
  }

  end(): void {
    this.#reading.abort();
  }

  /** One reading, from the last entry on. @returns why it ended */
  async #read(): Promise<unknown> {
    const { log } = this.#options;
    this.#reading = new AbortController();
    const { signal } = this.#reading;
    const entries = log.follow(Math.max(1, this.sequence), signal)[Symbol.asyncIterator]();
    const look = this.#look(this.#reading);
    let isToCompare = this.#last !== undefined;
    try {
      for (;;) {
        const step: Step = await nextOf(entries, signal);
        if (step.done) return 'error' in step ? step.error : undefined;
        const entry = step.value;
        this.#heard?.();
        this.#heard = undefined;
        if (isToCompare) {
          isToCompare = false;
          if (isSame(entry, this.#last)) continue;
          return this.#setBack();
        }
        if (entry.sequence <= this.sequence) continue;
        if (entry.sequence > this.sequence + 1) return this.#miss(entry.sequence);
        const before = this.#last;
        await this.#options.take(entry);
        if (this.#last !== before) return; // set back meanwhile
        const { sequence, id, at } = entry;
        this.#last = { sequence, id, at };
        this.#lookIfCaughtUp();
      }
    } finally {
      look.end();
      this.#reading.abort();
    }
  }

  /** No entry is skipped: this server's fold would differ from the others'. */
  #miss(found: number): Error {
    const next = this.sequence + 1;
    const text = `entry ${next} of the log is missing, the next one is ${found}`;
    if (this.#missing === next) throw new StorageError('DAMAGED', text);
    this.#missing = next;
    return new Error(text);
  }

  #setBack(): void {
    this.#last = undefined;
    this.#target = undefined;
    this.#isCaughtUp = false;
    this.#missing = 0;
    this.#options.onSetBack();
  }

  #lookIfCaughtUp(): void {
    if (this.#isCaughtUp || this.sequence < (this.#target ?? Number.POSITIVE_INFINITY)) return;
    this.#isCaughtUp = true;
    this.#options.onCaughtUp();
  }

  /**
   * Ends a reading that gives nothing though the log goes on, or that reads what is not the log any more. It goes on while
   * an entry is being taken, which may wait for others that are gone.
   */
  #look(reading: AbortController): { end(): void } {
    const { log, patience } = this.#options;
    let [seen, taken, wasShort, isOver] = [0, -1, false, false];
    const look = async () => {
      try {
        const end = await log.last();
        patience.answered();
        if (isOver) return;
        const isShort = end < this.sequence;
        const isStalled = seen > this.sequence && taken === this.sequence;
        if (isStalled || isShort) reading.abort();
        if (isShort && wasShort) return this.#setBack();
        [seen, taken, wasShort] = [end, this.sequence, isShort];
      } catch {
        // Whoever asks the engine for more than this reports that it is away.
      }
      if (!isOver) timer = patience.clock.setTimeout(look, LOG_LOOK_MS);
    };
    let timer = patience.clock.setTimeout(look, LOG_LOOK_MS);
    return {
      end: () => {
        isOver = true;
        patience.clock.clearTimeout(timer);
      },
    };
  }
}

/** A proposal that is made again may come to the same place of another log, but not at the same time. */
const isSame = (entry: LogEntry, last: Pick<LogEntry, 'sequence' | 'id' | 'at'> | undefined): boolean =>
  entry.sequence === last?.sequence && entry.id === last.id && entry.at === last.at;

/** The next entry, or the end. If the signal aborts it is the end, though the iterator may have stalled. */
function nextOf(entries: AsyncIterator<LogEntry>, signal: AbortSignal): Promise<Step> {
  if (signal.aborted) return Promise.resolve({ done: true });
  return new Promise((resolve) => {
    const onAbort = () => resolve({ done: true });
    const settle = (step: Step) => {
      signal.removeEventListener('abort', onAbort);
      resolve(step);
    };
    signal.addEventListener('abort', onAbort);
    entries.next().then(settle, (error) => settle({ done: true, error }));
  });
}
