/** What the demo knows of its processes and agencies, and pure updates and questions of it. */
import type {
  DemoFiles,
  LoggedEntry,
  ProcessEvent,
  Progress,
  Result,
  ResultRow,
  StoredDraw,
  Who,
} from '../vocabulary/demo.ts';
import { agencyOf, bySpeaker, isTrouble, numberIn, troubleText, whoIs } from './demo-log.ts';

export type DemoInput = {
  agencies: number;
  /** A process for each agency, or one for all of them. */
  agenciesAs: 'processes' | 'fleet';
  /** The draw's folder, as it is shown. */
  store: string;
  /** What the user types to have the agencies' files made anew, as many rows as asked for. */
  remake: string;
  /** Milliseconds for the server to listen. */
  startMs: number;
  /** Milliseconds for all processes to leave once the winners are told. */
  leaveMs: number;
  /** Milliseconds to stop in before a process is killed. */
  stopMs: number;
};

export type AgencyRun = {
  rows: number;
  /** Bets that the server has acknowledged, as the agency logged. */
  sent: number;
  /** Rows of its file that are no bets. */
  skipped: number;
  winners: number | undefined;
};

export type Demo = DemoInput & {
  files: DemoFiles | undefined;
  port: number;
  /** By agency, from agency 1. */
  runs: readonly AgencyRun[];
  /** Processes that have not ended. */
  living: readonly Who[];
  /** The server says that the draw took place. */
  isDrawn: boolean;
  /** The last lines that tell of trouble, of each process and of each agency of a fleet. */
  troubles: ReadonlyMap<Who, readonly string[]>;
  /** Agencies of a fleet that could not go on; the fleet itself waits for the others. */
  failed: readonly Who[];
  /** When the first agency started, and when the last one was told its winners: milliseconds since 1970. */
  startedAt: number;
  toldAt: number;
  /** As it was read back in the end. */
  stored: StoredDraw | undefined;
  /** Why all is being stopped. */
  cause: 'none' | 'signal' | 'failure';
  exitCode: number;
};

/** Lines of trouble that are kept of one process: a stack trace fits. */
const TROUBLE_LINES = 20;

/** The processes that the agencies run in. */
export const agencyProcesses = ({ agencies, agenciesAs }: DemoInput): Who[] =>
  agenciesAs === 'fleet' ? ['fleet'] : Array.from({ length: agencies }, (_, index) => whoIs(index + 1));

/** The agencies that an event tells of. */
export const agenciesIn = ({ runs }: Demo, event: ProcessEvent): number[] =>
  [...bySpeaker(event).keys()].map(agencyOf).filter((agency) => runs[agency - 1] !== undefined);

const runAfter = (run: AgencyRun, entries: readonly LoggedEntry[]): AgencyRun => {
  let { sent, skipped, winners } = run;
  for (const entry of entries) {
    if (entry.action === 'apuesta_enviada' && entry.result === 'success') sent += numberIn(entry, 'cantidad');
    else if (entry.action === 'read_bets') skipped = numberIn(entry, 'invalid');
    else if (entry.action === 'consulta_ganadores' && entry.result === 'success')
      winners = numberIn(entry, 'cant_ganadores');
  }
  return { ...run, sent, skipped, winners };
};

/** The same trouble again and again says no more than once. */
const unrepeated = (lines: readonly string[]): string[] =>
  lines.filter((line, index) => line !== lines[index - 1]);

type Troubles = readonly (readonly [Who, readonly string[]])[];

const withTroubles = ({ troubles }: Demo, news: Troubles): Demo['troubles'] => {
  if (news.every(([, lines]) => lines.length === 0)) return troubles;
  const all = new Map(troubles);
  for (const [who, lines] of news) {
    if (lines.length > 0) all.set(who, unrepeated([...(all.get(who) ?? []), ...lines]).slice(-TROUBLE_LINES));
  }
  return all;
};

