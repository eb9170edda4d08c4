/** What holds at the end of every run, whatever went wrong on the way. */

import { csvRow } from '../../src/lottery/bet.ts';
import { hasWon } from '../../src/lottery/draw.ts';
import { verifyDraw } from '../../src/store/verify.ts';
import { makeRandom } from '../crash/random.ts';
import { makeScenario } from './scenario.ts';
import { World } from './world.ts';

export type Run = { seed: number; violations: string[]; transcript: string[] };

/** Runs a seed; an empty list of violations is a good run. */
export const simulate = async (seed: number): Promise<Run> => {
  const world = new World(seed);
  await world.run();
  const violations = [...world.violations];
  if (violations.length === 0) violations.push(...(await check(world)));
  return { seed, violations, transcript: world.transcript };
};

const check = async (world: World): Promise<string[]> => {
  const violations: string[] = [];
  const stored = world.disk.read(`${world.drawDir}/bets.csv`).toString('utf8');
  world.scenario.agencies.forEach(({ bets }, index) => {
    const agency = index + 1;
    const own = stored.split('\r\n').filter((row) => row.startsWith(`${agency},`));
    const wanted = bets.map((bet) => csvRow(bet).toString('utf8').trimEnd());
    if (own.join('\n') !== wanted.join('\n'))
      violations.push(`agency ${agency}: ${own.length} rows stored, not its ${wanted.length} in order`);
    const winners = bets.filter(({ number }) => hasWon(number)).length;
    if (world.told.get(agency) !== winners)
      violations.push(`agency ${agency} was told ${world.told.get(agency)} winners, not ${winners}`);
  });
  try {
    const { state } = await verifyDraw(world.drawDir, world.disk);
    if (state !== 'closed') violations.push(`the draw is ${state}`);
  } catch (error) {
    violations.push(`verify: ${(error as Error).message}`);
  }
  return violations;
};

/** For a failing seed's report: what it meant. */
export const describeSeed = (seed: number): string => {
  const { agencies, faults } = makeScenario(makeRandom(seed));
  const sizes = agencies.map(
    ({ dialect, bets, maxAmount, window }) =>
      `${dialect} ${bets.length} bets by ${maxAmount}, window ${window}`,
  );
  return [...sizes, ...faults.map(({ at, fault }) => `${at} ms ${JSON.stringify(fault)}`)].join('\n');
};
