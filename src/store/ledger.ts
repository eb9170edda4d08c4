/**
 * Who has stored what: the one place that decides what is stored, what was stored before and what is refused.
 * No I/O: requests go in, in order; outcomes come out, with what is to be written in a `Changes`. The same
 * state is built again from the commits of a journal.
 */
import { crc32 } from 'node:zlib';
import type {
  RecoveredDraw,
  SessionFault,
  StoreOutcome,
  StoreRequest,
  UploadPosition,
  Winners,
} from '../../machines/events.ts';
import type { Changes, Commit } from './commit.ts';
import { skipRows } from './csv.ts';
import { Tp0Restart } from './tp0-restart.ts';
import { sameWinners } from './winners.ts';

/** Where an agency's upload stands, and how many single bets it has beside it. */
export type Standing = UploadPosition & { finished: boolean; singles: number };

type Agency = Standing & { tp0: Tp0Restart };
type Request<TKind extends StoreRequest['kind']> = Extract<StoreRequest, { kind: TKind }>;

const refused = (fault: SessionFault, text: string): StoreOutcome => ({ kind: 'refused', fault, text });
/** TP0's words say nothing of where they belong: they never touch what has its offsets. */
const hasOffsets = (agency: number): StoreOutcome =>
  refused('DIALECT', `agency ${agency} uploads with offsets: TP0 can neither add to that nor end it`);
const RECORDED: StoreOutcome = { kind: 'recorded' };

export class Ledger {
  readonly #agencies = new Map<number, Agency>();
  /** Single bets: the CRC-32 of each one's row, by its id. */
  readonly #singles = new Map<string, number>();
  readonly #told = new Set<number>();
  /** The draw's name. */
  draw = '';
  /** Agencies that take part; unknown where the journal does not say it. */
  roll: number | undefined;
  /** The hash of the journal's line that records the draw: known once it is written. */
  head: string | undefined;
  #winners: Winners | undefined;
  #closed = false;

  get winners(): Winners | undefined {
    return this.#winners;
  }

  get closed(): boolean {
    return this.#closed;
  }

  recovered(): RecoveredDraw {
    const finished = [...this.#agencies].filter(([, { finished }]) => finished).map(([agency]) => agency);
    const inOrder = (agencies: number[]) => agencies.sort((a, b) => a - b);
    const { draw, head } = this;
    return {
      draw,
      finished: inOrder(finished),
      winners: this.#winners,
      head,
      told: inOrder([...this.#told]),
    };
  }

  /** What is stored of an agency. */
  standing(agency: number): Standing {
    const { stored = 0, crc = 0, finished = false, singles = 0 } = this.#agencies.get(agency) ?? {};
    return { stored, crc, finished, singles };
  }

  /** Decides one request and gathers what it writes. Its outcome holds once all of that is on disk. */
  decide(request: StoreRequest, changes: Changes): StoreOutcome {
    switch (request.kind) {
      case 'open':
        return this.#open(request);
      case 'bets':
        return request.dialect === 'tp0' ? this.#tp0Bets(request, changes) : this.#bets(request, changes);
      case 'bet':
        return this.#bet(request, changes);
      case 'tp0Bet':
        return this.#tp0Bet(request, changes);
      case 'finish':
        return this.#finish(request, changes);
      case 'draw':
        return this.#draw(request, changes);
      case 'told':
        return this.#tell(request, changes);
      case 'close':
        return this.#close(changes);
    }
  }

  #open({ agency }: Request<'open'>): StoreOutcome {
    const { stored, crc, finished, tp0 } = this.#agency(agency);
    tp0.begin();
    return { kind: 'opened', draw: this.draw, stored, crc, finished };
  }

  #bets({ agency, offset, count, rows }: Request<'bets'>, changes: Changes): StoreOutcome {
    const upload = this.#agency(agency);
    const { stored } = upload;
    if (offset + count <= stored) return { kind: 'stored', next: stored, count, fresh: 0 };
    const over = this.#whyOver(agency, upload);
    if (over) return over;
    if (offset > stored) {
      return refused('GAP', `batch at offset ${offset} of agency ${agency}: the next bet is ${stored}`);
    }
    const fresh = offset + count - stored;
    this.#append(upload, fresh, skipRows(rows, stored - offset), changes);
    // A part that came with offsets: restarts can no longer be told by batches.
    upload.tp0.abandon();
    changes.agencies.set(agency, [agency, upload.stored, upload.crc]);
    return { kind: 'stored', next: upload.stored, count, fresh };
  }

  #tp0Bets(
    { agency, count, rows }: Pick<Request<'bets'>, 'agency' | 'count' | 'rows'>,
    changes: Changes,
  ): StoreOutcome {
    const upload = this.#agency(agency);
    if (!upload.tp0.usable) return this.#whyOver(agency, upload) ?? hasOffsets(agency);
    const verdict = count === 0 ? 'repeated' : upload.tp0.judge(count, rows);
    if (verdict === 'repeated') return { kind: 'stored', next: upload.stored, count, fresh: 0 };
    const over = this.#whyOver(agency, upload);
    if (over) return over;
    if (verdict === 'diverged') {
      const text = `agency ${agency} began its upload again and sent other bets than before; ${upload.stored} are stored`;
      return refused('CRC', text);
    }
    this.#append(upload, count, rows, changes);
    upload.tp0.record({ stored: upload.stored, crc: upload.crc });
    changes.tp0.push([agency, upload.stored, upload.crc]);
    return { kind: 'stored', next: upload.stored, count, fresh: count };
  }

