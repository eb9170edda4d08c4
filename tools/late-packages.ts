/**
 * For the bundle: a large package that few runs need stands in it as a compressed text, which is no code to V8 until
 * somebody imports it. As code, undici alone would cost each start of every command 10 ms of processor time.
 */
import { brotliCompressSync } from 'node:zlib';
import { build, type Plugin } from 'esbuild';

const LATE = ['undici', 'reflect-metadata', '@peculiar/x509'];

const textOf = async (name: string): Promise<string> => {
  const { outputFiles } = await build({
    stdin: { contents: `module.exports = require('${name}');`, resolveDir: import.meta.dirname },
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
    bundle.onResolve({ filter: new RegExp(`^(${LATE.join('|')})$`) }, ({ path }) => ({
      path,
      namespace: 'late',
    }));
    bundle.onLoad({ filter: /.*/, namespace: 'late' }, async ({ path }) => ({
      contents: `
        const builtin = process.getBuiltinModule;
        const text = builtin('node:zlib').brotliDecompressSync(Buffer.from('${await textOf(path)}', 'base64'));
        const compiled = builtin('node:vm').compileFunction(String(text), ['module', 'require'], { filename: '${path}' });
        compiled(module, builtin);`,
    }));
  },
};
