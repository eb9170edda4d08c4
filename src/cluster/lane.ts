/**
 * The requests about one agency, handled in order, one after the other. Each is judged by what the log holds so far,
 * becomes a fact if it adds anything, and is answered once that fact has counted. Bets that follow one another go
 * into one fact. Agencies do not wait for each other.
 */
import { crc32 } from 'node:zlib';
import type { RequestOf, StoreOutcome, StoreRequest } from '../../machines/vocabulary/store.ts';
import { ENTRY_BYTES } from '../limits.ts';
import { endOfRows, rowHash } from '../store/csv.ts';
import { sha256 } from '../store/journal.ts';
import { notSigned } from '../store/proofs.ts';
import { refused } from '../store/refused.ts';
import { firstStored } from '../store/stored-rows.ts';
import type { Fact, FactOf } from './entry.ts';
import type { Fold, Folded } from './fold.ts';
import { hashesOf, type Load, piecesOf } from './load.ts';
import type { LogRows } from './log-rows.ts';
import type { FactRows } from './proposer.ts';

export type Asked<TRequest extends StoreRequest = StoreRequest> = {
  request: TRequest;
  answer: (outcome: StoreOutcome) => void;
};

/** What all lanes of a server share: its store. */
export type LaneStore = {
  readonly fold: Fold;
  readonly rows: LogRows;
  /** The agencies' sessions on this server; undefined: it has none, or goes on at another one. */
  sessionOf(agency: number): string | undefined;
  /** Its session here ended as the log was set back, and it has opened none since. */
  isSetBack(agency: number): boolean;
  newSession(): string;
  /** Nobody finishes without a signature. */
  readonly asksForProof: boolean;
  propose(fact: Fact, load?: FactRows): Promise<Folded>;
};

type AskedBets = Asked<RequestOf<'bets' | 'tp0Bet'>>;

/** Bets of a load, and their answer, which is given once the load has counted. */
type Joined = { asked: AskedBets; next: number; count: number; fresh: number };

const isAbout =
  <TKind extends StoreRequest['kind']>(...kinds: readonly TKind[]) =>
  (asked: Asked | undefined): asked is Asked<RequestOf<TKind>> =>
    asked !== undefined && kinds.some((kind) => kind === asked.request.kind);
const isBets = isAbout('bets', 'tp0Bet');
const isUpload = isAbout('bets');
const isSingle = isAbout('bet');
const needsSession = isAbout('bets', 'tp0Bet', 'bet', 'finish');

/** What the agency is told, if it is still connected here. */
const goneOn = (agency: number): StoreOutcome =>
  refused('SUPERSEDED', `agency ${agency} goes on at another server`);

/** The agency comes back, and hears where its upload stands now. */
const SET_BACK = refused('SHUTTING_DOWN', 'the log of the draw was set back, come back later');

export class Lane {
  readonly #store: LaneStore;
  readonly #agency: number;
  readonly #asked: readonly Asked[];

  constructor(store: LaneStore, agency: number, asked: readonly Asked[]) {
    this.#store = store;
    this.#agency = agency;
    this.#asked = asked;
  }

  /** Resolves once all is answered. @throws StorageError */
  async run(): Promise<void> {
    for (let at = 0; at < this.#asked.length; ) at += await this.#next(at);
  }

  /** @returns how many requests are answered; 0: the log has moved on, and they are judged again */
  async #next(at: number): Promise<number> {
    const asked = this.#asked[at];
    if (!asked) return 1;
    const { request, answer } = asked;
    const agency = this.#agency;
    if (needsSession(asked) && this.#store.sessionOf(agency) === undefined) {
      answer(this.#store.isSetBack(agency) ? SET_BACK : goneOn(agency));
      return 1;
    }
    if (isBets(asked)) return this.#bets(at, asked);
    if (isSingle(asked)) return this.#singles(at);
    switch (request.kind) {
      case 'open': {
        const after = this.#store.fold.sessionOf(agency);
        const session = this.#store.newSession();
        answer(this.#outcomeOf(await this.#store.propose({ kind: 'open', agency, session, after })));
        return 1;
      }
      case 'finish':
        return this.#finish(request, answer);
      case 'told':
        if (request.draw === undefined || request.draw === this.#store.fold.ledger.draw)
          await this.#store.propose({ kind: 'told', agency });
        answer({ kind: 'recorded' });
        return 1;
      default:
        throw new Error(`${request.kind} is about no agency`);
    }
  }

  /** Nothing is proposed for a session that has gone on at another server while something was awaited here. */
  async #inSession(propose: (session: string) => Promise<Folded>): Promise<Folded> {
    const session = this.#store.sessionOf(this.#agency);
    if (session !== undefined) return propose(session);
    return { kind: this.#store.isSetBack(this.#agency) ? 'setBack' : 'superseded' };
  }

  #outcomeOf(folded: Folded): StoreOutcome {
    switch (folded.kind) {
      case 'setBack':
        return SET_BACK;
      case 'superseded':
      case 'misplaced':
      case 'begun':
        return goneOn(this.#agency);
      default:
        return folded;
    }
  }

  async #finish(
    { count, crc, proof }: RequestOf<'finish'>,
    answer: (outcome: StoreOutcome) => void,
  ): Promise<number> {
    const agency = this.#agency;
    if (this.#store.asksForProof && count !== undefined && !proof) {
      answer(refused('IDENTITY', notSigned(agency)));
      return 1;
    }
    const standing = this.#store.fold.ledger.standing(agency);
    const folded = await this.#inSession((session) =>
      this.#store.propose({
        kind: 'done',
        agency,
        session,
        dialect: count === undefined ? 'tp0' : 'quiniela',
        count: count ?? standing.stored,
        crc: crc ?? standing.crc,
        ...(proof && { proof }),
      }),
    );
    answer(this.#outcomeOf(folded));
    return 1;
  }

