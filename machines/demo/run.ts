/** What the demo knows of its processes and agencies, and pure updates and questions of it. */
import type {
  Advance,
  Complaint,
  Difference,
  ProcessExit,
  ProcessInput,
  Progress,
  Result,
  ServerName,
  StoredDraw,
  Troubles,
  Who,
} from '../vocabulary/demo.ts';
import type { SignalEvent } from '../vocabulary/program.ts';

export type DemoInput = {
  agencies: number;
  /** So many, of one draw. */
  servers: number;
  /** A process for each agency, or one for all of them. */
  agenciesAs: 'processes' | 'fleet';
  /** The draw's folder, as it is shown. */
  store: string;
  /** Somebody is to watch: the agencies start once a page is there, and take their time. */
  isWatched: boolean;
  /** Whoever watches may also act: a process that ends early is no failure, as it may be started again. */
  isLab: boolean;
  /** What the user types to have the agencies' files made anew, as many rows as asked for. */
  remake: string;
  /** Milliseconds for the server to listen. */
  startMs: number;
  /** Milliseconds for a page to be there, before the agencies start without it. */
  pageMs: number;
  /** Milliseconds for all processes to leave once the winners are told. */
  leaveMs: number;
  /** Milliseconds to stop in before a process is killed. */
  stopMs: number;
};

export type Demo = DemoInput & {
  /** By agency, from agency 1. */
  runs: readonly Progress[];
  /** Where those servers listen that do, or did before they ended. */
  ports: ReadonlyMap<ServerName, number>;
  /** Somebody watches. */
  isPaced: boolean;
  /** Processes that have not ended. */
  living: readonly Who[];
  /** The server says that the draw took place. */
  isDrawn: boolean;
  /** The last lines that tell of trouble. */
  troubles: Troubles;
  /** Agencies of a fleet that could not go on. */
  failed: readonly Who[];
  /** When the first agency started, and when the last one was told its winners: milliseconds of a clock that never goes back. */
  startedAt: number;
  toldAt: number;
  /** What asked it to stop, if anything did. */
  asked: SignalEvent['signal'] | undefined;
  exitCode: number;
};

/** Lines of trouble that are kept of one process: a stack trace fits. */
const TROUBLE_LINES = 20;

export const startOf = (input: DemoInput): Demo => ({
  ...input,
  runs: [],
  ports: new Map(),
  isPaced: false,
  living: [],
  isDrawn: false,
  troubles: new Map(),
  failed: [],
  startedAt: Number.POSITIVE_INFINITY,
  toldAt: 0,
  asked: undefined,
  exitCode: 0,
});

export const serverProcesses = ({ servers }: DemoInput): ServerName[] =>
  Array.from({ length: servers }, (_, index): ServerName => (index === 0 ? 'server' : `server-${index + 1}`));

export const isServer = (who: Who): who is ServerName => who.startsWith('server');

/** Others than the one that listens now do not yet. */
export const areAwaited = ({ servers, ports }: Demo): boolean => ports.size < servers - 1;

/** The processes that the agencies run in. */
export const agencyProcesses = ({ agencies, agenciesAs }: DemoInput): Who[] =>
  agenciesAs === 'fleet'
    ? ['fleet']
    : Array.from({ length: agencies }, (_, index): Who => `agency-${index + 1}`);

/** What one process is started with. */
export const processInput = ({ agencies, ports, runs, isWatched, isPaced }: Demo, who: Who): ProcessInput => {
  const own =
    isServer(who) || who === 'fleet' ? runs : runs.filter(({ agency }) => who === `agency-${agency}`);
  const rows = own.reduce((most, run) => Math.max(most, run.rows), 0);
  return {
    who,
    agencies,
    rows,
    ports: [...ports.values()],
    port: isServer(who) ? ports.get(who) : undefined,
    // The server is there before anybody watches.
    isPaced: isServer(who) ? isWatched : isPaced,
  };
};

export const runsOf = (files: readonly number[]): Progress[] =>
  files.map((rows, index) => ({ agency: index + 1, rows, sent: 0, skipped: 0, winners: undefined }));

