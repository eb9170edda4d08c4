/** `make bench-docs`: writes the table of `.data/bench.json` into docs/performance.md. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, UserError } from '../../src/errors.ts';
import { updateBenchTable } from './docs-table.ts';
import type { Results } from './results.ts';
import { DATA, tellingMistakes } from './workplace.ts';

const PAGE = join(import.meta.dirname, '../../docs/performance.md');

await tellingMistakes(async () => {
  const results = JSON.parse(await readFile(join(DATA, 'bench.json'), 'utf8').catch(missing)) as Results;
  await writeFile(PAGE, updateBenchTable(await readFile(PAGE, 'utf8'), results));
});

function missing(error: unknown): never {
  if (codeOf(error) !== 'ENOENT') throw error;
  throw new UserError(
    'RESULTS',
    'cannot write the table: .data/bench.json is not there; "make bench" makes it',
  );
}
