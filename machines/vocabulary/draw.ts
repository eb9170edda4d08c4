/** Values of a draw that cross several boundaries. */

/** Where an agency's upload stands: bets stored, and the CRC-32 of their rows as in bets.csv. */
export type UploadPosition = { stored: number; crc: number };

/** What an agency that has a certificate says of its rows, so that nobody can deny them later. */
export type Proof = {
  /** SHA-256 of its rows as in bets.csv, in hex. */
  sha: string;
  /** Signature of the agency's statement, made with the key of its certificate; base64. */
  signature: string;
  /** DER in base64. */
  certificate: string;
};

/** Documents of the winners of each agency, in the order of bets.csv. */
export type Winners = ReadonlyMap<number, readonly string[]>;

/** What an agency is told after the draw; `head` is the hash of the journal's line that records the draw. */
export type Announcement = { documents: readonly string[]; head: string };

/** How an agency's upload ended in a draw that is over, and what it won there. */
export type RecalledDraw = { draw: string } & UploadPosition & Announcement;

/** What an agency keeps of a draw: what it uploaded, how many of it won, and the journal's head hash at the draw. */
export type Receipt = {
  draw: string;
  agency: number;
  bets: number;
  /** CRC-32 of their rows in bets.csv. */
  crc: number;
  winners: number;
  head: string;
  /** SHA-256 of the rows, in hex, if the agency signed that. */
  sha?: string | undefined;
};
