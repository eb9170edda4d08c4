/** For the bundle: the inspector's page and charts are made now, and stand in it as texts. */
import { brotliCompressSync } from 'node:zlib';
import type { Plugin } from 'esbuild';
import { buildAssets } from './inspector-assets.ts';

export const bundledAssets: Plugin = {
  name: 'bundled-assets',
  setup(bundle) {
    bundle.onLoad({ filter: /[\\/]src[\\/]inspector[\\/]hub[\\/]assets\.ts$/ }, async () => {
      const assets = JSON.stringify(await buildAssets());
      // Unpacked only when an inspector starts: other commands would read past each character of it.
      const packed = brotliCompressSync(assets).toString('base64');
      return {
        contents: `
          import { brotliDecompressSync } from 'node:zlib';
          export const loadAssets = async () =>
            new Map(JSON.parse(brotliDecompressSync(Buffer.from('${packed}', 'base64')).toString()));`,
        loader: 'js',
      };
    });
  },
};
