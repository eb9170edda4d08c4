/** Docker Compose starts what is written; the last words of what does not start are shown. */
import { exitOfInterruption } from '../../runtime/interruption.ts';
import { isEngineNode } from '../cluster.ts';
import { type Container, containers, logOf, runShown } from '../engine.ts';
import { type Monitors, monitorNames } from '../monitors.ts';
import { INTERRUPTED, isInterrupted } from './interrupted.ts';
import { placeOf } from './monitors.ts';
import { isOver } from './survey.ts';

export type Start = {
  project: string;
  /** The project's containers as they were before. */
  before: readonly Container[];
  file: string;
  say: (line: string) => void;
  signal: AbortSignal;
  /** Of the inspector's page; undefined if there is none. */
  port?: number | undefined;
  monitors?: Monitors | undefined;
  /** There are no agencies. */
  isAlone: boolean;
};

/** Who has it set, or in .env, means their own projects; Compose refuses it beside the option that `up` needs. */
const AS_TOLD = { COMPOSE_IGNORE_ORPHANS: '0' };

/** Lines of a log that are shown as the reason of a failure. */
const REASON_LINES = 5;

/** @returns the exit code */
export async function start({
  project,
  before,
  file,
  say,
  signal,
  port,
  monitors = {},
  isAlone,
}: Start): Promise<number> {
  let isStopped = await isInterrupted(signal);
  const compose = async (...more: string[]): Promise<boolean> => {
    if (isStopped) return false;
    // Agencies wait for a healthy server; without any, this does.
    const wait = isAlone ? ['--wait'] : [];
    const up = ['up', '-d', '--build', '--remove-orphans', ...wait, ...more];
    const env = { ...process.env, ...AS_TOLD };
    const args = ['compose', '-p', project, '-f', file, ...up];
    const { status, signal: endedBy } = await runShown(args, { signal, env });
    // Ctrl-C goes to Compose too.
    isStopped = endedBy !== null || status === INTERRUPTED || (await isInterrupted(signal));
    return status === 0;
  };
  const containerOf = (name: string): string => (name === 'inspector' ? name : `${project}-${name}-1`);
  const isThere = (service: string): boolean =>
    containers().some(({ name, isRunning }) => name === containerOf(service) && isRunning);

  let isUp = await compose();
  // Somebody may have taken the port since it was looked at: no reason for the others not to run.
  const watchers = [...(port === undefined ? [] : ['inspector']), ...monitorNames(monitors)];
  const absent = isUp || isStopped ? [] : watchers.filter((name) => !isThere(name));
  if (absent.length > 0) {
    for (const name of absent) say(`The ${name} cannot start: the others start without it`);
    isUp = await compose(...absent.flatMap((name) => ['--scale', `${name}=0`]));
  }
  if (isStopped) return exitOfInterruption(signal) ?? INTERRUPTED;
  if (!isUp) {
    const own = containers().filter((one) => one.project === project);
    if (isOver(own) && !isOver(before)) {
      say('The draw that was under way is over: make up begins the next one, make down keeps its files');
      return 0;
    }
    const culprit = culpritOf(own);
    if (culprit !== undefined) sayWhy(culprit, say);
    return 1;
  }
  if (port !== undefined && isThere('inspector')) {
    say(`The machines at work: http://127.0.0.1:${port}/ (also make status)`);
  }
  for (const name of monitorNames(monitors)) if (isThere(name)) say(placeOf(name, monitors[name]));
  // A lottery's server leaves with its draw, often before anybody can ask.
  say(
    'Next: make logs (follow the logs), make status, make bets, make down; before the draw also make echo-test',
  );
  return 0;
}

/** Who the others wait for in vain: servers for all nodes of an engine, agencies for a server. */
function culpritOf(own: readonly Container[]): Container | undefined {
  const started = own.filter(({ status, isHealthy }) => status !== 'created' && !isHealthy);
  return started.find(isEngineNode) ?? started.find(({ name }) => /^server\d*$/.test(name));
}

/** Lines of ours in both formats, and of nats-server, that say what is wrong. */
const SERIOUS = /ERROR|CRITICAL|^quiniela: |"level":[5-9]\d|^nats-server: |\[(ERR|FTL)\]/;

function sayWhy(container: Container, say: (line: string) => void): void {
  const { name, isRunning, exitCode, refusal } = container;
  const named = name === 'server' ? name : `container ${name}`;
  // It has said nothing then: its log is of the start before.
  if (refusal !== '') {
    say(`The ${named} was not started: ${refusal}`);
    return;
  }
  const lines = logOf(container).split('\n').filter(Boolean);
  const serious = lines.filter((line) => SERIOUS.test(line));
  const state = isRunning ? 'is running, but does not answer' : `has ended with exit code ${exitCode}`;
  say(`The ${named} ${state}. It says (make logs has all of it):`);
  for (const line of (serious.length > 0 ? serious : lines).slice(-REASON_LINES)) say(`  ${line}`);
}
