/** For the bundle: the inspector's page and charts are made now, and stand in it as texts. */
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';
import type { Plugin } from 'esbuild';
import { buildAssets, ELK_WORKER } from './inspector-assets.ts';
import { kept } from './kept.ts';

export const bundledAssets: Plugin = {
  name: 'bundled-assets',
  setup(bundle) {
    bundle.onLoad({ filter: /[\\/]src[\\/]inspector[\\/]hub[\\/]assets\.ts$/ }, async () => {
      const assets = await buildAssets();
      const texts = assets.filter(([, { body }]) => typeof body === 'string');
      const [page, elk] = await Promise.all([
        packed(JSON.stringify(texts)),
        packed(await readFile(ELK_WORKER)),
      ]);
      // Unpacked only when an inspector starts, and the layout library when a page asks for it: other commands would
      // read past each character of it.
      return {
        contents: `
          import { brotliDecompressSync } from 'node:zlib';
          const unpack = (text) => brotliDecompressSync(Buffer.from(text, 'base64')).toString();
          const elk = { type: 'text/javascript', body: async () => unpack('${elk}') };
          export const loadAssets = async () =>
            new Map([...JSON.parse(unpack('${page}')), ['/elk.js', elk]]);`,
        loader: 'js',
      };
    });
  },
};

const compress = promisify(brotliCompress);

/** Packing the layout library as tightly as can be takes seconds. */
const packed = (text: string | Buffer): Promise<string> =>
  kept('packed', [text], async () => {
    const params = { [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS };
    return (await compress(text, { params })).toString('base64');
  });
