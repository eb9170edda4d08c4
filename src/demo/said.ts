/** What the lines of a process's log say that the demo's machine can use. */

import { isServer } from '../../machines/demo/run.ts';
import type { Advance, ProcessEvent, Who } from '../../machines/vocabulary/demo.ts';
import type { LogEntry } from '../../machines/vocabulary/log.ts';

/** A line of the JSON log, with pino's number of its level. */
export type LoggedEntry = Pick<LogEntry, 'action' | 'result' | 'details'> & { level: number };

const DEBUG = 20;

/** Undefined if the line is anything else. */
export const parseEntry = (line: string): LoggedEntry | undefined => {
  if (!line.startsWith('{')) return undefined;
  try {
    const { level, time: _, action, result, ...details } = JSON.parse(line);
    return action === undefined ? undefined : { level, action, result, details };
  } catch {
    return undefined;
  }
};

const numberIn = ({ details }: LoggedEntry, key: string): number => Number(details?.[key] ?? 0);

/** Whose line it is: each line of a fleet says so. 0 is no agency. */
const agencyOf = (who: Who, entry: LoggedEntry): number => {
  if (isServer(who)) return 0;
  return who === 'fleet' ? numberIn(entry, 'client_id') : Number(who.slice('agency-'.length));
};

const speakerOf = (who: Who, agency: number): Who => (agency > 0 ? `agency-${agency}` : who);

const isTrouble = ({ level, result }: LoggedEntry): boolean => result === 'fail' && level > DEBUG;

const troubleText = ({ action, result, details }: LoggedEntry): string =>
  [
    `action: ${action}`,
    `result: ${result}`,
    ...Object.entries(details ?? {}).map(([key, value]) => `${key}: ${value}`),
  ].join(' | ');

const advanceOf = (agency: number, entries: readonly LoggedEntry[], heardAt: number): Advance => {
  const news: Advance = { agency, sent: 0, skipped: undefined, winners: undefined, toldAt: undefined };
  for (const entry of entries) {
    if (entry.action === 'read_bets') news.skipped = numberIn(entry, 'invalid');
    if (entry.result !== 'success') continue;
    if (entry.action === 'apuesta_enviada') news.sent += numberIn(entry, 'cantidad');
    if (entry.action !== 'consulta_ganadores') continue;
    news.winners = numberIn(entry, 'cant_ganadores');
    news.toldAt = heardAt;
  }
  return news;
};

/**
 * What some lines of a process's output say, trouble first: it is the reason of what follows. A line that is no log,
 * as what Node says on stderr, is trouble. When it was said is not in them: their clock may be set meanwhile.
 */
export function* saidIn(who: Who, lines: readonly string[], heardAt: number): Generator<ProcessEvent> {
  const entries: LoggedEntry[] = [];
  const others: string[] = [];
  for (const line of lines) {
    const entry = parseEntry(line);
    if (entry) entries.push(entry);
    else if (line.trim() !== '') others.push(line);
  }
  const byAgency = [...Map.groupBy(entries, (entry) => agencyOf(who, entry))];
  const complaints = byAgency
    .map(([agency, said]) => ({ of: speakerOf(who, agency), lines: said.filter(isTrouble).map(troubleText) }))
    .concat({ of: who, lines: others })
    .filter(({ lines }) => lines.length > 0);
  if (complaints.length > 0) yield { type: 'process.complained', who, complaints };
  if (isServer(who)) {
    const config = entries.find(({ action, details }) => action === 'config' && details?.port !== undefined);
    if (config) yield { type: 'process.listening', who, port: numberIn(config, 'port') };
    if (entries.some(({ action }) => action === 'sorteo')) yield { type: 'process.drawn', who };
    return;
  }
  const agencies = byAgency.map(([agency, said]) => advanceOf(agency, said, heardAt));
  if (agencies.length > 0) yield { type: 'process.advanced', who, agencies };
  const failed = entries.filter(({ action, result }) => action === 'run' && result === 'fail');
  if (who === 'fleet' && failed.length > 0)
    yield {
      type: 'process.failed',
      who,
      agencies: failed.map((entry) => speakerOf(who, agencyOf(who, entry))),
    };
}
