/**
 * For the bundle: Node's own modules are fetched when the module that imports them runs. As imports of one
 * file all would be loaded at every start, also those of other commands: 15 ms of processor time.
 */
import { builtinModules, createRequire } from 'node:module';
import type { Plugin } from 'esbuild';

/** Dear ones that our dependencies import at once and use for what nobody asks of them here: 15 ms. */
const RARELY_USED = ['assert', 'child_process', 'util'];

const now = (name: string): string => `module.exports = process.getBuiltinModule('node:${name}');`;

/** What pino asks for at once: whether this is the main thread. There is no other here, and the answer takes 1.4 ms. */
const ONE_THREAD = 'exports.isMainThread = true;';

/** Packages that few runs use: that of configuration files (3 ms), and pino's for other destinations than ours (2 ms). */
const LATE_PACKAGES = ['yaml', 'thread-stream', 'sonic-boom', 'on-exit-leak-free'];

/** Who imports it by name finds the names there are. */
const onFirstUse = (load: string, name: string): string => `
  const load = () => ${load};
  module.exports = new Proxy(() => {}, {
    get: (_, key) => load()[key],
    apply: (_, self, args) => Reflect.apply(load(), self, args),
    ownKeys: () => ${JSON.stringify(Object.keys(createRequire(import.meta.url)(name)))},
  });`;

export const lazyNode: Plugin = {
  name: 'lazy-node',
  setup(esbuild) {
    const filter = new RegExp(`^(node:.+|${builtinModules.join('|')})$`);
    esbuild.onResolve({ filter }, ({ path, importer }) => {
      const name = path.replace(/^node:/, '');
      const isLate = RARELY_USED.includes(name) && importer.includes('/node_modules/');
      return { path: name, namespace: isLate ? 'node-late' : 'node' };
    });
    esbuild.onLoad({ filter: /.*/, namespace: 'node' }, ({ path }) => ({
      contents: path === 'worker_threads' ? ONE_THREAD : now(path),
    }));
    esbuild.onLoad({ filter: /.*/, namespace: 'node-late' }, ({ path }) => ({
      contents: onFirstUse(`process.getBuiltinModule('node:${path}')`, `node:${path}`),
    }));
    esbuild.onResolve({ filter: new RegExp(`^(${LATE_PACKAGES.join('|')})$`) }, ({ path, namespace }) =>
      namespace === 'file' ? { path, namespace: 'package-late' } : undefined,
    );
    esbuild.onLoad({ filter: /.*/, namespace: 'package-late' }, ({ path }) => ({
      contents: onFirstUse(`require('${path}')`, path),
      resolveDir: import.meta.dirname,
    }));
  },
};
