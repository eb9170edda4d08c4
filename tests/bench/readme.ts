/** `make bench-readme`: writes the table of `.data/bench.json` into the README. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, UserError } from '../../src/errors.ts';
import { updateBenchTable } from './readme-table.ts';
import type { Results } from './results.ts';
import { DATA, tellingMistakes } from './workplace.ts';

const README = join(import.meta.dirname, '../../README.md');

await tellingMistakes(async () => {
  const results = JSON.parse(await readFile(join(DATA, 'bench.json'), 'utf8').catch(missing)) as Results;
  await writeFile(README, updateBenchTable(await readFile(README, 'utf8'), results));
});

function missing(error: unknown): never {
  if (codeOf(error) !== 'ENOENT') throw error;
  throw new UserError(
    'RESULTS',
    'cannot write the table: .data/bench.json is not there; "make bench" makes it',
  );
}
