/** Writes the state diagrams and the configuration tables into the pages of the documentation, or says which are stale. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { staleConfigTable, updateConfigTable } from './config-table.ts';
import { machines } from './machines.ts';
import { type DiagramSources, staleDiagrams, updateDiagrams } from './markdown.ts';

type PageOptions = {
  /** Only look: change nothing. */
  check: boolean;
  /** That of the pages. */
  folder: string;
};

type Page = {
  name: string;
  /** What of the page is no longer as the code is. */
  stale: (markdown: string) => string[];
  update: (markdown: string) => string;
};

const pagesOf = (sources: DiagramSources): readonly Page[] => [
  {
    name: 'statecharts.md',
    stale: (markdown) => staleDiagrams(markdown, sources).map((name) => `the diagram of ${name}`),
    update: (markdown) => updateDiagrams(markdown, sources),
  },
  { name: 'configuration.md', stale: staleConfigTable, update: updateConfigTable },
];

/** @returns the exit code: 1 if a page is stale and only looked at, or if a page, a place or a machine is missing. */
export async function writePages(
  { check, folder }: PageOptions,
  sources: DiagramSources = machines,
): Promise<number> {
  const codes = [];
  for (const page of pagesOf(sources)) codes.push(await renew(join(folder, page.name), page, check));
  return Math.max(...codes);
}

async function renew(file: string, { stale, update }: Page, check: boolean): Promise<number> {
  try {
    const markdown = await readFile(file, 'utf8');
    const names = stale(markdown);
    if (check) {
      for (const name of names) console.error(`${file}: ${name} is stale, run "make diagrams"`);
      return names.length > 0 ? 1 : 0;
    }
    if (names.length > 0) await writeFile(file, update(markdown));
    console.log(names.length > 0 ? `${file}: wrote ${names.join(', ')}` : `${file}: nothing has changed`);
    return 0;
  } catch (error) {
    console.error(`${file}: ${(error as Error).message}`);
    return 1;
  }
}
