/**
 * `quiniela diagram [--check] [FILE]`: writes the state diagrams and the configuration table of a Markdown file,
 * or says which are stale.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { isConfigTableStale, updateConfigTable } from './config-table.ts';
import { machines } from './machines.ts';
import { type DiagramSources, staleDiagrams, updateDiagrams } from './markdown.ts';

export type DiagramOptions = {
  /** Only look: change nothing. */
  check: boolean;
  /** The Markdown file, README.md by default. */
  file?: string;
};

/** @returns the exit code: 1 where a diagram is stale, or where a place or a machine is missing. */
export async function run(
  { check, file = 'README.md' }: DiagramOptions,
  sources: DiagramSources = machines,
): Promise<number> {
  try {
    const markdown = await readFile(file, 'utf8');
    const stale = staleDiagrams(markdown, sources).map((name) => `the diagram of ${name}`);
    if (isConfigTableStale(markdown)) stale.push('the configuration table');
    if (check) {
      for (const name of stale) console.error(`${file}: ${name} is stale, run "make diagrams"`);
      return stale.length > 0 ? 1 : 0;
    }
    if (stale.length > 0) await writeFile(file, updateConfigTable(updateDiagrams(markdown, sources)));
    console.log(stale.length > 0 ? `${file}: wrote ${stale.join(', ')}` : `${file}: nothing has changed`);
    return 0;
  } catch (error) {
    console.error(`${file}: ${(error as Error).message}`);
    return 1;
  }
}
