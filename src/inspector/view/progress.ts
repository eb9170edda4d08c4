/** How far the draw is: each agency's upload as its own actor told, and the barrier as the server tells it. */
import { type Fields, fieldsOf } from './fields.ts';
import type { Picture } from './picture.ts';

export type AgencyProgress = {
  agency: number;
  /** Its actor's id, if its process is watched. */
  actor: string | undefined;
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
  /** Somebody has said something. */
  isWatched: boolean;
  agencies: readonly AgencyProgress[];
  /** Agencies that must finish, and those that have; undefined as long as no server is known. */
  barrier: { wanted: number; finished: number; told: number; isDrawn: boolean } | undefined;
};

/** How many take part, as the server was told; recordings of earlier versions have it beside its input. */
function agenciesOf(server: Fields | undefined): number | undefined {
  const { agencies } = { ...server, ...fieldsOf(server?.input) };
  return typeof agencies === 'number' ? agencies : undefined;
}

export function progressOf({ actors, agencies: records }: Picture): Progress {
  let server: Fields | undefined;
  for (const { machine, isForeign, parentId, context } of actors.values()) {
    if (machine === 'server' && !isForeign && parentId === undefined) server = context;
  }
  const wanted = agenciesOf(server);
  const finished = groupIn(server?.finished, wanted);
  const told = groupIn(server?.told, wanted);
  const sessions = groupIn(server?.sessions, undefined);
  const numbers = new Set([...records.keys(), ...finished.numbers, ...sessions.numbers]);
  if (wanted !== undefined && wanted <= MOST_LISTED) {
    for (let agency = 1; agency <= wanted; agency += 1) numbers.add(agency);
  }
  // A count does not say who: then nobody is said not to have been seen.
  const unknown = finished.isWhole && sessions.isWhole ? 'not seen' : 'not watched';
  const agencies = [...numbers]
    .sort((one, other) => one - other)
    .map((agency): AgencyProgress => {
      const record = records.get(agency);
      const hasFinished = finished.has(agency) || (record?.hasFinished ?? false);
      const known = sessions.has(agency) ? 'connected' : hasFinished ? 'finished' : unknown;
      return {
        agency,
        actor: record?.actor,
        state: record?.state ?? known,
        stored: record?.stored ?? 0,
        total: record?.total,
        hasFinished,
        hasWinners: told.has(agency) || (record?.hasWinners ?? false),
      };
    });
  const isWatched = actors.size > 0;
  if (wanted === undefined) return { isWatched, agencies, barrier: undefined };
  const isDrawn = server?.winners !== undefined;
  return { isWatched, agencies, barrier: { wanted, finished: finished.count, told: told.count, isDrawn } };
}

/** `3 of 5 have finished`; once drawn, how many have their winners. */
export function barrierText({ barrier, agencies, isWatched }: Progress): string {
  if (!barrier && agencies.length === 0 && isWatched) return 'No draw is watched';
  if (!barrier) return agencies.length > 0 ? 'No server is watched' : 'Waiting for the first process';
  const { wanted, finished, told, isDrawn } = barrier;
  if (!isDrawn) return `${finished} of ${wanted} have finished`;
  if (wanted === 1) return `Drawn: the agency ${told === 1 ? 'has' : 'waits for'} its winners`;
  return told === wanted
    ? `Drawn: all ${wanted} have their winners`
    : `Drawn: ${told} of ${wanted} have their winners`;
}

/** Agencies that are listed although nothing has been heard of them. */
const MOST_LISTED = 1_000;

/** Agencies of one kind: their numbers, or if they are many only how many they are (see summary.ts). */
function groupIn(summary: unknown, all: number | undefined) {
  const isWhole = summary === undefined || Array.isArray(summary);
  const numbers = new Set<number>(
    Array.isArray(summary) ? summary.filter((item) => typeof item === 'number') : [],
  );
  const count = isWhole ? numbers.size : Number(/\d+/.exec(String(summary))?.[0] ?? 0);
  // If it is all of them, their numbers are known nevertheless.
  const isEverybody = all !== undefined && count === all;
  const has = (agency: number): boolean =>
    isWhole ? numbers.has(agency) : isEverybody && agency >= 1 && agency <= all;
  return { numbers, count, isWhole: isWhole || isEverybody, has };
}
