/**
 * For the bundle: a large package that few runs need stands in it as a compressed text, which is no code to V8 until
 * somebody imports it. As code, undici alone would cost each start of every command 10 ms of processor time.
 */
import { brotliCompressSync } from 'node:zlib';
import { build, type Plugin } from 'esbuild';

/** By the text that they stand in: packages that share others of theirs are in one, or they would not know each other's
 * errors. */
const LATE: Readonly<Record<string, readonly string[]>> = {
  undici: ['undici'],
  reflect: ['reflect-metadata'],
  x509: ['@peculiar/x509'],
  nats: ['@nats-io/transport-node', '@nats-io/jetstream'],
};

const textOf = async (names: readonly string[]): Promise<string> => {
  const contents = names.map((name) => `exports['${name}'] = require('${name}');`).join('\n');
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: import.meta.dirname },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node24',
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    logLevel: 'warning',
    write: false,
  });
  return outputFiles.map(({ contents }) => brotliCompressSync(contents).toString('base64')).join('');
};

export const latePackages: Plugin = {
  name: 'late-packages',
  setup(bundle) {
    for (const [text, names] of Object.entries(LATE)) {
      bundle.onResolve({ filter: new RegExp(`^(${names.join('|')})$`) }, ({ path }) => ({
        path,
        namespace: 'late',
        pluginData: text,
      }));
    }
    bundle.onResolve({ filter: /^late:/ }, ({ path }) => ({ path, namespace: 'late-text' }));
    bundle.onLoad({ filter: /.*/, namespace: 'late' }, ({ path, pluginData: text }) => ({
      contents: `module.exports = require('late:${text}')['${path}'];`,
    }));
    bundle.onLoad({ filter: /.*/, namespace: 'late-text' }, async ({ path }) => ({
      contents: `
        const builtin = process.getBuiltinModule;
        const text = builtin('node:zlib').brotliDecompressSync(Buffer.from('${await textOf(LATE[path.slice('late:'.length)] ?? [])}', 'base64'));
        const compiled = builtin('node:vm').compileFunction(String(text), ['exports', 'require'], { filename: '${path}' });
        compiled(exports, builtin);`,
    }));
  },
};
