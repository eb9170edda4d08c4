/** The licences of all packages whose code stands in the bundle, as most of them ask whoever hands it on. */
import { globSync, readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';

const PACKAGE = /(?:from|import)\s*\(?\s*'((?:@[a-z-]+\/)?[a-z][a-z0-9-]*)(?=['/])/g;

/** The layout library is an asset of the inspector's page: nothing imports it by name. */
const ASSETS = ['elkjs'];

const packageOf = (root: string, name: string) =>
  JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8'));

/** Packages that the sources import, and theirs. */
function bundled(root: string): string[] {
  const sources = globSync('{src,machines}/**/*.ts', { cwd: root });
  const imported = sources.flatMap((file) =>
    [...readFileSync(join(root, file), 'utf8').matchAll(PACKAGE)].map(([, name = '']) => name),
  );
  const found = new Set<string>();
  const take = (name: string): void => {
    if (found.has(name) || isBuiltin(name)) return;
    found.add(name);
    for (const needed of Object.keys(packageOf(root, name).dependencies ?? {})) take(needed);
  };
  for (const name of [...imported, ...ASSETS]) take(name);
  return [...found].sort();
}

const textOf = (root: string, name: string): string => {
  const folder = join(root, 'node_modules', name);
  const { version, license, homepage, repository } = packageOf(root, name);
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file ? readFileSync(join(folder, file), 'utf8') : `Licence: ${license}`;
  return `${name} ${version} (${license}), sources: ${homepage ?? repository?.url ?? repository}\n\n${text.trim()}\n`;
};

/** One text for all of them. */
export const licences = (root: string): string =>
  bundled(root)
    .map((name) => textOf(root, name))
    .join(`\n${'-'.repeat(80)}\n\n`);