/** What a process said is noted: bets, winners, trouble. */
export const afterOutput = (demo: Demo, event: ProcessEvent): Partial<Demo> => {
  if (event.type === 'process.wrote') return { troubles: withTroubles(demo, [[event.who, event.lines]]) };
  if (event.type !== 'process.logged') return {};
  const { who, entries } = event;
  const said = [...bySpeaker(event)];
  const troubles = withTroubles(
    demo,
    said.map(([speaker, lines]) => [speaker, lines.filter(isTrouble).map(troubleText)]),
  );
  if (who === 'server')
    return { troubles, isDrawn: demo.isDrawn || entries.some(({ action }) => action === 'sorteo') };
  const runs = [...demo.runs];
  for (const [speaker, lines] of said) {
    const run = runs[agencyOf(speaker) - 1];
    if (run) runs[agencyOf(speaker) - 1] = runAfter(run, lines);
  }
  const told = entries.filter(({ action }) => action === 'consulta_ganadores').map(({ time }) => time);
  return { troubles, runs, toldAt: Math.max(demo.toldAt, ...told) };
};

/** The agencies' start is the first one's. */
export const afterStart = (demo: Demo, event: ProcessEvent): Partial<Demo> =>
  event.type === 'process.started' && event.who !== 'server'
    ? { startedAt: Math.min(demo.startedAt, event.time) }
    : {};

export const progressOf = ({ runs }: Demo, agency: number): Progress => {
  const { sent, rows, winners } = runs[agency - 1]!;
  return { agency, sent, rows, winners };
};

export const isEveryoneTold = ({ runs }: Demo): boolean => runs.every(({ winners }) => winners !== undefined);

const hasReasonToLeave = (demo: Demo, who: Who): boolean => {
  if (who === 'server') return demo.isDrawn;
  if (who === 'fleet') return isEveryoneTold(demo);
  return demo.runs[agencyOf(who) - 1]?.winners !== undefined;
};

/** An agency has reason to leave once it knows its winners, a fleet once all do, the server after the draw. */
export const hasLeftWell = (demo: Demo, event: ProcessEvent): boolean =>
  event.type === 'process.exited' && event.code === 0 && hasReasonToLeave(demo, event.who);

/** What was asked to stop may be too young to hear signals, or too slow and be killed. A fleet's exit code is
 * that of an agency whose failure was told already. */
export const hasStoppedWell = ({ failed }: Demo, event: ProcessEvent): boolean =>
  event.type === 'process.exited' &&
  (event.code === 0 || event.signal !== null || (event.who === 'fleet' && failed.length > 0));

export const resultOf = ({ runs, startedAt, toldAt }: Demo, { agencies }: StoredDraw): Result => {
  const rows = runs.map(({ sent, winners }, index): ResultRow => {
    const agency = index + 1;
    return { agency, sent, stored: agencies.get(agency)?.stored ?? 0, winners };
  });
  return { rows, ms: Math.max(0, toldAt - startedAt) };
};

/** Where what the agencies were told is not what the store holds: one line each. */
export const differences = ({ runs }: Demo, { isOver, bets, agencies }: StoredDraw): string[] => {
  const lines = isOver ? [] : ["the draw is not over by the store's journal"];
  for (const [index, { sent, winners }] of runs.entries()) {
    const agency = index + 1;
    const kept = agencies.get(agency) ?? { stored: 0, winners: undefined };
    if (sent !== kept.stored)
      lines.push(`agency ${agency}: ${sent} bets were sent, ${kept.stored} are stored`);
    if (winners !== kept.winners)
      lines.push(
        `agency ${agency} was told ${winners ?? 'no'} winners, ${kept.winners ?? 'none'} are stored`,
      );
  }
  const sent = runs.reduce((sum, run) => sum + run.sent, 0);
  if (lines.length === 0 && sent !== bets) lines.push(`${sent} bets were sent, bets.csv has ${bets}`);
  return lines;
};
