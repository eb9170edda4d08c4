/** What is known of an agency's upload, kept apart from its actor: of many that have ended, only some are kept. */
import { MOST_AGENCIES } from '../../limits.ts';
import { fieldsOf } from './fields.ts';
import { stateText } from './naming.ts';
import type { ActorPicture } from './picture.ts';

export type AgencyRecord = {
  readonly agency: number;
  /** Its actor's id, and its process's root. */
  readonly actor: string;
  /** Its innermost state; `gone` if its process has ended without a word. */
  readonly state: string;
  /** Bets that are safe. */
  readonly stored: number;
  /** Bets of its file; undefined until it has been read to its end. */
  readonly total: number | undefined;
  readonly hasFinished: boolean;
  readonly hasWinners: boolean;
};

/** As JSON it may come from anywhere. */
export function isAgencyRecord(item: unknown): item is AgencyRecord {
  const record = fieldsOf(item);
  return (
    ['agency', 'stored'].every((key) => typeof record[key] === 'number') &&
    ['actor', 'state'].every((key) => typeof record[key] === 'string') &&
    (record.total === undefined || typeof record.total === 'number')
  );
}

type AgencyActor = ActorPicture & { readonly context: { readonly id: number } };

/** An agency's machine, the root of its process or one of a fleet's actors. */
export const isRecorded = (actor: ActorPicture): actor is AgencyActor => {
  const { id } = actor.context;
  return (
    actor.machine === 'agency' &&
    !actor.isForeign &&
    typeof id === 'number' &&
    Number.isInteger(id) &&
    id >= 0 &&
    id <= MOST_AGENCIES
  );
};

const PAST_UPLOAD = /awaitingWinners|closing|finished/;
const PAST_WINNERS = /finished/;

export function recordOf({ id, status, value, context }: AgencyActor): AgencyRecord {
  const text = stateText(value);
  const isPast = (states: RegExp) => context.mode === 'lottery' && states.test(text);
  const { stored, total } = context;
  const count = typeof total === 'object' && total !== null && 'count' in total ? total.count : undefined;
  return {
    agency: context.id,
    actor: id,
    state: status === 'gone' ? 'gone' : (text.split(' › ').at(-1) ?? ''),
    stored: typeof stored === 'number' ? stored : 0,
    total: typeof count === 'number' ? count : undefined,
    hasFinished: isPast(PAST_UPLOAD),
    hasWinners: isPast(PAST_WINNERS),
  };
}

/** An actor of which `recordOf` tells just that. */
export function actorOf({ agency, actor: id, state, stored, total, hasFinished, hasWinners }: AgencyRecord) {
  const around = hasWinners ? 'finished' : 'awaitingWinners';
  return {
    id,
    rootId: id,
    parentId: undefined,
    name: 'agency',
    machine: 'agency',
    isForeign: false,
    chart: undefined,
    status: 'stopped',
    value: hasFinished ? { [around]: state } : state,
    context: {
      id: agency,
      mode: hasFinished ? 'lottery' : undefined,
      stored,
      total: total === undefined ? undefined : { count: total },
    },
    output: undefined,
  } as const;
}
