/** The demo as a user starts it, in a folder of its own. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { generateAgencies } from '../../src/data/generate.ts';
import { bundledProgram } from '../support/bundle.ts';
import { type Environment, PATIENCE_MS } from '../support/program.ts';

export const ROOT = join(import.meta.dirname, '..', '..');
export const MAIN = join(ROOT, 'src', 'main.ts');

/** As most users have it, and what starts soonest. */
export const BUNDLE = await bundledProgram();

/** The real files, if they are at hand. */
export const REAL_DATA = join(ROOT, '..', 'shared', 'data');
export const hasRealData = existsSync(join(REAL_DATA, 'agency-5.csv'));

/** Enough that an upload takes seconds. */
export const LONG = 120_000;

/** A folder whose processes can be told from all others by its path. */
export function demoFolder(): Disposable & { path: string } {
  const path = mkdtempSync(join(tmpdir(), 'quiniela-demo-'));
  return {
    path,
    [Symbol.dispose]() {
      for (const { pid } of processesOf(path)) process.kill(pid, 'SIGKILL');
      rmSync(path, { recursive: true, force: true });
    },
  };
}

export const makeData = (dir: string, agencies: number, bets: number) =>
  generateAgencies({ agencies, bets, seed: 1, dir });

type Process = { pid: number; who: 'server' | 'agency' };

/** The server and the agencies that run for a folder, by what they were started with. */
export function processesOf(folder: string): Process[] {
  const lines = execFileSync('ps', ['-A', '-ww', '-o', 'pid=,args='], { encoding: 'utf8' }).split('\n');
  return lines.flatMap((line): Process[] => {
    const [, pid, who] = /^\s*(\d+) .* (server|agency)$/.exec(line.trimEnd()) ?? [];
    return pid && line.includes(`${folder}/`) ? [{ pid: Number(pid), who: who as Process['who'] }] : [];
  });
}

type Outcome = { code: number | null; out: string; err: string };

export type Demo = {
  child: ChildProcess;
  outcome: Promise<Outcome>;
  /** Resolves once stdout has said so. */
  said: (pattern: RegExp) => Promise<RegExpExecArray>;
};

/** Nothing of the test's own surroundings. */
const ENV = { PATH: process.env.PATH };

export const startDemo = (cwd: string, ...args: string[]): Demo => start(BUNDLE, cwd, args);

/** With a clone's other files around it: the engine's configuration is one. */
export const startDemoOfClone = (cwd: string, ...args: string[]): Demo => start(MAIN, cwd, args);

/** With an engine of the user's own, and what lets us in there. */
export const startDemoAt = (cwd: string, engine: Environment, ...args: string[]): Demo =>
  start(MAIN, cwd, args, engine);

function start(program: string, cwd: string, args: readonly string[], more: Environment = {}): Demo {
  const child = spawn(process.execPath, [program, 'demo', ...args], { cwd, env: { ...ENV, ...more } });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  const outcome = once(child, 'close').then(([code]) => ({ code, out, err }) as Outcome);
  const said = async (pattern: RegExp) => {
    for (const end = Date.now() + PATIENCE_MS; ; ) {
      const found = pattern.exec(out);
      if (found) return found;
      if (Date.now() > end) throw new Error(`it never said ${pattern}:\n${out}${err}`);
      if (child.exitCode !== null || child.signalCode !== null)
        throw new Error(`it ended without ${pattern}:\n${out}${err}`);
      await sleep(20);
    }
  };
  return { child, outcome, said };
}

export const runDemo = (cwd: string, ...args: string[]): Promise<Outcome> => startDemo(cwd, ...args).outcome;

/** As whoever has cloned the repository runs it. */
export const runFromSources = (cwd: string, ...args: string[]): Promise<Outcome> =>
  start(MAIN, cwd, args).outcome;

/** What differs from run to run. */
export const steady = (out: string): string =>
  out
    .replace(/on port \d+/, 'on port P')
    .replace(/Took [\d.]+ s (.*): [\d,]+ bets\/s/, 'Took S s $1: N bets/s')
    .replace(/^agency \d.*\n/gm, '')
    .replaceAll(/^ {2}(?:node \S*quiniela\.mjs|'.*quiniela'|\S*quiniela)(?= \w)/gm, '  program');

/** Waits until none is left. @throws if some still are after a while */
export async function nobodyLeft(folder: string, ms = PATIENCE_MS): Promise<void> {
  for (const end = Date.now() + ms; processesOf(folder).length > 0; await sleep(50)) {
    if (Date.now() > end) throw new Error(`still there: ${JSON.stringify(processesOf(folder))}`);
  }
}
