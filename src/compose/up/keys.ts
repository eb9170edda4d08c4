/** Certificates for the containers, and private keys that their user may read, and nobody else. */
import { chmodSync, chownSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../errors.ts';
import { provideCertificates } from '../../identity/provide.ts';
import { inQuotes } from '../../to-type.ts';
import { mountedFiles } from '../certificates.ts';
import type { MountView } from '../engine.ts';
import { findRepository } from '../places.ts';
import { nearer } from './files.ts';
import { checkReadable, may, USER } from './readable.ts';

/**
 * Makes what is missing in `.data/certs`.
 *
 * @returns the folder
 * @throws {UserError} `CERTIFICATES` if what is there is of no use, `MOUNT` if the containers may not read it
 */
export async function provideKeys(
  agencies: number,
  { view, say }: { view: MountView; say: (line: string) => void },
): Promise<string> {
  const folder = join(findRepository(), '.data', 'certs');
  const shown = nearer(folder);
  const { made } = await provideCertificates('start with TLS', folder, agencies);
  if (made.length > 0)
    say(`${shown}: made certificates of ${made.length === 1 ? made[0] : `${made.length} names`}`);
  const files = mountedFiles(agencies).map((name) => join(folder, name));
  const [keys, others] = [
    files.filter((file) => file.endsWith('.key')),
    files.filter((file) => !file.endsWith('.key')),
  ];
  checkReadable(others.map(nearer), shown, view);
  handOver(keys.filter((file) => !may('read', statSync(file), view)));
  return folder;
}

/** Their group may read them too: root sees to that, and nobody else can. */
function handOver(keys: readonly string[]): void {
  const [first] = keys;
  if (first === undefined) return;
  if (process.getuid?.() === 0) {
    for (const file of keys) {
      chownSync(file, statSync(file).uid, USER);
      chmodSync(file, 0o640);
    }
    return;
  }
  const all = `${inQuotes(join(nearer(first), '..'))}/{server,health,agency-*}.key`;
  const more = keys.length === 1 ? '' : ` and ${keys.length - 1} more`;
  throw new UserError(
    'MOUNT',
    `the containers run as user ${USER}, who may not read ${nearer(first)}${more}, private keys of yours: sudo chgrp ${USER} ${all} && chmod g+r ${all}`,
  );
}
