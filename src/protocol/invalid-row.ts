/** A row that the upload leaves out, and how many it counts for. */
import type { BetFault } from '../../machines/vocabulary/wire.ts';
import { LONGEST_ROW_BYTES, SHORT_ROW_BYTES } from '../limits.ts';

/** Such a row takes no place in the upload. */
export type InvalidRow = {
  kind: 'invalidRow';
  /** The line of the file in which the row begins, from 1. */
  line: number;
  fault: BetFault;
  text: string;
  /** What it looks like, in UTF-8, as far as SHOWN_BYTES. */
  row: Buffer;
  /** How many rows it counts for: one that is longer than any bet may hide many. */
  rows: number;
};

/** Bytes of a row that a person needs to find it. */
export const SHOWN_BYTES = 120;

/** If line ends are lost, one row is left of many. So one that is longer than any bet counts by its length. */
export const rowsIn = (bytes: number): number =>
  bytes <= LONGEST_ROW_BYTES ? 1 : Math.ceil(bytes / SHORT_ROW_BYTES);

/** The same for one of ordinary length, by its fields: where two rows ran together, a number and the next name are one field. */
export const rowsOfFields = (
  fields: readonly Buffer[],
  { hasAgencyColumn }: { hasAgencyColumn: boolean },
): number => {
  const filled = fields.filter((field) => field.length > 0).length;
  return Math.max(1, Math.floor((filled - 1) / (hasAgencyColumn ? 5 : 4)));
};

export const counted = (row: InvalidRow): InvalidRow =>
  row.rows === 1 ? row : { ...row, text: `${row.text}; as long as it is, it counts as ${row.rows} rows` };
