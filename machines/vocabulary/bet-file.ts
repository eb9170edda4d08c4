/** Between an agency and the adapter that reads its file of bets. */

export type BetFileCommand =
  /** Go to the bet after the first `to`; answered by `file.positioned`, and by nothing older after it. */
  | { type: 'file.rewind'; to: number }
  /** Read on; answered by `batches.ready` with at least one and at most `most`, or `file.exhausted`. */
  | { type: 'file.read'; most: number }
  /** Is it still the file that was opened? Answered by `file.unchanged` or `file.changed`. */
  | { type: 'file.check' };

/** Rows of a file that are bets, and those that are none. */
export type Tally = { bets: number; invalid: number };

export type BetFileEvent =
  /** What it looks like, for a log line. */
  | { type: 'file.recognised'; form: Readonly<Record<string, string>> }
  /** The file was read to its end, as something in it is odd: this is what an upload would find. */
  | ({ type: 'file.surveyed' } & Tally)
  | { type: 'file.opened' }
  /** `exitCode` says if a restart may help: see exit-codes.ts. */
  | { type: 'file.failed'; reason: string; exitCode: number }
  | { type: 'file.unchanged' }
  /** The file was cut, written again, replaced or removed since it was opened. */
  | { type: 'file.changed'; reason: string }
  /** `count` is below what was asked for if the file has fewer bets; CRC-32 of their rows. */
  | { type: 'file.positioned'; count: number; crc: number }
  /** `lines`, one for each batch, are ready to be written; `ends` are the offsets after the bets of each.
   * `invalid` rows of the file were left out before the last of them. */
  | { type: 'batches.ready'; lines: Buffer; ends: readonly number[]; invalid: number }
  /** One of the first of the rows that are left out; the others are only counted. */
  | { type: 'row.invalid'; line: number; text: string }
  /** `sha`, of all its bets' rows, if they are to be signed: SHA-256 in hex. */
  | { type: 'file.exhausted'; count: number; crc: number; sha?: string; invalid: number };
