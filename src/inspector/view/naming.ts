/** How actors and their states are called, on the page and in the terminal. */
import type { ActorPicture } from './picture.ts';

type Named = Pick<ActorPicture, 'id' | 'name' | 'isForeign' | 'parentId' | 'context'>;

/** `agency 3`, `connection-12 · agency 3`, `store`; of many servers of a demo's lab, which names its processes, `server 2`. */
export function labelOf(actor: Named): string {
  if (actor.isForeign) return actor.name;
  const [, server] = (actor.parentId === undefined && /^server-(\d+)_/.exec(actor.id)) || [];
  if (server !== undefined) return `${actor.name} ${server}`;
  const { id, agency } = actor.context;
  if (actor.parentId === undefined && typeof id === 'number') return `${actor.name} ${id}`;
  if (typeof agency === 'number' && agency >= 0) return `${actor.name} · agency ${agency}`;
  return actor.name;
}

/** XState's own events in words: `commitGroup done`, `after backOff`; all others by their name. */
export function eventText(type: string): string {
  const [, kind, rest] =
    /^xstate\.(init|stop|promise|observable|snapshot|done\.actor|error\.actor|done\.state|after)(?:\.(.+))?$/.exec(
      type,
    ) ?? [];
  switch (kind) {
    case 'init':
      return 'started';
    case 'stop':
      return 'stopped';
    case 'promise':
      return rest === 'resolve' ? 'resolved' : 'rejected';
    case 'observable':
      return rest === 'next' ? 'next value' : rest === 'complete' ? 'completed' : 'failed';
    case 'snapshot':
      // As XState calls what is invoked without an id: `0.player.loading`.
      return /^\d+\./.test(rest ?? '') ? 'actor changed' : `${rest} changed`;
    case 'done.actor':
      return 'actor done';
    case 'error.actor':
      return 'actor failed';
    case 'done.state':
      return 'state done';
    case 'after':
      return `after ${rest?.split('.')[0]}`;
    default:
      return type;
  }
}

/** Marks that turn the direction of all that follows on its line; they are shown as unknown. */
const TURNING = /[\u202a-\u202e\u2066-\u2069]/g;

export const straight = (text: string): string => text.replace(TURNING, '\ufffd');

const COUNTS = new Intl.NumberFormat('en');

/** `12,345`, by a formatter that is made once: toLocaleString makes one each time. */
export const countText = (count: number): string => COUNTS.format(count);

/** `12.3 ms`, `1.24 s`. */
export const msText = (ms: number): string =>
  ms >= 1_000 ? `${(ms / 1_000).toFixed(2)} s` : `${ms.toFixed(ms < 10 ? 2 : 1)} ms`;

/** Keys of the active states from the outermost in: `['serving', 'collecting', 'listening']`. */
export function pathsOf(value: unknown): string[][] {
  if (typeof value === 'string') return [[value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const below = pathsOf(inner);
    return below.length > 0 ? below.map((path) => [key, ...path]) : [[key]];
  });
}

/**
 * `serving › collecting › listening`; regions of a parallel state side by side.
 *
 * @param keys so many of each path, its innermost ones
 */
export const stateText = (value: unknown, keys = Number.POSITIVE_INFINITY): string =>
  pathsOf(value)
    .map((path) => path.slice(-keys).join(' › '))
    .join(' & ');

/** A machine's id by its configuration; what XState calls one whose author did not. */
export const idOf = ({ id }: Readonly<Record<string, unknown>>): string =>
  typeof id === 'string' && id !== '' ? id : '(machine)';

/** A state's id in a machine's description, by its keys from the outermost in; a dot within a key is not one between. */
export const stateId = (machine: string, path: readonly string[]): string =>
  [machine, ...path.map((key) => key.replaceAll(/[.\\]/g, '\\$&'))].join('.');

/** A state's keys by its id; none of the machine itself. */
export const keysOf = (machine: string, id: string): string[] =>
  id.startsWith(`${machine}.`)
    ? [...id.slice(machine.length).matchAll(/\.((?:\\.|[^.\\])*)/gs)].map(([, key = '']) =>
        key.replaceAll(/\\(.)/gs, '$1'),
      )
    : [];

/** Ids of the active states, as in the machine's description. */
export function activeStates(machine: string, value: unknown): Set<string> {
  const ids = new Set([machine]);
  for (const path of pathsOf(value)) {
    for (let depth = 1; depth <= path.length; depth += 1) ids.add(stateId(machine, path.slice(0, depth)));
  }
  return ids;
}

/** A sign for each status that does not need its colour. */
export const STATUS_SIGNS = {
  active: '●',
  done: '✓',
  error: '✕',
  stopped: '■',
  gone: '?',
} as const satisfies Record<ActorPicture['status'], string>;
