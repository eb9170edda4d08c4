/** What can be typed next, as the user typed the demo: by make, by npx, or by the program's own name. */
import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { Environment } from '../config/resolve.ts';
import { quoted } from '../to-type.ts';

type Started = {
  /** The file that this process was started with. */
  entry: string;
  env: Environment;
  /** The draw's folder. */
  store: string;
  agencies: number;
  isInspected: boolean;
  /** With TLS: the authority's certificate, which the signatures are checked with. */
  ca: string | undefined;
};

type Step = readonly [command: string, purpose: string];

const shorter = (one: string, other: string): string => (one.length < other.length ? one : other);

const isMake = ({ env }: Started): boolean => env.MAKELEVEL !== undefined;

/** What npx was given, which it notes where it installs it; undefined if it was not npx. */
function npxPackage({ entry, env }: Started): string | undefined {
  if (env.npm_command !== 'exec') return undefined;
  try {
    const { _npx } = JSON.parse(readFileSync(join(dirname(entry), '..', '..', 'package.json'), 'utf8'));
    return String(_npx.packages[0]);
  } catch {
    return 'quiniela'; // installed in the user's own project
  }
}

/** What runs the program of a clone, whatever Node the user has. */
const scriptOf = (clone: string): string =>
  shorter(`${relative('.', clone) || '.'}/quiniela`, join(clone, 'quiniela'));

function programOf(started: Started): string {
  const { entry } = started;
  if (entry.endsWith('.ts')) return quoted(scriptOf(join(dirname(entry), '..')));
  const installed = npxPackage(started);
  // Of a file npx would run the file itself.
  if (installed !== undefined)
    return /^quiniela\b/.test(installed) ? `npx ${installed}` : `npx --package ${quoted(installed)} quiniela`;
  return entry.endsWith('.mjs') ? `node ${quoted(shorter(relative('.', entry), entry))}` : 'quiniela';
}

/** Makes all of the agencies' files anew. */
export const remakeStep = (started: Started, bets: number): string =>
  isMake(started)
    ? `make data AGENCIES=${started.agencies} BETS=${bets}`
    : `${programOf(started)} data --agencies ${started.agencies} --bets ${bets}`;

/** Another number than the one that was just seen. */
const OTHERS = [20, 1000] as const;

const stepsOf = (started: Started): Record<'verify' | 'inspect' | 'more' | 'docker' | 'again', Step> => {
  const { store, agencies, ca } = started;
  const many = agencies < OTHERS[0] ? OTHERS[0] : OTHERS[1];
  const bets = many === OTHERS[1] ? 100 : undefined;
  const made = isMake(started);
  const program = programOf(started);
  const more = made
    ? `make demo AGENCIES=${many}${bets ? ` BETS=${bets}` : ''}`
    : `${program} demo --agencies ${many}${bets ? ` --bets ${bets}` : ''}`;
  return {
    verify: [
      made
        ? `make verify DIR=${store}${ca ? ` CA=${ca}` : ''}`
        : `${program} verify${ca ? ` --ca ${ca}` : ''} ${store}`,
      ca ? 'check every byte and signature once more' : 'check every byte of it once more',
    ],
    inspect: [
      made ? 'make demo INSPECT=1' : `${program} demo --inspect`,
      'watch its state machines in a browser',
    ],
    more: [more, many === OTHERS[1] ? 'a thousand agencies, in one process' : 'more agencies'],
    docker: made ? ['make up', 'the same in Docker'] : [`${program} compose compose.yaml 5`, 'for Docker'],
    again: [made ? 'make demo' : `${program} demo`, 'begin anew'],
  };
};

const listOf = (steps: readonly Step[]): string[] => {
  const width = Math.max(...steps.map(([command]) => command.length));
  return ['Next:', ...steps.map(([command, purpose]) => `  ${command.padEnd(width)}   ${purpose}`)];
};

/** After the table: where the bets are, and what is worth a look. */
export function nextSteps(started: Started): string[] {
  const { verify, inspect, more, docker } = stepsOf(started);
  const all = started.isInspected ? [verify, more, docker] : [verify, inspect, more, docker];
  return [`All bets are in ${join(started.store, 'bets.csv')}, as CSV`, '', ...listOf(all)];
}

/** After a run that was interrupted. */
export function againSteps(started: Started): string[] {
  const { again, verify } = stepsOf(started);
  return ['', ...listOf([again, [verify[0], 'check every byte of what is stored']])];
}
