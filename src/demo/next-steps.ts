/** What can be typed next, as the user typed the demo: by make, or by the program's own name. */
import { join, relative } from 'node:path';

export type Started = {
  /** The file that this process was started with. */
  entry: string;
  /** The draw's folder. */
  store: string;
  /** By make, not by its own name. */
  isMake: boolean;
};

const shorter = (one: string, other: string): string => (one.length < other.length ? one : other);

const programOf = ({ entry }: Started): string =>
  entry.endsWith('.ts') ? `node ${shorter(relative('.', entry), entry)}` : 'quiniela';

/** Makes all of the agencies' files anew. */
export const remakeStep = (started: Started, agencies: number, bets: number): string =>
  started.isMake
    ? `make data AGENCIES=${agencies} BETS=${bets}`
    : `${programOf(started)} data --agencies ${agencies} --bets ${bets}`;

/** After the table: where the bets are, and what is worth a look. */
export function nextSteps(started: Started): string[] {
  const { store, isMake } = started;
  const program = programOf(started);
  const steps = isMake
    ? [
        [`make verify DIR=${store}`, 'check every byte of it once more'],
        ['make demo AGENCIES=20', 'more agencies'],
        ['make up', 'the same in Docker'],
      ]
    : [
        [`${program} verify ${store}`, 'check every byte of it once more'],
        [`${program} demo --agencies 20`, 'more agencies'],
      ];
  const width = Math.max(...steps.map(([command = '']) => command.length));
  return [
    `All bets are in ${join(store, 'bets.csv')}, as CSV`,
    '',
    'Next:',
    ...steps.map(([command = '', purpose = '']) => `  ${command.padEnd(width)}   ${purpose}`),
  ];
}
