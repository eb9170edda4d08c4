/** For the bundle: the inspector's page and charts are made now, and stand in it as texts. */
import type { Plugin } from 'esbuild';
import { buildAssets } from './inspector-assets.ts';

export const bundledAssets: Plugin = {
  name: 'bundled-assets',
  setup(bundle) {
    bundle.onLoad({ filter: /[\\/]src[\\/]inspector[\\/]hub[\\/]assets\.ts$/ }, async () => {
      const assets = JSON.stringify(await buildAssets());
      // A text that is parsed only when an inspector starts: other commands do not pay for it.
      return {
        contents: `export const loadAssets = async () => new Map(JSON.parse(${JSON.stringify(assets)}));`,
        loader: 'js',
      };
    });
  },
};
