/** What the lines of a process's log say that the demo's machine can use. */
import type { Advance, ProcessEvent, Who } from '../../machines/vocabulary/demo.ts';
import type { LogEntry, LogLevel } from '../../machines/vocabulary/log.ts';

/** `time` in milliseconds since 1970, as the process saw it. */
export type LoggedEntry = LogEntry & { time: number };

const LEVELS: Readonly<Record<number, LogLevel>> = {
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'critical',
};

/** A line of the JSON log; undefined if it is anything else. */
export const parseEntry = (line: string): LoggedEntry | undefined => {
  if (!line.startsWith('{')) return undefined;
  try {
    const { level, time, action, result, ...details } = JSON.parse(line);
    return action === undefined
      ? undefined
      : { level: LEVELS[level] ?? 'error', time, action, result, details };
  } catch {
    return undefined;
  }
};

const numberIn = ({ details }: LoggedEntry, key: string): number => Number(details?.[key] ?? 0);

/** Whose line it is: each line of a fleet says so. 0 is no agency. */
const agencyOf = (who: Who, entry: LoggedEntry): number => {
  if (who === 'server') return 0;
  return who === 'fleet' ? numberIn(entry, 'client_id') : Number(who.slice('agency-'.length));
};

const isTrouble = ({ level, result }: LoggedEntry): boolean => result === 'fail' && level !== 'debug';

const troubleText = ({ action, result, details }: LoggedEntry): string =>
  [
    `action: ${action}`,
    `result: ${result}`,
    ...Object.entries(details ?? {}).map(([key, value]) => `${key}: ${value}`),
  ].join(' | ');

const advanceOf = (agency: number, entries: readonly LoggedEntry[]): Advance => {
  const news: Advance = { agency, sent: 0, skipped: undefined, winners: undefined, toldAt: undefined };
  for (const entry of entries) {
    if (entry.action === 'read_bets') news.skipped = numberIn(entry, 'invalid');
    if (entry.result !== 'success') continue;
    if (entry.action === 'apuesta_enviada') news.sent += numberIn(entry, 'cantidad');
    if (entry.action !== 'consulta_ganadores') continue;
    news.winners = numberIn(entry, 'cant_ganadores');
    news.toldAt = entry.time;
  }
  return news;
};

/** What one read of a process's output says, trouble first: it is the reason of what follows. */
export function* saidIn(who: Who, entries: readonly LoggedEntry[]): Generator<ProcessEvent> {
  const byAgency = [...Map.groupBy(entries, (entry) => agencyOf(who, entry))];
  const complaints = byAgency.flatMap(([agency, said]) => {
    const lines = said.filter(isTrouble).map(troubleText);
    return lines.length > 0 ? [{ of: agency > 0 ? (`agency-${agency}` as const) : who, lines }] : [];
  });
  if (complaints.length > 0) yield { type: 'process.complained', who, complaints };
  if (who === 'server') {
    const config = entries.find(({ action, details }) => action === 'config' && details?.port !== undefined);
    if (config) yield { type: 'process.listening', who, port: numberIn(config, 'port') };
    if (entries.some(({ action }) => action === 'sorteo')) yield { type: 'process.drawn', who };
    return;
  }
  yield {
    type: 'process.advanced',
    who,
    agencies: byAgency.map(([agency, said]) => advanceOf(agency, said)),
  };
  if (who !== 'fleet') return;
  const agencies = byAgency.flatMap(([agency, said]) =>
    agency > 0 && said.some(({ action, result }) => action === 'run' && result === 'fail') ? [agency] : [],
  );
  if (agencies.length > 0) yield { type: 'process.failed', who, agencies };
}
