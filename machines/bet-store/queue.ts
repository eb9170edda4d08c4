/**
 * The bet store's queue: what waits, in order. It never changes: adding makes another one, which shares what was there,
 * so a snapshot taken earlier stays as it was, and however long the queue is, adding and taking cost the same.
 */

import type { Winners } from '../vocabulary/draw.ts';
import type { StoreSubmission } from '../vocabulary/store.ts';

/** What waits, in order: requests, and the two turning points of a store's life. */
export type QueueItem =
  | ({ kind: 'request' } & StoreSubmission)
  | { kind: 'draw' } // find the winners, once all before it is stored
  | { kind: 'drain' }; // close, once all before it is stored

type Cell = { item: QueueItem; rest: Link };
type Link = Cell | undefined;

/** Two lists: the one that is taken from has its oldest item first, the one that is added to its newest. While anything
 * waits, `oldest` is not empty. */
export type Queue = { oldest: Link; newest: Link; bytes: number };

export const EMPTY: Queue = { oldest: undefined, newest: undefined, bytes: 0 };

/** What one commit takes at most. */
export type GroupBounds = {
  /** Bytes of rows. */
  bytes: number;
  /** What its answers cost, in those of single bets. */
  weight: number;
};

const bytesOf = (item: QueueItem): number => {
  if (item.kind !== 'request') return 0;
  const { request } = item;
  return 'rows' in request ? request.rows.length : 'row' in request ? request.row.length : 0;
};

const reversed = (link: Link): Link => {
  let other: Link;
  for (; link; link = link.rest) other = { item: link.item, rest: other };
  return other;
};

export const enqueued = ({ oldest, newest, bytes }: Queue, item: QueueItem): Queue => {
  const all = bytes + bytesOf(item);
  return oldest
    ? { oldest, newest: { item, rest: newest }, bytes: all }
    : { oldest: { item, rest: undefined }, newest: undefined, bytes: all };
};

/** Without its oldest cell. */
const dequeued = ({ newest, bytes }: Queue, { item, rest }: Cell): Queue => {
  const left = bytes - bytesOf(item);
  return rest
    ? { oldest: rest, newest, bytes: left }
    : { oldest: reversed(newest), newest: undefined, bytes: left };
};

export const nextOf = ({ oldest }: Queue): QueueItem | undefined => oldest?.item;

/** Splits the queue: the requests that stand before the first turning point, one at least, and what stays. */
export const splitGroup = (queue: Queue, most: GroupBounds): { group: StoreSubmission[]; rest: Queue } => {
  const group: StoreSubmission[] = [];
  let [bytes, weight] = [0, 0];
  let rest = queue;
  for (let cell = rest.oldest; cell?.item.kind === 'request'; cell = rest.oldest) {
    const { item } = cell;
    bytes += bytesOf(item);
    weight += item.weight ?? 1;
    if ((bytes > most.bytes || weight > most.weight) && group.length > 0) break;
    group.push(item);
    rest = dequeued(rest, cell);
  }
  return { group, rest };
};

/** The search for winners is over: its result takes the place of the turning point that asked for it. */
export const withWinners = (queue: Queue, winners: Winners): Queue => {
  const item: QueueItem = { kind: 'request', request: { kind: 'draw', winners }, from: undefined };
  return { ...queue, oldest: { item, rest: queue.oldest?.rest } };
};
