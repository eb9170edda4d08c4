/** How the program becomes one file: for npm and clones (bundle.ts), and for images (compile.ts). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BuildOptions } from 'esbuild';
import { bundledAssets } from './bundled-assets.ts';
import { latePackages } from './late-packages.ts';
import { lazyNode } from './lazy-node.ts';
import { smallPackages } from './small-packages.ts';

export const ROOT = join(import.meta.dirname, '..');

const { engines } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const [major, minor] = engines.node.match(/\d+/g);

/** An older Node would end with a stack trace sooner or later. It has to understand these lines. */
export const TOO_OLD = `{
  const [major, minor] = process.versions.node.split('.');
  if (major < ${major} || (major == ${major} && minor < ${minor})) {
    console.error('quiniela needs Node ${major}.${minor} or later, this is ' + process.versions.node + ': see https://nodejs.org/en/download');
    process.exit(2);
  }
}`;

export const SHEBANG = '#!/usr/bin/env node';

/** A program of this repository as one file; with `keep`, of what is loaded late only the compressed texts stand beside it. */
export const settings = (keep?: Parameters<typeof latePackages>[0]) =>
  ({
    absWorkingDir: ROOT,
    bundle: true,
    platform: 'node',
    target: 'node24',
    plugins: [latePackages(keep), lazyNode, bundledAssets, smallPackages],
    // Every start reads past all of it: without spaces that takes 2 ms less. Names stay, so a stack trace can be read.
    minifyWhitespace: true,
    minifySyntax: true,
    lineLimit: 120,
    legalComments: 'none',
    logLevel: 'warning',
  }) satisfies BuildOptions;
