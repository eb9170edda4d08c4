import { configTable } from '../config/table.ts';

const PLACE = /<!-- config -->.*?<!-- \/config -->/s;

/** The page with its configuration table as the keys are now; a page without its place stays as it is. */
export const updateConfigTable = (markdown: string): string =>
  markdown.replace(PLACE, () => `<!-- config -->\n${configTable().trim()}\n<!-- /config -->`);

/** Whether the table is no longer as the keys are. */
export const isConfigTableStale = (markdown: string): boolean => updateConfigTable(markdown) !== markdown;
