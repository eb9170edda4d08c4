/** Loaded before the program (NODE_OPTIONS=--import): an XState whose scheduler calls one of its methods otherwise. */
import { registerHooks } from 'node:module';

registerHooks({
  load(url, context, next) {
    const loaded = next(url, context);
    if (!url.includes('/node_modules/xstate/')) return loaded;
    const source = Buffer.from(loaded.source as Uint8Array).toString();
    return { ...loaded, source: source.replaceAll('cancelAll', 'cancelEach') };
  },
});
