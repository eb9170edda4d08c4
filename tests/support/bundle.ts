/** The program as one file, as images and the npm package have it: each of its processes starts in a third of the time. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { takeTurn } from './turn.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** What a bundle is made of. */
const SOURCES = ['src', 'machines', 'tools', 'package.json'];

/** Milliseconds after which a bundle of other sources is of no use to anybody. */
const OLD_MS = 3_600_000;

const filesOf = (path: string): string[] =>
  statSync(path).isDirectory() ? readdirSync(path).flatMap((name) => filesOf(join(path, name))) : [path];

function hashOfSources(): string {
  const hash = createHash('sha256');
  for (const file of SOURCES.flatMap((name) => filesOf(join(ROOT, name))))
    hash.update(`${file}\n`).update(readFileSync(file));
  return hash.digest('hex').slice(0, 20);
}

/** Its file. The first test file that asks has it made; whoever asks meanwhile waits for that. */
export async function bundledProgram(): Promise<string> {
  const folder = join(tmpdir(), `quiniela-bundles-${userInfo().uid}`);
  const file = join(folder, hashOfSources(), 'quiniela.mjs');
  if (existsSync(file)) return file;
  const giveUp = await takeTurn(`quiniela-bundles-${userInfo().uid}`);
  try {
    if (existsSync(file)) return file;
    mkdirSync(folder, { recursive: true });
    for (const other of readdirSync(folder).map((name) => join(folder, name)))
      if (Date.now() - statSync(other).mtimeMs > OLD_MS) rmSync(other, { recursive: true, force: true });
    const draft = `${file}.draft`;
    execFileSync(process.execPath, [join(ROOT, 'tools/bundle.ts'), join(ROOT, 'src/main.ts'), draft]);
    renameSync(draft, file);
    return file;
  } finally {
    giveUp();
  }
}
