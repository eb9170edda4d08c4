/**
 * What the facts of a log come to: the same ledger, and the same journal, line by line, on every server. It does no I/O.
 *
 * `bets.csv` and the journal are nowhere on a server's disk, but every byte of them is decided: the rows that count
 * follow one another, and what changes something is a line that holds the hash of the one before. `quiniela export`
 * writes them down.
 */
import { createHash } from 'node:crypto';
import type { Winners } from '../../machines/vocabulary/draw.ts';
import type { StoreOutcome, StoreRequest } from '../../machines/vocabulary/store.ts';
import { areSame, STANDARD_RULES } from '../lottery/rules.ts';
import { Changes, type Commit } from '../store/commit.ts';
import { headerOf, sealLine } from '../store/journal.ts';
import { Ledger } from '../store/ledger.ts';
import { PROOFS_OF_LOG } from '../store/proofs.ts';
import type { FactPlace } from './codec.ts';
import type { Fact, FactOf } from './entry.ts';

/** What became of a fact. */
export type Folded =
  /** As the ledger decided: refused ones changed nothing. */
  | StoreOutcome
  | { kind: 'begun' }
  /** Its session is not the agency's newest. */
  | { kind: 'superseded' }
  /** The log was set back while it was on its way. */
  | { kind: 'setBack' }
  /** The fact does not go on where the log stands: it came twice, late, or too early. */
  | { kind: 'misplaced' };

/** Where rows that count begin in bets.csv, and where they are in the log. */
export type CountedRows = { start: number; sequence: number; row: number };

/** Hears what the fold adds, in its order. */
type FoldRecord = {
  rows?: (counted: CountedRows & { bytes: number; sha: string }) => void;
  /** A line of the journal, with its line feed; after its rows. */
  line?: (line: Buffer) => void;
};

const SUPERSEDED: Folded = { kind: 'superseded' };
const MISPLACED: Folded = { kind: 'misplaced' };
const NO_ROWS = Buffer.alloc(0);

/** The winners as the draw's fact has them. */
export const digestOf = (winners: Winners): string =>
  createHash('sha256')
    .update(JSON.stringify(Object.fromEntries(winners)))
    .digest('hex');

export class Fold {
  readonly ledger = new Ledger(PROOFS_OF_LOG);
  readonly #record: FoldRecord;
  /** The newest session of each agency. */
  readonly #sessions = new Map<number, string>();
  #agencies: readonly number[] = [];
  #commits = 0;
  /** Bytes of bets.csv. */
  betsEnd = 0;
  /** Hash of the journal's last line; empty before the draw has begun. */
  hash = '';

  constructor(record: FoldRecord = {}) {
    this.#record = record;
  }

  /** The agency's newest session; '' if it has none. */
  sessionOf(agency: number): string {
    return this.#sessions.get(agency) ?? '';
  }

  get hasBegun(): boolean {
    return this.hash !== '';
  }

  /** Every agency has said DONE, and nothing was drawn yet. */
  get isComplete(): boolean {
    const { ledger } = this;
    return (
      this.hasBegun &&
      !ledger.ending.winners &&
      this.#agencies.every((agency) => ledger.standing(agency).finished)
    );
  }

  /** Whether this draw would count. If so, `take` needs its winners. */
  isDue(draw: FactOf<'draw'>): boolean {
    return this.isComplete && draw.of === this.hash;
  }

  /**
   * Takes the next fact of the log.
   *
   * @param winners those that were found, for a draw that is due
   */
  take(fact: Fact, place: FactPlace, winners?: Winners): Folded {
    if (fact.kind === 'begin') return this.#begin(fact, place);
    if (!this.hasBegun) return MISPLACED;
    switch (fact.kind) {
      case 'open':
        return this.#open(fact, place);
      case 'bets':
      case 'single':
      case 'done':
        return fact.session === this.sessionOf(fact.agency) ? this.#inSession(fact, place) : SUPERSEDED;
      case 'draw':
        return winners && this.isDue(fact) && digestOf(winners) === fact.winners
          ? this.#decide({ kind: 'draw', winners }, place)
          : MISPLACED;
      case 'told':
        return this.#decide({ kind: 'told', agency: fact.agency }, place);
      case 'closed':
        return this.#decide({ kind: 'close' }, place);
    }
  }

