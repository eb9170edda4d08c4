/**
 * What is on record of a draw: what each agency has stored and said, the single bets, and how it ended. From the commits
 * of a journal it is built again.
 */
import type { RecoveredDraw } from '../../machines/vocabulary/store.ts';
import { PLACES } from '../limits.ts';
import { type BetRules, STANDARD_RULES } from '../lottery/rules.ts';
import type { Commit } from './commit.ts';
import { runsOf, withoutLastRows } from './csv.ts';
import { Ending } from './ending.ts';
import type { Before, Header } from './journal.ts';
import type { Places } from './places.ts';
import type { Proofs } from './proofs.ts';
import { Singles } from './singles.ts';
import { type Standing, Upload } from './upload.ts';

export class DrawRecord {
  readonly #agencies = new Map<number, Upload>();
  protected readonly singles = new Singles();
  readonly #room = { places: PLACES };
  readonly ending = new Ending();
  /** The draw's name. */
  draw = '';
  /** Agencies that take part; unknown if the journal does not say it. */
  roll: number | undefined;
  /** The first one's number; unknown as well. */
  first: number | undefined;
  /** What bets are held to. */
  rules: BetRules = STANDARD_RULES;
  /** The draw before, and to whom its winners are owed. */
  before: Before | undefined;
  protected readonly owed = new Set<number>();
  protected readonly proofs: Proofs | undefined;

  /** @param proofs if agencies must sign what they have uploaded */
  constructor(proofs?: Proofs) {
    this.proofs = proofs;
  }

  recovered(): RecoveredDraw {
    const uploads = [...this.#agencies.values()].sort((a, b) => a.agency - b.agency);
    const numbers = (which: (upload: Upload) => boolean) => uploads.filter(which).map(({ agency }) => agency);
    const { winners, head, told } = this.ending;
    return {
      draw: this.draw,
      finished: numbers(({ finished }) => finished),
      withOffsets: numbers(({ hasOffsets }) => hasOffsets),
      winners,
      head,
      told,
    };
  }

  /** Whether the draw has stored a single bet of this id. */
  hasBet(id: string): boolean {
    return this.singles.get(id) !== undefined;
  }

  /** What is stored of an agency. */
  standing(agency: number): Standing {
    const { stored = 0, crc = 0, finished = false, singles = 0 } = this.#agencies.get(agency) ?? {};
    return { stored, crc, finished, singles };
  }

  /** Where an agency's stored bets stand in bets.csv. */
  places(agency: number): Places {
    return this.agency(agency).places;
  }

  protected known(agency: number): Upload | undefined {
    return this.#agencies.get(agency);
  }

  /** An agency that was never heard of has stored nothing. */
  protected agency(agency: number): Upload {
    let upload = this.#agencies.get(agency);
    if (!upload) {
      upload = new Upload(agency, this.#room, this.proofs?.newDigest?.());
      this.#agencies.set(agency, upload);
    }
    return upload;
  }

  /** The agency with the highest number that the journal speaks of; 0 if it speaks of none. */
  get highestAgency(): number {
    let highest = 0;
    for (const agency of this.#agencies.keys()) highest = Math.max(highest, agency);
    return highest;
  }

  /** Takes over the journal's header. */
  begin({ draw, agencies, from, before }: Pick<Header, 'draw' | 'agencies' | 'from' | 'before'>): void {
    this.draw = draw;
    this.roll = agencies;
    this.first = from;
    this.before = before;
    for (const agency of before?.untold ?? []) this.owed.add(agency);
  }

  /** Takes over a commit of the journal, which is the line of this hash, and its rows. */
  apply(commit: Commit, hash: string, rows: Buffer): void {
    this.roll ??= commit.roll;
    this.rules = commit.rules ?? this.rules;
    const [start = 0] = commit.range ?? [];
    for (const position of commit.tp0 ?? []) this.agency(position[0]).reach(position, start);
    for (const position of commit.agencies ?? []) {
      const upload = this.agency(position[0]);
      upload.reach(position, start);
      upload.hasOffsets = true;
    }
    if (this.proofs) this.#hash(commit, rows);
    this.singles.apply(commit, rows);
    for (const [, agency] of commit.ids ?? []) this.agency(agency).replay({ singles: 1 });
    for (const agency of commit.done ?? []) this.agency(agency).replay({ done: true });
    for (const { agency } of commit.signed ?? []) this.agency(agency).signed = true;
    this.ending.apply(commit, hash);
    for (const agency of commit.toldLate ?? []) this.owed.delete(agency);
  }

  /** Single bets, which stand last, are no part of an upload. */
  #hash({ ids = [] }: Commit, rows: Buffer): void {
    for (const run of runsOf(withoutLastRows(rows, ids.length))) this.agency(run.agency).hash(run.rows);
  }
}
