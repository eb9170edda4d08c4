/**
 * The store of a server among many: what it is asked goes into the log that all of them share, and is decided when it
 * comes back in the log's order. It holds nothing of its own: another server's log comes to the same.
 */
import type { Winners } from '../../machines/vocabulary/draw.ts';
import type {
  RecallRequest,
  RecoveredDraw,
  StoreEvent,
  StoreOutcome,
  StoreRequest,
} from '../../machines/vocabulary/store.ts';
import type { DrawStore, EngineState } from '../store/bet-store.ts';
import { Changes } from '../store/commit.ts';
import type { Hear } from '../store/folder.ts';
import { factsOf } from './codec.ts';
import { expectSameDraw } from './configured.ts';
import { EarlierDraws } from './earlier-draws.ts';
import { digestOf, Fold, type Folded } from './fold.ts';
import { Follower } from './follower.ts';
import { Lane, type LaneStore } from './lane.ts';
import { LogRows } from './log-rows.ts';
import type { LogStoreOptions } from './log-store-options.ts';
import { newsOf } from './news.ts';
import type { LogEntry } from './ordered-log.ts';
import { Patience } from './patience.ts';
import { Proposer } from './proposer.ts';
import { sorted } from './sorted.ts';

/** What the winners were searched in: the journal up to the line of this hash. */
type Search = { of: string; winners: Promise<Winners> };

export class LogStore implements DrawStore, LaneStore {
  readonly #options: LogStoreOptions;
  readonly #hear: Hear;
  readonly #patience: Patience;
  readonly #proposer: Proposer;
  readonly #follower: Follower;
  /** The agencies' sessions on this server. */
  readonly #sessions = new Map<number, string>();
  /** Agencies whose sessions here ended as the log was set back. */
  #setBack = new Set<number>();
  readonly #earlier: EarlierDraws;
  fold: Fold;
  rows: LogRows;
  #search: Search | undefined;
  /** Resolves when all that is in the log has been taken, and the draw has begun. */
  #ready = Promise.withResolvers<void>();
  #isReady = false;
  /** The store was ready once: from then on its user hears if the log is set back. */
  #isOpen = false;