  #begin({ draw, agencies, first, rules }: FactOf<'begin'>, { at }: FactPlace): Folded {
    if (this.hasBegun) return MISPLACED;
    const header = headerOf(draw, agencies, new Date(at).toISOString(), undefined, first);
    this.ledger.begin(header);
    this.#agencies = Array.from({ length: agencies }, (_, index) => first + index);
    this.#seal(sealLine(header, ''));
    if (!areSame(rules, STANDARD_RULES)) this.#apply({ rules }, at);
    return { kind: 'begun' };
  }

  #open({ agency, session, after }: FactOf<'open'>, place: FactPlace): Folded {
    if (after !== this.sessionOf(agency)) return SUPERSEDED;
    this.#sessions.set(agency, session);
    return this.#decide({ kind: 'open', agency }, place);
  }

  #inSession(fact: FactOf<'bets' | 'single' | 'done'>, place: FactPlace): Folded {
    switch (fact.kind) {
      case 'bets':
        return this.#bets(fact, place);
      case 'single':
        return this.#single(fact, place);
      case 'done':
        return this.#done(fact, place);
    }
  }

  #isAt(agency: number, count: number, rowsCrc: number): boolean {
    const { stored, crc } = this.ledger.standing(agency);
    return stored === count && crc === rowsCrc;
  }

  #bets(fact: FactOf<'bets'>, place: FactPlace): Folded {
    const { agency, dialect, from, next, before, after } = fact;
    if (!this.#isAt(agency, from, before) || next <= from) return MISPLACED;
    const count = next - from;
    // `judge` would not do: what TP0 says again is known only to the server that its session is with.
    const refused = this.ledger.whyClosed(agency, dialect);
    if (refused) return refused;
    const position = [agency, next, after] as const;
    this.#addRows(fact, place, dialect === 'tp0' ? { tp0: [position] } : { agencies: [position] });
    return { kind: 'stored', next, count, fresh: count };
  }

  #single(fact: FactOf<'single'>, place: FactPlace): Folded {
    const { agency, id, crc } = fact;
    const sha = Buffer.from(fact.sha, 'hex').toString('base64');
    const known = this.ledger.judge({ kind: 'bet', agency, id, sha });
    if (typeof known !== 'number') return known;
    if (known === 0) this.#addRows(fact, place, { ids: [[id, agency, crc, sha]] });
    return { kind: 'betStored', id, document: '', number: 0, fresh: known === 0 };
  }

  #done({ agency, dialect, count, crc, proof }: FactOf<'done'>, place: FactPlace): Folded {
    if (dialect === 'quiniela') return this.#decide({ kind: 'finish', agency, count, crc, proof }, place);
    if (!this.#isAt(agency, count, crc)) return MISPLACED;
    return this.#decide({ kind: 'finish', agency, count: undefined, crc: undefined }, place);
  }

  #decide(request: StoreRequest, { at }: FactPlace): StoreOutcome {
    const changes = new Changes(this.betsEnd);
    const outcome = this.ledger.decide(request, changes);
    if (!changes.isEmpty()) this.#write(changes.fields(), at);
    if (changes.draw) this.ledger.ending.head = this.hash;
    return outcome.kind === 'drawn' ? { ...outcome, head: this.ledger.ending.head ?? '' } : outcome;
  }

  #addRows(
    { bytes, sha }: { bytes: number; sha: string },
    { sequence, row, at }: FactPlace,
    fields: Partial<Commit>,
  ): void {
    const start = this.betsEnd;
    this.betsEnd += bytes;
    this.#record.rows?.({ start, sequence, row, bytes, sha });
    this.#apply({ range: [start, this.betsEnd], sha, ...fields }, at);
  }

  /** A commit that the ledger did not decide: it takes it over, as if from a journal. */
  #apply(fields: Partial<Commit>, at: number): void {
    this.ledger.apply(this.#write(fields, at), this.hash, NO_ROWS);
  }

  #write(fields: Partial<Commit>, at: number): Commit {
    this.#commits++;
    const commit = { n: this.#commits, at: new Date(at).toISOString(), ...fields };
    this.#seal(sealLine(commit, this.hash));
    return commit;
  }

  #seal({ line, hash }: { line: Buffer; hash: string }): void {
    this.hash = hash;
    this.#record.line?.(line);
  }
}
