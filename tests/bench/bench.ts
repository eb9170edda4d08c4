/**
 * `make bench`: what the system can do, as real processes on real files, measured. Prints a Markdown table and
 * writes `.data/bench.json`; `bench-small.json` if it is small. See settings.ts for what the environment changes.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { baseFiles } from './data.ts';
import { type Figure, tableOf } from './figures.ts';
import { chosen, PARTS } from './parts.ts';
import { imageOf } from './quiniela.ts';
import { machineOf, type Results } from './results.ts';
import { commandOf, settingsFrom } from './settings.ts';
import { DATA, inWorkplace } from './workplace.ts';

await inWorkplace(async (work) => {
  const settings = settingsFrom(process.env);
  const parts = chosen(PARTS, settings.only);
  const { files: base, real } = await baseFiles(work);
  const file = await imageOf(join(work, 'image'));
  const figures: Figure[] = [];
  for (const [name, part] of parts) {
    console.error(`bench: ${name}`);
    figures.push(...(await part({ settings, work, file, base })));
  }
  const command = commandOf(process.env);
  const results: Results = { at: new Date(), command, machine: machineOf(real), settings, figures };
  await writeFile(join(DATA, settings.results), `${JSON.stringify(results, null, 2)}\n`);
  console.log(tableOf(figures));
});
