/** What the lines of the processes' logs say, and of whom. */
import type { LoggedEntry, ProcessEvent, Who } from '../vocabulary/demo.ts';

/** 0 for a process that is no agency's own. */
export const agencyOf = (who: Who): number =>
  who.startsWith('agency-') ? Number(who.slice('agency-'.length)) : 0;
export const whoIs = (agency: number): Who => `agency-${agency}`;

export const numberIn = ({ details }: LoggedEntry, key: string): number => Number(details?.[key] ?? 0);

/** Whose line it is: each line of a fleet says so. */
const speakerOf = (who: Who, entry: LoggedEntry): Who => {
  const agency = who === 'fleet' ? numberIn(entry, 'client_id') : 0;
  return agency > 0 ? whoIs(agency) : who;
};

/** What was logged, by whom: one event may hold lines of many agencies. */
export const bySpeaker = (event: ProcessEvent): ReadonlyMap<Who, readonly LoggedEntry[]> =>
  event.type === 'process.logged'
    ? Map.groupBy(event.entries, (entry) => speakerOf(event.who, entry))
    : new Map();

/** The agencies of a fleet that an event says have ended before their time. */
export const failuresIn = (event: ProcessEvent): Who[] =>
  [...bySpeaker(event)].flatMap(([speaker, entries]) =>
    event.who === 'fleet' && entries.some(({ action, result }) => action === 'run' && result === 'fail')
      ? [speaker]
      : [],
  );

export const isTrouble = ({ level, result }: LoggedEntry): boolean => result === 'fail' && level !== 'debug';

export const troubleText = ({ action, result, details }: LoggedEntry): string =>
  [
    `action: ${action}`,
    `result: ${result}`,
    ...Object.entries(details ?? {}).map(([key, value]) => `${key}: ${value}`),
  ].join(' | ');

/** The port that the server says it listens on; undefined where it does not say so. */
export const portIn = (event: ProcessEvent): number | undefined => {
  if (event.type !== 'process.logged' || event.who !== 'server') return undefined;
  const config = event.entries.find(
    ({ action, details }) => action === 'config' && details?.port !== undefined,
  );
  return config && numberIn(config, 'port');
};
