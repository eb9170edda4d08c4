/** How far the draw is, read off the actors: each agency's upload, and the barrier that all wait at. */
import { stateText } from './naming.ts';
import type { ActorPicture, Picture } from './picture.ts';

export type AgencyProgress = {
  agency: number;
  /** Its actor, where its process is watched. */
  actor: ActorPicture | undefined;
  /** Its innermost state, or what the server knows of it. */
  state: string;
  /** Bets that are safe. */
  stored: number;
  /** Bets of its file; undefined until it has been read to its end. */
  total: number | undefined;
  hasFinished: boolean;
  hasWinners: boolean;
};

export type Progress = {
  agencies: readonly AgencyProgress[];
  /** Agencies that must finish, and those that have; undefined as long as no server is known. */
  barrier: { wanted: number; finished: number; told: number; isDrawn: boolean } | undefined;
};

export function progressOf({ actors }: Picture): Progress {
  const roots = [...actors.values()].filter(({ parentId }) => parentId === undefined);
  const server = roots.findLast(({ machine }) => machine === 'server');
  const own = new Map<number, ActorPicture>();
  // The root of its process, or one of a fleet's actors.
  for (const actor of actors.values()) {
    if (actor.machine === 'agency' && typeof actor.context.id === 'number') own.set(actor.context.id, actor);
  }
  const finished = numbersIn(server?.context.finished);
  const told = numbersIn(server?.context.told);
  const sessions = numbersIn(server?.context.sessions);
  const numbers = new Set([...own.keys(), ...finished, ...sessions]);
  const wanted = server?.context.agencies;
  if (typeof wanted === 'number' && wanted <= MOST_LISTED) {
    for (let agency = 1; agency <= wanted; agency += 1) numbers.add(agency);
  }
  const agencies = [...numbers]
    .sort((one, other) => one - other)
    .map((agency): AgencyProgress => {
      const actor = own.get(agency);
      const { stored, total } = uploadOf(actor);
      const hasFinished = finished.has(agency) || isPast(actor, PAST_UPLOAD);
      const hasWinners = told.has(agency) || isPast(actor, PAST_WINNERS);
      const known = sessions.has(agency) ? 'connected' : hasFinished ? 'finished' : 'not seen';
      const state = actor ? wordFor(actor) : known;
      return { agency, actor, state, stored, total, hasFinished, hasWinners };
    });
  if (typeof wanted !== 'number') return { agencies, barrier: undefined };
  const counted = {
    finished: countOf(server!.context.finished),
    told: countOf(server!.context.told),
  };
  return { agencies, barrier: { wanted, ...counted, isDrawn: server!.context.winners !== undefined } };
}

/** Agencies that are listed although nothing has been heard of them. */
const MOST_LISTED = 1_000;

const PAST_UPLOAD = /awaitingWinners|closing|finished/;
const PAST_WINNERS = /finished/;

const isPast = (actor: ActorPicture | undefined, states: RegExp): boolean =>
  actor !== undefined && actor.context.mode === 'lottery' && states.test(stateText(actor.value));

const wordFor = ({ status, value }: ActorPicture): string =>
  status === 'gone' ? 'gone' : (stateText(value).split(' › ').at(-1) ?? '');

function uploadOf(actor: ActorPicture | undefined): { stored: number; total: number | undefined } {
  const { stored, total } = actor?.context ?? {};
  const count = typeof total === 'object' && total !== null && 'count' in total ? total.count : undefined;
  return {
    stored: typeof stored === 'number' ? stored : 0,
    total: typeof count === 'number' ? count : undefined,
  };
}

/** Sets of agencies come as their numbers, or as a count where they are many (see summary.ts). */
const numbersIn = (summary: unknown): Set<number> =>
  new Set(Array.isArray(summary) ? summary.filter((item) => typeof item === 'number') : []);

const countOf = (summary: unknown): number =>
  Array.isArray(summary) ? summary.length : Number(String(summary).replace(/\D/g, '')) || 0;
