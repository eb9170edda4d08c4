/** Puts a load on a server, as a process of its own. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { LoadOptions, LoadReport } from './load.ts';

const BIGGEST_REPORT = 256 * 1024 * 1024;

/** @param load the bundled load.ts */
export async function runLoad(load: string, options: LoadOptions): Promise<LoadReport> {
  const { stdout } = await promisify(execFile)(process.execPath, [load, JSON.stringify(options)], {
    maxBuffer: BIGGEST_REPORT,
  });
  return JSON.parse(stdout.slice(stdout.indexOf('{'))) as LoadReport;
}
