/** What takes long to make is kept among the packages, as long as what it is made of is the same. */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { leftovers, unfinishedName } from '../src/unfinished.ts';

const FOLDER = join(import.meta.dirname, '../node_modules/.cache/quiniela');

/** A text, made by `make` unless it was made of the same before. */
export async function kept(
  name: string,
  madeOf: readonly (string | Buffer)[],
  make: () => Promise<string>,
): Promise<string> {
  const hash = createHash('sha256');
  for (const part of madeOf) hash.update(part);
  const file = join(FOLDER, `${name}-${hash.digest('hex').slice(0, 20)}`);
  try {
    return await readFile(file, 'utf8');
  } catch {}
  const text = await make();
  // Without a cache it only takes longer.
  await keep(file, text).catch(() => {});
  return text;
}

async function keep(file: string, text: string): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  for (const name of leftovers(await readdir(FOLDER), () => true))
    await rm(join(FOLDER, name), { force: true });
  const draft = unfinishedName(file);
  await writeFile(draft, text);
  await rename(draft, file);
}
