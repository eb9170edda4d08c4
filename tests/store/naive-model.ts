/** The store as a child would write it: lists of rows, compared as text. The real one is compared with it. */
import type { StoreRequest } from '../../machines/vocabulary/store.ts';
import { csvRow, parseCsv } from './helpers.ts';

type Upload = { rows: string[]; finished: boolean; recorded: boolean; mixed: boolean; session: Session };
type Session = { repeat: number | undefined; first: boolean };

const rowsIn = (bytes: Buffer): string[] => parseCsv(bytes).map(csvRow);

export class NaiveModel {
  #uploads = new Map<number, Upload>();
  #singles = new Map<string, string>();
  #next = new Map<number, number>();

  upload(agency: number): Upload {
    let upload = this.#uploads.get(agency);
    if (!upload) {
      upload = {
        rows: [],
        finished: false,
        recorded: false,
        mixed: false,
        session: { repeat: undefined, first: false },
      };
      this.#uploads.set(agency, upload);
    }
    return upload;
  }

  /** All rows of an agency, uploaded and single, sorted. */
  rowsOf(agency: number): string[] {
    const singles = [...this.#singles.values()].filter((row) => row.startsWith(`${agency},`));
    return [...this.upload(agency).rows, ...singles].sort();
  }

  /** A model of its own in the same state. */
  clone(): NaiveModel {
    const copy = new NaiveModel();
    copy.#uploads = structuredClone(this.#uploads);
    copy.#singles = new Map(this.#singles);
    copy.#next = new Map(this.#next);
    return copy;
  }

  /** The server was restarted: what it knew only in memory is gone. */
  restart(): void {
    this.#next = new Map();
    for (const upload of this.#uploads.values()) {
      upload.session = { repeat: undefined, first: false };
      upload.finished = upload.recorded;
    }
  }

  /** What the outcome must be, as `brief` writes it. */
  ask(request: StoreRequest): string {
    if (!('agency' in request)) throw new Error(`not modelled: ${request.kind}`);
    const upload = this.upload(request.agency);
    const answer = (fresh: number) => `stored ${upload.rows.length} +${fresh}`;
    switch (request.kind) {
      case 'open':
        upload.session = { repeat: undefined, first: true };
        if (upload.rows.length === 0) upload.finished = false;
        return `opened ${upload.rows.length}${upload.finished ? ' finished' : ''}`;
      case 'bets': {
        const rows = rowsIn(request.rows);
        if (request.dialect === 'tp0') return this.#tp0(request.agency, upload, rows);
        const fresh = rows.slice(Math.max(0, upload.rows.length - request.offset));
        const known = upload.rows.slice(request.offset, request.offset + rows.length);
        if (known.some((row, index) => row !== rows[index])) return 'refused CRC';
        if (fresh.length === 0) return answer(0);
        if (upload.finished) return 'refused FINISHED';
        if (request.offset > upload.rows.length) return 'refused GAP';
        upload.rows.push(...fresh);
        upload.recorded = false;
        upload.mixed = true;
        return answer(fresh.length);
      }
      case 'bet': {
        const row = request.row.toString();
        const known = this.#singles.get(request.id);
        if (known !== undefined) return known === row ? `bet ${request.id} known` : 'refused BET_ID';
        if (upload.finished) return 'refused FINISHED';
        this.#singles.set(request.id, row);
        upload.recorded = false;
        return `bet ${request.id} fresh`;
      }
      case 'finish':
        if (request.count !== undefined && request.count !== upload.rows.length) return 'refused COUNT';
        upload.finished = true;
        upload.recorded = true;
        return `finished ${upload.rows.length}`;
      default:
        throw new Error(`not modelled: ${request.kind}`);
    }
  }

  #tp0(agency: number, upload: Upload, rows: string[]): string {
    if (upload.mixed) return upload.finished ? 'refused FINISHED' : 'refused DIALECT';
    const { session } = upload;
    const stored = upload.rows;
    const isStored = (from: number) =>
      from < stored.length &&
      stored.slice(from, from + rows.length).every((row, index) => row === rows[index]);
    if (session.first) {
      session.first = false;
      session.repeat = [0, this.#next.get(agency) ?? 0].find(isStored);
    } else if (session.repeat !== undefined && !isStored(session.repeat)) {
      return upload.finished ? 'refused FINISHED' : 'refused CRC';
    }
    let fresh = rows;
    if (session.repeat !== undefined) {
      fresh = rows.slice(stored.length - session.repeat);
      const next = session.repeat + rows.length;
      session.repeat = next < stored.length ? next : undefined;
      this.#next.set(agency, session.repeat ?? 0);
      if (fresh.length === 0) return `stored ${stored.length} +0`;
    }
    if (upload.finished) return 'refused FINISHED';
    stored.push(...fresh);
    upload.recorded = false;
    return `stored ${stored.length} +${fresh.length}`;
  }
}
