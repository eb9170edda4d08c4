/** Puts a load on a server, as a process of its own, which is measured too. */
import { readFile } from 'node:fs/promises';
import type { LoadOptions, LoadReport } from './load.ts';
import { type Ended, Program } from './program.ts';

export type LoadRun = LoadReport & { process: Ended };

/** @param load the bundled load.ts */
export async function runLoad(load: string, options: Omit<LoadOptions, 'report'>): Promise<LoadRun> {
  const report = `${load}.json`;
  const { ended } = new Program({ args: [load, JSON.stringify({ ...options, report })] });
  const process = await ended;
  return { ...(JSON.parse(await readFile(report, 'utf8')) as LoadReport), process };
}