  #tp0Bet({ agency, row, document, number }: Request<'tp0Bet'>, changes: Changes): StoreOutcome {
    const outcome = this.#tp0Bets({ agency, count: 1, rows: row }, changes);
    return outcome.kind === 'stored'
      ? { kind: 'betStored', id: '', document, number, fresh: outcome.fresh > 0 }
      : outcome;
  }

  #bet({ agency, id, row, document, number }: Request<'bet'>, changes: Changes): StoreOutcome {
    const crc = crc32(row);
    const known = this.#singles.get(id);
    if (known === undefined) {
      const over = this.#whyOver(agency, this.#agency(agency));
      if (over) return over;
      this.#singles.set(id, crc);
      this.#agency(agency).singles++;
      changes.singleRows.push(row);
      changes.ids.push([id, agency, crc]);
    } else if (known !== crc) {
      return refused('BET_ID', `bet id "${id}" was used for another bet: make a new id for each`);
    }
    return { kind: 'betStored', id, document, number, fresh: known === undefined };
  }

  #finish({ agency, count, crc }: Request<'finish'>, changes: Changes): StoreOutcome {
    const upload = this.#agency(agency);
    if (count === undefined && !upload.tp0.usable) return hasOffsets(agency);
    if (count !== undefined && count !== upload.stored) {
      return refused('COUNT', `agency ${agency} says ${count} bets, ${upload.stored} are stored`);
    }
    if (crc !== undefined && crc !== upload.crc) {
      return refused('CRC', `agency ${agency} says CRC ${crc}, its stored bets have ${upload.crc}`);
    }
    if (!upload.finished) {
      const over = this.#whyOver(agency, upload);
      if (over) return over;
      upload.finished = true;
      changes.done.push(agency);
    }
    return { kind: 'finished', stored: upload.stored, crc: upload.crc };
  }

  #draw({ winners }: Request<'draw'>, changes: Changes): StoreOutcome {
    if (!this.#winners) {
      this.#winners = winners;
      changes.draw = Object.fromEntries(winners);
    } else if (!sameWinners(winners, this.#winners)) {
      return refused('OUT_OF_ORDER', 'the draw has taken place, with other winners');
    }
    return { kind: 'drawn', head: this.head ?? '' };
  }

  #tell({ agency }: Request<'told'>, changes: Changes): StoreOutcome {
    if (!this.#winners) return refused('OUT_OF_ORDER', `agency ${agency} told before the draw`);
    if (!this.#told.has(agency)) {
      this.#told.add(agency);
      changes.told.push(agency);
    }
    return RECORDED;
  }

  #close(changes: Changes): StoreOutcome {
    if (!this.#winners) return refused('OUT_OF_ORDER', 'the draw cannot be closed before it took place');
    if (!this.#closed) {
      this.#closed = true;
      changes.closed = true;
    }
    return RECORDED;
  }

  #append(upload: Agency, count: number, rows: Buffer, changes: Changes): void {
    upload.stored += count;
    upload.crc = crc32(rows, upload.crc);
    changes.rows.push(rows);
  }

  /** The refusal of whatever would add to an upload that is over. */
  #whyOver(agency: number, { finished }: Agency): StoreOutcome | undefined {
    if (finished) return refused('FINISHED', `agency ${agency} has said DONE: it can add no bets`);
    if (this.#winners) return refused('FINISHED', 'the draw has taken place: no bets can be added');
    return undefined;
  }

  /** An agency that was never heard of has stored nothing. */
  #agency(agency: number): Agency {
    let upload = this.#agencies.get(agency);
    if (!upload) {
      upload = { stored: 0, crc: 0, finished: false, singles: 0, tp0: new Tp0Restart() };
      this.#agencies.set(agency, upload);
    }
    return upload;
  }

  /** The agency with the highest number that the journal speaks of; 0 where it speaks of none. */
  get highestAgency(): number {
    let highest = 0;
    for (const agency of this.#agencies.keys()) highest = Math.max(highest, agency);
    return highest;
  }

  /** Takes over a commit of the journal, which is the line of this hash. */
  apply(commit: Commit, hash: string): void {
    this.roll ??= commit.roll;
    if (commit.draw) this.head = hash;
    for (const [agency, stored, crc] of commit.tp0 ?? []) {
      const upload = this.#agency(agency);
      upload.stored = stored;
      upload.crc = crc;
      upload.tp0.record({ stored, crc });
    }
    // After those of `tp0`: an upload that left that dialect's ways does not return to them.
    for (const [agency, stored, crc] of commit.agencies ?? []) {
      const upload = this.#agency(agency);
      upload.stored = stored;
      upload.crc = crc;
      upload.tp0.abandon();
    }
    for (const [id, agency, crc] of commit.ids ?? []) {
      this.#singles.set(id, crc);
      this.#agency(agency).singles++;
    }
    for (const agency of commit.done ?? []) this.#agency(agency).finished = true;
    if (commit.draw) {
      this.#winners = new Map(Object.entries(commit.draw).map(([agency, list]) => [Number(agency), list]));
    }
    for (const agency of commit.told ?? []) this.#told.add(agency);
    if (commit.closed) this.#closed = true;
  }
}
