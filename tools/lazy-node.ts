/**
 * For the bundle: Node's own modules are fetched when the module that imports them runs. As imports of one
 * file all would be loaded at every start, also those of other commands: 15 ms of processor time.
 */
import { builtinModules } from 'node:module';
import type { Plugin } from 'esbuild';

/** Dear ones that our dependencies require at once and use for what nobody asks of them here: 4 ms. */
const RARELY_USED = ['assert', 'child_process'];

const now = (name: string): string => `module.exports = process.getBuiltinModule('node:${name}');`;

const onFirstUse = (name: string): string => `
  const load = () => process.getBuiltinModule('node:${name}');
  module.exports = new Proxy(() => {}, {
    get: (_, key) => load()[key],
    apply: (_, self, args) => Reflect.apply(load(), self, args),
  });`;

export const lazyNode: Plugin = {
  name: 'lazy-node',
  setup(esbuild) {
    const filter = new RegExp(`^(node:.+|${builtinModules.join('|')})$`);
    esbuild.onResolve({ filter }, ({ path, kind }) => {
      const name = path.replace(/^node:/, '');
      const isLate = kind === 'require-call' && RARELY_USED.includes(name);
      return { path: name, namespace: isLate ? 'node-late' : 'node' };
    });
    esbuild.onLoad({ filter: /.*/, namespace: 'node' }, ({ path }) => ({ contents: now(path) }));
    esbuild.onLoad({ filter: /.*/, namespace: 'node-late' }, ({ path }) => ({ contents: onFirstUse(path) }));
  },
};
