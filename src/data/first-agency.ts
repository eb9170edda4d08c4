/** Whoever starts the agencies itself numbers them from 1, by their files: agency-1.csv and so on. */
import { UserError } from '../errors.ts';

/**
 * A server that counts from 0 would wait for agency 0 for ever.
 *
 * @param given AGENCIES_FROM, as the user or a file says it
 * @param where it was said
 * @throws {UserError} `ARGUMENT`
 */
export function expectFromOne(given: string | undefined, where = ''): void {
  if (!given || given === '1') return;
  const text = `AGENCIES_FROM is ${JSON.stringify(given)}${where}, but make demo and make up number their agencies from 1, agency-1.csv and so on: it is for a server that others' agencies call, as AGENCIES_FROM=0 quiniela server, or make up AGENCIES=0 with it in docker/server.yaml`;
  throw new UserError('ARGUMENT', text);
}
