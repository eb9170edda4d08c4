/**
 * What stands in the log of a draw. An entry is a group of facts, each of which counts by itself or is skipped, by every
 * server alike, as it comes: the order of the log decides, not who came first. So a server that is a zombie, an entry
 * that came twice, a lost acknowledgement and a stale leader change nothing.
 *
 * | fact | counts if |
 * |---|---|
 * | `begin` | it is the first: the draw, who takes part, and what bets are held to |
 * | `open` | the session before it is the one that it says: from here on the agency's session is this one |
 * | `bets`, `single`, `done` | its session is the agency's newest; then as the ledger decides |
 * | `bets` | also: `from` and `before` are the agency's bets and their CRC as folded so far |
 * | `draw` | it is the first, after every agency's `done`, was drawn from all that is folded (`of`), and names its winners |
 * | `told`, `closed` | as the ledger decides: after the draw |
 *
 * Every fact that changes something is a line of the draw's journal, so all servers' folds are the same if the hash of
 * the last line is. The rows of an entry's facts follow one another in its body.
 */
import type { Proof } from '../../machines/vocabulary/draw.ts';
import type { Dialect } from '../../machines/vocabulary/wire.ts';
import type { BetRules } from '../lottery/rules.ts';

/** A session is one `open` of an agency on one server; no other has its name. */
type InSession = { agency: number; session: string };

/** Rows of an entry: how many bytes, and their SHA-256 in hex. */
type WithRows = { bytes: number; sha: string };

export type Fact =
  | { kind: 'begin'; draw: string; agencies: number; first: number; rules: BetRules }
  /** `after` is the session that was the agency's newest, '' if it had none. */
  | ({ kind: 'open'; after: string } & InSession)
  /** Bets `from` to before `next` of the agency's upload; the CRC-32 of all its rows before and after them. */
  | ({
      kind: 'bets';
      dialect: Dialect;
      from: number;
      next: number;
      before: number;
      after: number;
    } & InSession &
      WithRows)
  /** A single bet by the id that its sender made, and the CRC-32 of its row. */
  | ({ kind: 'single'; id: string; crc: number } & InSession & WithRows)
  /** The agency's upload is whole: so many bets, with this CRC; and what it has signed of that. */
  | ({ kind: 'done'; dialect: Dialect; count: number; crc: number; proof?: Proof } & InSession)
  /** `of` is the hash of the journal's last line when the winners were searched; `winners` is the SHA-256 of the list:
   * each server finds it by itself, however long it is. */
  | { kind: 'draw'; of: string; winners: string }
  | { kind: 'told'; agency: number }
  | { kind: 'closed' };

export type FactOf<TKind extends Fact['kind']> = Extract<Fact, { kind: TKind }>;