  constructor(options: LogStoreOptions, hear: Hear) {
    const { log, newId, notice, clock } = options;
    this.#options = options;
    this.#hear = hear;
    const patience = new Patience({ clock, notice });
    this.#patience = patience;
    this.#earlier = new EarlierDraws(options.find);
    [this.fold, this.rows] = this.#fresh();
    this.#follower = new Follower({
      log,
      patience,
      take: (entry) => this.#take(entry),
      onCaughtUp: () => void this.#begin().catch((error) => this.#fail(error)),
      onSetBack: () => this.#startAnew(),
    });
    const taken = () => this.#follower.sequence;
    this.#proposer = new Proposer({ log, patience, newId, taken, fail: (error) => this.#fail(error) });
  }

  #fresh(): [Fold, LogRows] {
    const rows = new LogRows(this.#options.log, this.#patience);
    return [new Fold({ rows: (counted) => rows.note(counted) }), rows];
  }

  /**
   * Follows the log to its end, and begins the draw if nobody has.
   *
   * @throws StorageError OTHER_DRAW, FOREIGN; what the signal is aborted with
   */
  async open(): Promise<void> {
    const { signal } = this.#hear;
    const giveUp = () => this.#fail(signal.reason);
    signal.addEventListener('abort', giveUp);
    this.#follower.run().catch((error) => this.#fail(error));
    await this.#ready.promise.finally(() => signal.removeEventListener('abort', giveUp));
    this.#isOpen = true;
  }

  /** The draw has begun, if need be by this server: then it is ready, unless the log was set back meanwhile. */
  async #begin(): Promise<void> {
    const { draw, agencies, agenciesFrom: first, rules } = this.#options;
    const { fold } = this;
    if (!fold.hasBegun) await this.propose({ kind: 'begin', draw, agencies, first, rules });
    if (fold !== this.fold) return;
    expectSameDraw(this.#options, fold.ledger);
    this.#isReady = true;
    this.#ready.resolve();
  }

  engine(): EngineState {
    return {
      awaySince: this.#patience.waitingSince,
      waiting: this.#proposer.waiting,
      accessEnds: this.#options.log.accessEnds?.(),
    };
  }

  /** The last entry of the log that is folded. */
  get sequence(): number {
    return this.#follower.sequence;
  }

  recovered(): RecoveredDraw {
    const { ledger } = this.fold;
    return { ...ledger.recovered(), ...(ledger.ending.closed && { isOver: true }) };
  }

  sessionOf(agency: number): string | undefined {
    return this.#sessions.get(agency);
  }

  isSetBack(agency: number): boolean {
    return this.#setBack.has(agency);
  }

  get asksForProof(): boolean {
    return this.#options.asksForProof ?? false;
  }

  newSession(): string {
    return this.#options.newId();
  }

  propose(...proposed: Parameters<Proposer['propose']>): Promise<Folded> {
    return this.#proposer.propose(...proposed);
  }

  /** @returns an outcome for each request, in their order, once what they add has come back in the log */
  async commit(requests: readonly StoreRequest[]): Promise<readonly StoreOutcome[]> {
    await this.#ready.promise;
    const outcomes: StoreOutcome[] = [];
    const { lanes, turns } = sorted(requests, (index, outcome) => {
      outcomes[index] = outcome;
    });
    await Promise.all([...lanes].map(([agency, asked]) => new Lane(this, agency, asked).run()));
    for (const { request, answer } of turns) answer(await this.#turn(request));
    return outcomes;
  }

  /** The draw, or its end. */
  async #turn(request: StoreRequest): Promise<StoreOutcome> {
    const { ending } = this.fold.ledger;
    if (request.kind === 'close') {
      await this.propose({ kind: 'closed' });
      return { kind: 'recorded' };
    }
    if (request.kind !== 'draw') throw new Error(`${request.kind} is no turning point of a draw`);
    if (!ending.winners && this.fold.isComplete) {
      const of = this.#search?.of ?? this.fold.hash;
      await this.propose({ kind: 'draw', of, winners: digestOf(request.winners) });
    }
    if (!this.fold.ledger.ending.winners) return { kind: 'postponed' };
    return this.fold.ledger.decide(request, new Changes(0));
  }

  /** The winners among the rows that count so far; if the draw took place, its winners. @throws StorageError DAMAGED */
  async findWinners(): Promise<Winners> {
    await this.#ready.promise;
    return this.fold.ledger.ending.winners ?? this.#searchOf(this.fold.hash);
  }

  #searchOf(of: string): Promise<Winners> {
    if (this.#search?.of !== of) this.#search = { of, winners: this.rows.winners() };
    return this.#search.winners;
  }

  recall(request: RecallRequest): Promise<StoreOutcome> {
    return this.#earlier.recall(request);
  }

  async close(): Promise<void> {
    this.#patience.end();
    this.#follower.end();
    await this.#options.log.close();
  }

  #fail(error: unknown): void {
    if (this.#patience.isOver) return;
    this.#patience.end();
    this.#follower.end();
    this.#ready.reject(error);
    if (this.#isOpen) this.#hear.failed(error);
  }

  async #take(entry: LogEntry): Promise<void> {
    const { fold } = this;
    const isOwn = this.#proposer.isOwn(entry.id);
    const folded: Folded[] = [];
    const news: StoreEvent[] = [];
    for (const { fact, place } of factsOf(entry)) {
      const winners = fact.kind === 'draw' && fold.isDue(fact) ? await this.#searchOf(fact.of) : undefined;
      if (fold !== this.fold) return; // set back while it searched
      const own = fold.take(fact, place, winners);
      folded.push(own);
      if (fact.kind === 'open' && own.kind === 'opened') {
        const { agency, session } = fact;
        const wasHere = this.#sessions.delete(agency);
        if (this.#isReady) this.#setBack.delete(agency);
        if (isOwn) this.#sessions.set(agency, session);
        else if (wasHere) news.push({ type: 'agency.superseded', agency });
      }
      if (!isOwn) news.push(...newsOf(fact, own));
    }
    // Before that, what was recovered says all of it.
    if (news.length > 0 && this.#isReady) this.#hear.news(news);
    this.#proposer.settle(entry.id, folded);
  }

  /** The log is not the one that was folded: what it has now is folded from its start, and nobody's session goes on. */
  #startAnew(): void {
    const { hash: head } = this.fold;
    this.rows.abandon();
    [this.fold, this.rows] = this.#fresh();
    this.#search = undefined;
    this.#setBack = new Set([...this.#setBack, ...this.#sessions.keys()]);
    this.#sessions.clear();
    if (this.#isOpen && this.#isReady) {
      this.#isReady = false;
      this.#ready = Promise.withResolvers();
      this.#ready.promise.then(
        () => this.#hear.news([{ type: 'store.recovered', recovered: this.recovered() }]),
        () => {}, // said already
      );
      const details = { error: 'the log was set back, it is folded anew', head };
      this.#options.notice({ level: 'warn', action: 'fold_log', result: 'in_progress', details });
    }
    this.#proposer.giveUp();
  }
}

/** Opens the draw that a log holds, or begins it. @throws StorageError OTHER_DRAW, FOREIGN, DAMAGED */
export async function openLogStore(
  options: LogStoreOptions,
  hear: Hear,
): Promise<{ store: DrawStore; recovered: RecoveredDraw }> {
  const store = new LogStore(options, hear);
  await store.open();
  return { store, recovered: store.recovered() };
}
