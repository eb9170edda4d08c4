/**
 * `npm run bundle`: writes dist/quiniela.mjs, the whole program as one file that runs with nothing beside it.
 *
 *     node tools/bundle.ts [ENTRY [OUTPUT]]
 */
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { ROOT, SHEBANG, settings, TOO_OLD } from './bundle-settings.ts';

const [entry = join(ROOT, 'src', 'main.ts'), output = join(ROOT, 'dist', 'quiniela.mjs')] =
  process.argv.slice(2);

// Some dependencies are CommonJS and know these names, which an ES module has not.
const banner = `${SHEBANG}
${TOO_OLD}
const __filename = import.meta.filename;
const __dirname = import.meta.dirname;`;

// esbuild has said what is wrong by then.
await build({
  ...settings(),
  entryPoints: [entry],
  outfile: output,
  format: 'esm',
  banner: { js: banner },
}).catch(() => process.exit(1));
chmodSync(output, 0o755);
