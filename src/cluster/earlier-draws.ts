/**
 * Answering for draws that are over, from their own logs in the engine: an agency that missed its winners comes back for
 * them, to whichever server, whatever draw that is for. A log is read only when somebody names its draw, and one draw's
 * answers are kept: those of the agencies that come back together.
 */
import type { RecallRequest, RequestOf, StoreOutcome } from '../../machines/vocabulary/store.ts';
import { rowHash } from '../store/csv.ts';
import { FIRST_AGENCY } from '../store/journal.ts';
import type { Ledger } from '../store/ledger.ts';
import { notOfDraw, refused } from '../store/refused.ts';
import type { OrderedLog } from './ordered-log.ts';
import { foldWhole } from './whole.ts';

/** The log of a draw; undefined if the engine has none of that name. */
export type FindLog = (draw: string) => Promise<OrderedLog | undefined>;

export class EarlierDraws {
  readonly #find: FindLog;
  /** The ledger of the draw that was asked for last. */
  #last: Ledger | undefined;

  constructor(find: FindLog) {
    this.#find = find;
  }

  /**
   * One call at a time.
   *
   * @returns `over`, `betStored`, or `refused` with DRAW if no draw of that name is over
   * @throws StorageError DAMAGED; any error of the log's
   */
  async recall(request: RecallRequest): Promise<StoreOutcome> {
    const { draw, agency } = request;
    const ledger = this.#last?.draw === draw ? this.#last : await this.#read(draw);
    if (!ledger) return refused('DRAW', `the engine has no draw "${draw}"`);
    const { winners, head = '' } = ledger.ending;
    if (!winners) {
      const text = `draw "${draw}" has not taken place: servers with DRAW_NAME=${draw} go on with it`;
      return refused('DRAW', text);
    }
    this.#last = ledger;
    const { roll = 0, first = FIRST_AGENCY } = ledger;
    if (agency < first || agency >= first + roll) return notOfDraw(draw, agency, first, roll);
    if (request.kind === 'bet') return judgeBet(ledger, request);
    const { stored, crc } = ledger.standing(agency);
    return { kind: 'over', draw, stored, crc, documents: winners.get(agency) ?? [], head };
  }

  async #read(draw: string): Promise<Ledger | undefined> {
    const log = await this.#find(draw);
    const last = (await log?.last()) ?? 0;
    return log && last > 0 ? (await foldWhole(log, last)).ledger : undefined;
  }
}

/** Was it stored there? Nothing is added. */
function judgeBet(ledger: Ledger, { agency, id, row, document, number }: RequestOf<'bet'>): StoreOutcome {
  const judged = ledger.judge({ kind: 'bet', agency, id, sha: rowHash(row) });
  return typeof judged === 'number' ? { kind: 'betStored', id, document, number, fresh: false } : judged;
}
