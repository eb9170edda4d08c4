/** What the demo says after its table: where the bets are, and what can be typed next. */
import { join } from 'node:path';

export type Started = {
  /** The file that this process was started with. */
  entry: string;
  /** The draw's folder. */
  store: string;
  /** By make, not by its own name. */
  isMake: boolean;
};

export function nextSteps({ entry, store, isMake }: Started): string[] {
  const program = entry.endsWith('.ts') ? `node ${entry}` : 'quiniela';
  const steps = isMake
    ? [
        [`make verify DIR=${store}`, 'check every byte of it once more'],
        ['make demo AGENCIES=20 BETS=50000', 'more of everything'],
        ['make up', 'the same in Docker'],
      ]
    : [
        [`${program} verify ${store}`, 'check every byte of it once more'],
        [`${program} demo --agencies 20 --bets 50000`, 'more of everything'],
      ];
  const width = Math.max(...steps.map(([command = '']) => command.length));
  return [
    `All bets are in ${join(store, 'bets.csv')}, as CSV.`,
    '',
    'Next:',
    ...steps.map(([command = '', purpose = '']) => `  ${command.padEnd(width)}   ${purpose}`),
  ];
}