export const afterAdvance = (demo: Demo, news: readonly Advance[]): Partial<Demo> => {
  const runs = [...demo.runs];
  const { isLab } = demo;
  let { toldAt } = demo;
  for (const { agency, sent, skipped, winners, toldAt: now = 0 } of news) {
    const run = runs[agency - 1];
    if (!run) continue;
    const known = {
      ...run,
      sent: run.sent + sent,
      skipped: skipped ?? run.skipped,
      winners: winners ?? run.winners,
    };
    // If a process was killed, some acknowledgements may stand in no log. But an agency that has its winners has sent all.
    const isWhole = isLab && known.winners !== undefined;
    runs[agency - 1] = isWhole ? { ...known, sent: known.rows - known.skipped } : known;
    toldAt = Math.max(toldAt, now);
  }
  return { runs, toldAt };
};

/** How far those are that an event tells of. */
export const progressOf = ({ runs }: Demo, news: readonly Advance[]): Progress[] =>
  news.flatMap(({ agency }) => runs[agency - 1] ?? []);

/** The same trouble again and again says no more than once. */
const unrepeated = (lines: readonly string[]): string[] =>
  lines.filter((line, index) => line !== lines[index - 1]);

export const afterComplaints = (troubles: Troubles, complaints: readonly Complaint[]): Troubles => {
  const all = new Map(troubles);
  for (const { of, lines } of complaints)
    all.set(of, unrepeated([...(all.get(of) ?? []), ...lines]).slice(-TROUBLE_LINES));
  return all;
};

export const isEveryoneTold = ({ runs }: Demo): boolean => runs.every(({ winners }) => winners !== undefined);

const hasReasonToLeave = (demo: Demo, who: Who): boolean => {
  if (isServer(who)) return demo.isDrawn;
  if (who === 'fleet') return isEveryoneTold(demo);
  return demo.runs.some(({ agency, winners }) => who === `agency-${agency}` && winners !== undefined);
};

/** An agency has reason to leave once it knows its winners, a fleet once all do, the server after the draw. */
export const hasLeftWell = (demo: Demo, { who, code }: ProcessExit): boolean =>
  code === 0 && hasReasonToLeave(demo, who);

const isOne = (demo: Demo, who: Who): boolean =>
  [...serverProcesses(demo), ...agencyProcesses(demo)].includes(who);

export const isLiving = ({ living }: Demo, who: Who): boolean => living.includes(who);

export const hasEnded = (demo: Demo, who: Who): boolean => isOne(demo, who) && !isLiving(demo, who);

/** Why nothing is done to a process. */
export const refusalOf = (demo: Demo, who: Who, wish: 'order' | 'restart'): string => {
  if (!isOne(demo, who)) return `there is no process ${who}`;
  if (wish === 'restart' && isLiving(demo, who)) return `${who} runs already`;
  if (wish === 'order' && hasEnded(demo, who)) return `${who} does not run`;
  return 'the demo is starting or ending: nothing can be done to its processes';
};

/** What was asked to stop may be too young to hear signals, or too slow and be killed. A fleet's exit code is
 * that of an agency whose failure was told already. */
export const hasStoppedWell = ({ failed }: Demo, { who, code, signal }: ProcessExit): boolean =>
  code === 0 || signal !== null || (who === 'fleet' && failed.length > 0);

export const resultOf = (demo: Demo, stored: StoredDraw): Result => {
  const { runs, startedAt, toldAt, isPaced, troubles } = demo;
  const rows = runs.map((run) => ({ ...run, stored: stored.agencies.get(run.agency)?.stored ?? 0 }));
  return {
    rows,
    ms: Math.max(0, toldAt - startedAt),
    isPaced,
    differences: differences(demo, stored),
    troubles,
  };
};

/** Where what the agencies were told is not what the store holds. */
export const differences = ({ runs }: Demo, { isOver, bets, agencies }: StoredDraw): Difference[] => {
  const found: Difference[] = isOver ? [] : [{ of: 'draw' }];
  for (const { agency, sent, winners: told } of runs) {
    const { stored, winners } = agencies.get(agency) ?? { stored: 0, winners: undefined };
    if (sent !== stored) found.push({ of: 'bets', agency, told: sent, stored });
    if (told !== winners) found.push({ of: 'winners', agency, told, stored: winners });
  }
  const sent = runs.reduce((sum, run) => sum + run.sent, 0);
  if (found.length === 0 && sent !== bets) found.push({ of: 'bets', told: sent, stored: bets });
  return found;
};
