/** The Markdown pages that people read, and what stands in them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../..');

export type Page = { path: string; text: string };

/** A page by its path from the project's root. */
export const pageOf = (path: string): Page => ({ path, text: readFileSync(join(ROOT, path), 'utf8') });

/** Every page of the root, of docs and of machines. */
export const PAGES: readonly Page[] = ['', 'docs', 'machines'].flatMap((folder) =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => pageOf(join(folder, name))),
);

const FENCE = /^```.*?^```$/gms;

/** The page without its blocks of code. */
export const proseOf = ({ text }: Page): string => text.replace(FENCE, '');

/** What stands as code: each line of a block without its comment, and each span between backquotes. */
export const codeOf = (page: Page): string[] => [
  ...(page.text.match(FENCE) ?? [])
    .filter((block) => !block.startsWith('```mermaid'))
    .flatMap((block) => block.split('\n').slice(1, -1))
    .map((line) => line.replace(/(?:^| )#.*/, '')),
  ...[...proseOf(page).matchAll(/`([^`\n]+)`/g)].map(([, span = '']) => span),
];

/** The text below a heading, up to the next one of its level or above. */
export function sectionOf(page: Page, heading: string): string {
  const [marks] = heading.split(' ', 1);
  const start = page.text.indexOf(`\n${heading}\n`);
  if (!marks || start < 0) throw new Error(`${page.path} has no heading "${heading}"`);
  const rest = page.text.slice(start + heading.length + 2);
  const end = rest.search(new RegExp(`^#{1,${marks.length}} `, 'm'));
  return end < 0 ? rest : rest.slice(0, end);
}

/** The anchors of the page's headings, as GitHub makes them. */
export function anchorsOf(page: Page): Set<string> {
  const anchors = new Set<string>();
  for (const [, title = ''] of proseOf(page).matchAll(/^#+ (.+)$/gm)) {
    const plain = title.toLowerCase().replace(/[^\p{L}\p{N}\p{M} _-]/gu, '');
    const slug = plain.trim().replaceAll(' ', '-');
    let anchor = slug;
    for (let again = 1; anchors.has(anchor); again++) anchor = `${slug}-${again}`;
    anchors.add(anchor);
  }
  return anchors;
}
