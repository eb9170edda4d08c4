/** What takes long to make is kept among the packages, as long as what it is made of is the same. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

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
  const draft = `${file}.${process.pid}`;
  await mkdir(FOLDER, { recursive: true })
    .then(() => writeFile(draft, text))
    .then(() => rename(draft, file))
    .catch(() => {});
  return text;
}
