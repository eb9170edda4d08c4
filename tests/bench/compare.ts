/**
 * `make bench-compare BASE=rev`: the program of another revision and that of the working tree, in turn, so that
 * a machine that gets slower meanwhile slows both. This tree's bench and data measure both.
 */
import { join } from 'node:path';
import { UserError } from '../../src/errors.ts';
import { checkOut, revisionOf } from './base-revision.ts';
import { compareTable, merge } from './compare-table.ts';
import { baseFiles } from './data.ts';
import type { Figure } from './figures.ts';
import { chosen, PROGRAM_PARTS } from './parts.ts';
import { imageOf } from './quiniela.ts';
import { settingsFrom } from './settings.ts';
import { inWorkplace } from './workplace.ts';

await inWorkplace(async (work) => {
  const given = settingsFrom(process.env);
  const parts = chosen(PROGRAM_PARTS, given.only);
  const revision = revisionOf(process.env.BASE);
  const root = checkOut(revision, join(work, 'base-sources'));
  const { files } = await baseFiles(work);
  const programs = {
    base: await imageOf(join(work, 'base'), root).catch(ofBase('its program')),
    now: await imageOf(join(work, 'now')),
  };
  const rounds = { base: [] as Figure[][], now: [] as Figure[][] };
  const settings = { ...given, runs: 1, longRuns: 1 };
  for (let round = 1; round <= given.runs; round++) {
    for (const [name, part] of parts) {
      for (const side of ['base', 'now'] as const) {
        console.error(`bench: round ${round} of ${given.runs}: ${name}, ${side}`);
        const sources = side === 'base' ? { root } : {};
        const figures = part({ settings, work, file: programs[side], base: files, ...sources });
        rounds[side].push(await (side === 'base' ? figures.catch(ofBase(name)) : figures));
      }
    }
  }
  console.log(
    `Base: ${revision.commit} ${revision.subject}. Now: the working tree. Rounds: ${given.runs}.\n`,
  );
  console.log(compareTable(merge(rounds.base), merge(rounds.now)));
});

/** An older revision may not know all that this bench asks for. */
function ofBase(what: string): (error: Error) => never {
  return ({ message }) => {
    throw new UserError('BASE', `cannot compare: BASE fails at ${what}; ONLY chooses the parts: ${message}`);
  };
}