  /** Single bets that wait go into one entry. */
  async #singles(at: number): Promise<number> {
    const all: Asked<RequestOf<'bet'>>[] = [];
    for (let asked = this.#asked[at]; isSingle(asked); asked = this.#asked[at + all.length]) all.push(asked);
    await Promise.all(all.map(async ({ request, answer }) => answer(await this.#single(request))));
    return all.length;
  }

  async #single({ agency, id, row, document, number }: RequestOf<'bet'>): Promise<StoreOutcome> {
    const known = this.#store.fold.ledger.judge({ kind: 'bet', agency, id, sha: rowHash(row) });
    if (typeof known !== 'number') return known;
    if (known === 1) return { kind: 'betStored', id, document, number, fresh: false };
    const rows = { bytes: row.length, sha: sha256(row) };
    const folded = await this.#inSession((session) =>
      this.#store.propose(
        { kind: 'single', agency, session, id, crc: crc32(row), ...rows },
        { rows: [row], bytes: row.length },
      ),
    );
    return folded.kind === 'betStored' ? { ...folded, document, number } : this.#outcomeOf(folded);
  }

  async #bets(at: number, first: AskedBets): Promise<number> {
    const { request, answer } = first;
    const { fold } = this.#store;
    const [rows, count] = request.kind === 'bets' ? [request.rows, request.count] : [request.row, 1];
    const known = fold.ledger.judge(request, await this.#firstStored(request));
    if (typeof known !== 'number') {
      answer(known);
      return 1;
    }
    const { stored } = fold.ledger.standing(this.#agency);
    const answers = [{ asked: first, next: stored + count - known, count, fresh: count - known }];
    if (known < count) {
      const fresh = rows.subarray(endOfRows(rows, known));
      const load = { count: count - known, rows: [fresh], bytes: fresh.length };
      const isTp0 = request.kind === 'tp0Bet' || request.dialect === 'tp0';
      if (!isTp0) this.#join(at + 1, load, stored, answers);
      const folded = await this.#add(load, isTp0 ? 'tp0' : 'quiniela');
      if (folded.kind === 'misplaced') return 0;
      if (folded.kind !== 'stored') {
        answer(this.#outcomeOf(folded));
        return 1;
      }
    }
    for (const joined of answers) joined.asked.answer(storedOf(joined));
    return answers.length;
  }

  async #firstStored(request: AskedBets['request']): Promise<number | undefined> {
    const { fold, rows } = this.#store;
    const candidates = fold.ledger.candidates(request);
    if (candidates.length === 0) return undefined;
    try {
      return await firstStored({ file: rows, end: rows.end, waiting: [] }, fold.ledger, request, candidates);
    } catch (error) {
      // What it was compared with is not there any more: the log was set back.
      if (rows !== this.#store.rows) return undefined;
      throw error;
    }
  }

  /** Adds the batches to a load that go on where it ends, as long as there is room. */
  #join(at: number, load: Load, stored: number, answers: Joined[]): void {
    for (let index = at; ; index++) {
      const asked = this.#asked[index];
      if (!isUpload(asked)) return;
      const { dialect, offset, count, rows } = asked.request;
      const next = stored + load.count;
      if (dialect === 'tp0' || offset !== next || load.bytes + rows.length > ENTRY_BYTES) return;
      load.rows.push(rows);
      load.bytes += rows.length;
      load.count += count;
      answers.push({ asked, next: next + count, count, fresh: count });
    }
  }

  /** One fact, or several if an entry cannot hold so many rows. */
  async #add(load: Load, dialect: FactOf<'bets'>['dialect']): Promise<Folded> {
    const agency = this.#agency;
    let folded: Folded = { kind: 'misplaced' };
    for (const { count, rows, bytes } of piecesOf(load)) {
      const { stored: from, crc: before } = this.#store.fold.ledger.standing(agency);
      const { after, sha } = hashesOf(rows, before);
      const fact = { kind: 'bets', agency, dialect, from, next: from + count, before, after } as const;
      folded = await this.#inSession((session) =>
        this.#store.propose({ ...fact, session, bytes, sha }, { rows, bytes }),
      );
      if (folded.kind !== 'stored') return folded;
    }
    return folded;
  }
}

const storedOf = ({ asked: { request }, next, count, fresh }: Joined): StoreOutcome => {
  if (request.kind === 'bets') return { kind: 'stored', next, count, fresh };
  const { document, number } = request;
  return { kind: 'betStored', id: '', document, number, fresh: fresh > 0 };
};
