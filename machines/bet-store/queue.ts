/**
 * The bet store's queue: what waits, in order. It never changes: adding makes another one, which shares what was there,
 * so a snapshot taken earlier stays as it was, and however long the queue is, adding and taking cost the same.
 */

import type { Winners } from '../vocabulary/draw.ts';
import type { StoreRequest, StoreSubmission } from '../vocabulary/store.ts';

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

/** What a request waits for: nothing; the group of its agency (the requests behind it may go first); or all groups (then
 * everything behind it waits too). */
export type WaitsFor = 'nothing' | 'itsAgency' | 'all';

type Waiting = (request: StoreRequest) => WaitsFor;

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

/** Puts items that were taken out back in front, in their order. */
const withAgain = (queue: Queue, left: readonly QueueItem[]): Queue =>
  left.reduceRight(
    ({ oldest, newest, bytes }, item) => ({
      oldest: { item, rest: oldest },
      newest,
      bytes: bytes + bytesOf(item),
    }),
    queue,
  );

export const nextOf = ({ oldest }: Queue): QueueItem | undefined => oldest?.item;

function* itemsOf({ oldest, newest }: Queue): Generator<QueueItem> {
  for (let cell = oldest; cell; cell = cell.rest) yield cell.item;
  for (let cell = reversed(newest); cell; cell = cell.rest) yield cell.item;
}

/** Whether `splitGroup` finds any. */
export const hasGroup = (queue: Queue, waitsFor: Waiting): boolean => {
  for (const item of itemsOf(queue)) {
    const what = item.kind === 'request' ? waitsFor(item.request) : 'all';
    if (what !== 'itsAgency') return what === 'nothing';
  }
  return false;
};

/** Splits the queue: of the requests before the first turning point those that wait for nothing, and what stays. */
export const splitGroup = (
  queue: Queue,
  most: GroupBounds,
  waitsFor: Waiting,
): { group: StoreSubmission[]; rest: Queue } => {
  const group: StoreSubmission[] = [];
  const left: QueueItem[] = [];
  let [bytes, weight] = [0, 0];
  let rest = queue;
  for (let cell = rest.oldest; cell?.item.kind === 'request'; cell = rest.oldest) {
    const { item } = cell;
    const what = waitsFor(item.request);
    if (what === 'all') break;
    if (what === 'itsAgency') left.push(item);
    else {
      bytes += bytesOf(item);
      weight += item.weight ?? 1;
      if ((bytes > most.bytes || weight > most.weight) && group.length > 0) break;
      group.push(item);
    }
    rest = dequeued(rest, cell);
  }
  return { group, rest: withAgain(rest, left) };
};

/** The search for winners is over: its result takes the place of the turning point that asked for it. */
export const withWinners = (queue: Queue, winners: Winners): Queue => {
  const item: QueueItem = { kind: 'request', request: { kind: 'draw', winners }, from: undefined };
  return { ...queue, oldest: { item, rest: queue.oldest?.rest } };
};
