/**
 * `npm run bundle`: writes dist/quiniela.mjs, the whole program as one file that runs with nothing beside it.
 *
 *     node tools/bundle.ts [ENTRY [OUTPUT]]
 */
import { join } from 'node:path';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '..');
const [entry = join(root, 'src', 'main.ts'), output = join(root, 'dist', 'quiniela.mjs')] =
  process.argv.slice(2);

// Some dependencies are CommonJS and require Node's own modules, which an ES module has no `require` for.
const banner = `#!/usr/bin/env node
import { createRequire as __createRequire } from 'node:module';
const require = __createRequire(import.meta.url);
const __filename = import.meta.filename;
const __dirname = import.meta.dirname;`;

await build({
  absWorkingDir: root,
  entryPoints: [entry],
  outfile: output,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node24',
  banner: { js: banner },
  // Whitespace is most of what there is to read at start; names stay, for stack traces.
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'none',
  logLevel: 'warning',
});
