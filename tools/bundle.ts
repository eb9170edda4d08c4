/**
 * `npm run bundle`: writes dist/quiniela.mjs, the whole program as one file that runs with nothing beside it.
 *
 *     node tools/bundle.ts [ENTRY [OUTPUT]]
 */
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';

const root = join(import.meta.dirname, '..');
const [entry = join(root, 'src', 'main.ts'), output = join(root, 'dist', 'quiniela.mjs')] =
  process.argv.slice(2);

// Some dependencies are CommonJS and require Node's own modules, which an ES module has no `require` for.
const banner = `#!/usr/bin/env node
import { createRequire as __createRequire } from 'node:module';
const require = __createRequire(import.meta.url);
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
  // Not minified: it starts as fast (measured), and a stack trace stays readable.
  legalComments: 'none',
  logLevel: 'warning',
};

// esbuild has said what is wrong by then.
await build(options).catch(() => process.exit(1));
chmodSync(output, 0o755);
