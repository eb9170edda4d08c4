/** What holds at the end of every run, whatever went wrong on the way. */
import { WINNING_NUMBER } from '../../src/lottery/draw.ts';
import { compareWithReceipt } from '../../src/store/receipt.ts';
import { verifyDraw } from '../../src/store/verify.ts';
import { makeRandom } from '../crash/random.ts';
import { authorities } from '../identity/signing.ts';
import { FIRST_SINGLE, rowOf, rowsIn } from './bets.ts';
import type { Judge } from './judge.ts';
import { STORE_DIR } from './operator.ts';
import { describeScenario, makeScenario } from './scenario.ts';
import type { Stage } from './stage.ts';
import { World } from './world.ts';

export type Run = { seed: number; violations: string[]; transcript: string[] };

/** Runs a seed; an empty list of violations is a good run. */
export const simulate = async (seed: number): Promise<Run> => {
  const world = new World(seed);
  await world.run();
  const violations = [...world.violations];
  if (violations.length === 0) violations.push(...(await checkDraws(world)));
  return { seed, violations, transcript: world.transcript };
};

/** For a failing seed's report: what it meant. */
export const describeSeed = (seed: number): string => describeScenario(makeScenario(makeRandom(seed)));

/** A run that is over: its files, what was said in it, and what agencies have logged and kept. */
type Ended = {
  stage: Pick<Stage, 'disk' | 'scenario' | 'certificates'>;
  judge: Judge;
  receiptOf: World['receiptOf'];
  countTo: World['countTo'];
};

/** Folders of draws, in their order. */
const foldersOf = ({ stage: { disk } }: Ended): string[] => {
  const folders = [...disk.files().keys()]
    .filter((path) => path.endsWith('/journal.ndjson'))
    .map((path) => path.slice(0, path.lastIndexOf('/')));
  return folders.sort((a, b) => Number(a === STORE_DIR) - Number(b === STORE_DIR) || (a < b ? -1 : 1));
};

export const checkDraws = async (world: Ended): Promise<string[]> => {
  const violations: string[] = [];
  const { disk, scenario } = world.stage;
  const folders = foldersOf(world);
  for (const [index, plan] of scenario.draws.entries()) {
    const draw = index + 1;
    const folder = folders[index];
    if (!folder) return [...violations, `there is no folder of draw ${draw}`];
    const rows = rowsIn(disk.read(`${folder}/bets.csv`).toString('utf8'));
    for (const [place, { bets, jobs }] of plan.agencies.entries()) {
      const agency = place + 1;
      const say = (text: string) => violations.push(`draw ${draw}, agency ${agency}: ${text}`);
      const own = rows.filter((row) => row.startsWith(`${agency},`));
      const isSingle = (row: string) => Number(documentOf(row)) % 10_000 >= FIRST_SINGLE;
      const uploaded = own.filter((row) => !isSingle(row));
      if (uploaded.join('\n') !== bets.map(rowOf).join('\n'))
        say(`${uploaded.length} rows stored, not its ${bets.length} in order`);
      const singles = own.filter(isSingle);
      const placed = jobs.filter((job) => job.kind === 'bet');
      if (new Set(singles).size !== singles.length) say('a single bet is stored twice');
      for (const row of singles)
        if (!placed.some(({ bet }) => rowOf(bet) === row)) say(`nobody has placed ${row}`);
      for (const { id, bet } of placed)
        if (world.judge.singles.has(id) && !singles.includes(rowOf(bet))) say(`bet ${id} is lost`);
      const winners = own.filter((row) => row.endsWith(`,${WINNING_NUMBER}`)).map(documentOf);
      const told = world.judge.toldTo(draw, agency);
      if (told?.join() !== winners.join()) say(`told ${told}, its winners are ${winners}`);
      if (world.countTo(draw, agency) !== winners.length)
        say(`logs ${world.countTo(draw, agency)} winners of ${winners.length}`);
    }
    const head = headOf(disk.read(`${folder}/journal.ndjson`).toString('utf8'));
    for (const told of world.judge.heads.get(draw) ?? [])
      if (told !== head) violations.push(`draw ${draw}: the head ${told} was told, the journal has ${head}`);
    const ours = rows.filter((row) => Number(row.split(',', 1)[0]) <= plan.agencies.length);
    if (ours.length !== rows.length) violations.push(`draw ${draw} has rows of nobody`);
    try {
      // Who speaks the original's dialect signs nothing, and is named.
      const areSigned =
        world.stage.certificates && scenario.agencies.every(({ dialect }) => dialect === 'quiniela');
      const report = await verifyDraw(folder, disk, { authorities: areSigned ? authorities : undefined });
      for (const [agency, { signed, finished }] of report.agencies) {
        const isOurs = scenario.agencies[agency - 1]?.dialect === 'quiniela';
        if (signed !== (isOurs && finished && world.stage.certificates !== undefined))
          violations.push(`draw ${draw}, agency ${agency}: ${signed ? 'signed' : 'not signed'}`);
      }
      if (report.state !== 'closed') violations.push(`draw ${draw} is ${report.state}`);
      for (const [place, { memory }] of scenario.agencies.entries()) {
        const receipt = world.receiptOf(draw, place + 1);
        if (receipt) compareWithReceipt(report, receipt, folder);
        else if (memory === 'receipts') violations.push(`agency ${place + 1} has no receipt of draw ${draw}`);
      }
    } catch (error) {
      violations.push(`verify of draw ${draw}: ${(error as Error).message}`);
    }
  }
  const empty = folders[scenario.draws.length];
  if (empty && disk.read(`${empty}/bets.csv`).length > 0) violations.push('a draw without agencies has bets');
  return violations;
};

/** The hash of the line that the draw is in. */
const headOf = (journal: string): string | undefined =>
  journal
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
    .find((line) => line.draw && line.n)?.hash;

const documentOf = (row: string): string => row.split(',').at(-3)!;
