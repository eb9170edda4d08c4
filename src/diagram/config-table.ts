import { configTable } from '../config/table.ts';

const PLACE = /<!-- config -->.*?<!-- \/config -->/s;

/** The page with its configuration table as the keys are now. @throws if the page has no place for it */
export function updateConfigTable(markdown: string): string {
  if (!PLACE.test(markdown))
    throw new Error('the configuration table has no place: <!-- config --><!-- /config -->');
  return markdown.replace(PLACE, () => `<!-- config -->\n${configTable().trim()}\n<!-- /config -->`);
}

/** Names the table if it is no longer as the keys are. */
export const staleConfigTable = (markdown: string): string[] =>
  updateConfigTable(markdown) === markdown ? [] : ['the configuration table'];
