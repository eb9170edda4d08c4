/**
 * The bet store's queue: what waits, in order. An immutable list, newest first, so that adding shares the rest
 * however long it is, and a snapshot taken earlier never changes.
 */
import type { StoreRequest, StoreSubmission, Winners } from './events.ts';

/** What waits, in order: requests, and the two turning points of a store's life. */
export type QueueItem =
  | ({ kind: 'request' } & StoreSubmission)
  | { kind: 'draw' } // find the winners, once all before it is stored
  | { kind: 'drain' }; // close, once all before it is stored

/** Newest first: adding shares the rest, however long the queue is. */
export type Queue = { item: QueueItem; earlier: Queue; bytes: number } | undefined;

export const bytesOf = (request: StoreRequest): number =>
  'rows' in request ? request.rows.length : 'row' in request ? request.row.length : 0;

export const enqueued = (queue: Queue, item: QueueItem): Queue => ({
  item,
  earlier: queue,
  bytes: (queue?.bytes ?? 0) + (item.kind === 'request' ? bytesOf(item.request) : 0),
});

const oldestFirst = (queue: Queue): QueueItem[] => {
  const items: QueueItem[] = [];
  for (let link = queue; link; link = link.earlier) items.push(link.item);
  return items.reverse();
};

export const nextOf = (queue: Queue): QueueItem | undefined => {
  let link = queue;
  while (link?.earlier) link = link.earlier;
  return link?.item;
};

/** Splits the queue: the requests that stand before the first turning point, `most` bytes of them at most but one
 * always, and what stays. */
export const splitGroup = (queue: Queue, most: number): { group: StoreSubmission[]; rest: Queue } => {
  const items = oldestFirst(queue);
  const group: StoreSubmission[] = [];
  let bytes = 0;
  for (const item of items) {
    if (item.kind !== 'request') break;
    bytes += bytesOf(item.request);
    if (bytes > most && group.length > 0) break;
    group.push(item);
  }
  return { group, rest: items.slice(group.length).reduce(enqueued, undefined as Queue) };
};

/** The search for winners is over: its result takes the place of the turning point that asked for it. */
export const withWinners = (queue: Queue, winners: Winners): Queue => {
  const [, ...later] = oldestFirst(queue);
  const draw: QueueItem = { kind: 'request', request: { kind: 'draw', winners }, from: undefined };
  return [draw, ...later].reduce(enqueued, undefined as Queue);
};
