/**
 * `make bench`: what the system can do, as real processes on real files, measured. Prints a Markdown table and
 * writes `.data/bench.json`; `bench-small.json` where it is small. See settings.ts for what the environment changes.
 */
import { rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { join, relative } from 'node:path';
import type { Bench } from './bench-parts.ts';
import { connections } from './connections.ts';
import { baseFiles } from './data.ts';
import { type Figure, megabytes, tableOf } from './figures.ts';
import { fleets } from './fleet.ts';
import { image } from './image.ts';
import { largeFolder } from './large-folder.ts';
import { latency } from './latency.ts';
import { bundle } from './quiniela.ts';
import { settingsFrom } from './settings.ts';
import { start } from './start.ts';
import { sustained } from './sustained.ts';
import { wholeDraw } from './whole-draw.ts';

const PARTS: Readonly<Record<string, (bench: Bench) => Promise<Figure[]>>> = {
  draw: wholeDraw,
  sustained,
  fleets,
  latency,
  connections,
  folder: largeFolder,
  start,
  image,
};

const data = join(import.meta.dirname, '../../.data');
// The lock's socket has a short name only where the folder's is relative.
const work = relative('.', join(data, `bench-${process.pid}`));
const settings = settingsFrom(process.env);

await mkdir(work, { recursive: true });
process.on('exit', () => rmSync(work, { recursive: true, force: true }));
process.on('SIGINT', () => process.exit(130));

const { files: base, real } = await baseFiles(work);
const file = await bundle('src/main.ts', join(work, 'quiniela.mjs'));
const figures: Figure[] = [];
for (const [name, part] of Object.entries(PARTS)) {
  if (settings.only.length > 0 && !settings.only.includes(name)) continue;
  console.error(`bench: ${name}`);
  figures.push(...(await part({ settings, work, file, base })));
}
const machine = {
  node: process.version,
  cores: availableParallelism(),
  processor: cpus()[0]?.model,
  memoryMB: Math.round(megabytes(totalmem())),
  data: real ? 'real' : 'made',
};
const results = { at: new Date(), machine, settings, figures };
await writeFile(join(data, settings.results), `${JSON.stringify(results, null, 2)}\n`);
console.log(tableOf(figures));
