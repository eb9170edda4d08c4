/**
 * `npm run bundle`: writes dist/quiniela.mjs, the whole program as one file that runs with nothing beside it.
 *
 *     node tools/bundle.ts [ENTRY [OUTPUT]]
 */
import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { bundledAssets } from './bundled-assets.ts';
import { latePackages } from './late-packages.ts';
import { lazyNode } from './lazy-node.ts';
import { smallPackages } from './small-packages.ts';

const root = join(import.meta.dirname, '..');
const [entry = join(root, 'src', 'main.ts'), output = join(root, 'dist', 'quiniela.mjs')] =
  process.argv.slice(2);

const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const [major, minor] = engines.node.match(/\d+/g);

// An older Node would end with a stack trace sooner or later. It has to understand these lines.
const tooOld = `{
  const [major, minor] = process.versions.node.split('.');
  if (major < ${major} || (major == ${major} && minor < ${minor})) {
    console.error('quiniela needs Node ${major}.${minor} or later, this is ' + process.versions.node + ': see https://nodejs.org/en/download');
    process.exit(2);
  }
}`;

// Some dependencies are CommonJS and know these names, which an ES module has not.
const banner = `#!/usr/bin/env node
${tooOld}
const __filename = import.meta.filename;
const __dirname = import.meta.dirname;`;

const options: BuildOptions = {
  absWorkingDir: root,
  entryPoints: [entry],
  outfile: output,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node24',
  banner: { js: banner },
  plugins: [latePackages, lazyNode, bundledAssets, smallPackages],
  // Every start reads past all of it: without spaces that takes 2 ms less. Names stay, so a stack trace can be read.
  minifyWhitespace: true,
  lineLimit: 120,
  legalComments: 'none',
  logLevel: 'warning',
};

// esbuild has said what is wrong by then.
await build(options).catch(() => process.exit(1));
chmodSync(output, 0o755);
