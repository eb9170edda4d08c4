/** For the bundle: packages with short names, as every start reads past all of them. Our own code stays as it is. */
import { readFile } from 'node:fs/promises';
import { type Plugin, transform } from 'esbuild';

export const smallPackages: Plugin = {
  name: 'small-packages',
  setup(esbuild) {
    esbuild.onLoad({ filter: /[\\/]node_modules[\\/].*\.[cm]?js$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, 'utf8'), { minify: true, target: 'node24' });
      return { contents: code, loader: 'js' };
    });
  },
};
