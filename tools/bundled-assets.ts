/** For the bundle: the inspector's page and charts are made now, and stand in it as texts. */
import { readFileSync } from 'node:fs';
import { brotliCompressSync, constants } from 'node:zlib';
import type { Plugin } from 'esbuild';
import { buildAssets, ELK_WORKER } from './inspector-assets.ts';

export const bundledAssets: Plugin = {
  name: 'bundled-assets',
  setup(bundle) {
    bundle.onLoad({ filter: /[\\/]src[\\/]inspector[\\/]hub[\\/]assets\.ts$/ }, async () => {
      const assets = await buildAssets();
      const texts = assets.filter(([, { body }]) => typeof body === 'string');
      // Unpacked only when an inspector starts, and the layout library when a page asks for it: other commands would
      // read past each character of it.
      return {
        contents: `
          import { brotliDecompressSync } from 'node:zlib';
          const unpack = (text) => brotliDecompressSync(Buffer.from(text, 'base64')).toString();
          const elk = { type: 'text/javascript', body: async () => unpack('${packed(readFileSync(ELK_WORKER))}') };
          export const loadAssets = async () =>
            new Map([...JSON.parse(unpack('${packed(JSON.stringify(texts))}')), ['/elk.js', elk]]);`,
        loader: 'js',
      };
    });
  },
};

const packed = (text: string | Buffer): string =>
  brotliCompressSync(text, {
    params: { [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS },
  }).toString('base64');
