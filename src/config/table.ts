/** The configuration tables of docs/configuration.md. */
import { AGENCY_KEYS } from './agency.ts';
import { markdownTable } from './keys.ts';
import { SERVER_KEYS } from './server.ts';

/** Every key of both programs, as Markdown. */
export const configTable = (): string =>
  ['**Server**', markdownTable(SERVER_KEYS), '**Agency**', markdownTable(AGENCY_KEYS)].join('\n\n');
