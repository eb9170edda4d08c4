/** The configuration tables of docs/configuration.md, written from the keys of the programs. */
import { AGENCY_KEYS } from '../../src/config/agency.ts';
import type { Key, KeyTable } from '../../src/config/keys.ts';
import { SERVER_KEYS } from '../../src/config/server.ts';

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

/** Every key of both programs, as Markdown. */
export const configTable = (): string =>
  ['**Server**', markdownTable(SERVER_KEYS), '**Agency**', markdownTable(AGENCY_KEYS)].join('\n\n');

const cell = (text: string): string => text.replaceAll('|', '\\|');
const code = (text: string): string => `\`${text}\``;

/** One program's keys as a Markdown table. */
function markdownTable<TConfig>(keys: KeyTable<TConfig>): string {
  const rows = Object.values<Key<unknown, TConfig>>(keys).map((key) => {
    const standard = typeof key.default === 'string' ? code(key.default) : (key.defaultText ?? '');
    return [
      key.path === undefined ? '' : code(key.path),
      code(key.variable),
      standard,
      key.about,
      key.type.allowed,
    ];
  });
  const head = ['in the file', 'variable', 'default', 'what it is', 'allowed'];
  const rule = head.map(() => '---');
  return [head, rule, ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n');
}
