/** Whether rows are bets by the rules, written as this program writes them: so a row that another one wrote is found. */

import { isUtf8 } from 'node:buffer';
import { howMany } from '../../machines/how-many.ts';
import { COMMA, CR, ZERO } from '../bytes.ts';
import { writeCsvName } from '../lottery/row.ts';
import {
  areBetFields,
  type BetFields,
  type BetRules,
  betNumber,
  expected,
  FIELD_NAMES,
  faultOf,
  freeDigits,
  STANDARD_RULES,
} from '../lottery/rules.ts';
import { readRecord } from '../protocol/csv-file.ts';
import { plainBetEnd, type Viewed, viewed } from '../protocol/plain-bet.ts';
import { agencyAt, rowEnd } from './csv.ts';
import { FIRST_AGENCY } from './journal.ts';

const CRLF_BYTES = 2;

const NOT_CANONICAL = "the row is not written as Python's csv.writer writes it";

/** Bytes of a row, with all of its names' quotes doubled. */
const SCRATCH_BYTES = 1024;

export class RowRules {
  /** As the journal says, commit by commit. */
  rules: BetRules = STANDARD_RULES;
  /** Agencies that take part; undefined: any number. */
  roll: number | undefined;
  /** The first one's number; undefined: 1, or 0 as soon as there is an agency 0. */
  first: number | undefined;
  #lowest = Number.POSITIVE_INFINITY;
  #highest = 0;
  readonly #scratch = Buffer.alloc(SCRATCH_BYTES);

  /** @returns the first row that breaks a rule: where it begins, and which; undefined if none does */
  check(rows: Buffer): { offset: number; text: string } | undefined {
    const view = viewed(rows);
    const isText = isUtf8(rows);
    const digits = freeDigits(this.rules);
    for (let row = 0, end = rowEnd(rows, 0); end >= 0; row = end, end = rowEnd(rows, row)) {
      const agency = agencyAt(rows, row);
      const text =
        this.#agencyFault(agency) ??
        (isText && this.#isPlain(view, row, end, digits)
          ? undefined
          : this.#fault(rows.subarray(row, end), agency));
      if (text !== undefined) return { offset: row, text };
    }
    return undefined;
  }

  #agencyFault(agency: number): string | undefined {
    if (agency < 0) return 'the row does not begin with the number of an agency';
    this.#lowest = Math.min(this.#lowest, agency);
    this.#highest = Math.max(this.#highest, agency);
    if (this.roll === undefined) return undefined;
    const first = this.first ?? Math.min(this.#lowest, FIRST_AGENCY);
    return this.#lowest < first || this.#highest >= first + this.roll
      ? `agency ${agency} is not one of the ${this.roll} of this draw, ${first} to ${first + this.roll - 1}`
      : undefined;
  }

  #isPlain(rows: Viewed, row: number, end: number, digits: number): boolean {
    const { bytes } = rows;
    const fields = bytes.indexOf(COMMA, row) + 1;
    if (bytes[row] === ZERO && fields > row + 2) return false;
    const last = end - CRLF_BYTES;
    return bytes[last] === CR && plainBetEnd(rows, fields, last, digits) === last;
  }

  #fault(row: Buffer, agency: number): string | undefined {
    const record = readRecord(row, 0, row.length, true);
    if (record && 'malformed' in record) return `the row is not one of CSV: ${record.malformed}`;
    const [, ...fields] = record?.fields ?? [];
    if (!areBetFields(fields)) return `the row has ${howMany(fields.length + 1, 'column')}, not 6`;
    const fault = faultOf(fields, this.rules);
    if (fault !== undefined) return `${FIELD_NAMES[fault]} is not ${expected(fault, this.rules)}`;
    return this.#isAsWritten(row, agency, fields) ? undefined : NOT_CANONICAL;
  }

  #isAsWritten(row: Buffer, agency: number, [first, last, document, birthdate, number]: BetFields): boolean {
    const out = this.#scratch;
    let at = out.write(`${agency},`, 'latin1');
    at = writeCsvName(first, out, at);
    out[at++] = COMMA;
    at = writeCsvName(last, out, at);
    at += out.write(`,${document},${birthdate},${betNumber(number, this.rules)}\r\n`, at, 'latin1');
    return out.compare(row, 0, row.length, 0, at) === 0;
  }
}
