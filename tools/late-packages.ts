/**
 * For the bundle: a large package that few runs need stands in it as a compressed text, which is no code to V8 until
 * somebody imports it. As code, all of undici would cost each start of every command 10 ms of processor time. An image has
 * beside its program what V8 has compiled of such a text (compile.ts).
 */
import { brotliCompressSync } from 'node:zlib';
import { build, type Plugin } from 'esbuild';

/** By the text that they stand in: packages that share others of theirs are in one, or they would not know each other's
 * errors. */
const LATE: Readonly<Record<string, readonly string[]>> = {
  undici: ['undici', 'undici/lib/dispatcher/client.js'],
  reflect: ['reflect-metadata'],
  x509: ['@peculiar/x509'],
  nats: ['@nats-io/transport-node', '@nats-io/jetstream'],
};

/** What is taken of a package that is not needed whole. Loading undici's client takes a third of what all of undici does. */
const PARTS: Readonly<Record<string, string>> = {
  undici: `
    require('undici/lib/dispatcher/dispatcher.js').prototype.request = require('undici/lib/api/api-request.js');
    exports.undici = { Client: require('undici/lib/dispatcher/client.js') };`,
};

const contentsOf = (name: string): string => PARTS[name] ?? `exports['${name}'] = require('${name}');`;

const textOf = async (names: readonly string[]): Promise<string> => {
  const { outputFiles } = await build({
    stdin: { contents: names.map(contentsOf).join('\n'), resolveDir: import.meta.dirname },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node24',
    minify: true,
    legalComments: 'none',
    logLevel: 'warning',
    write: false,
    plugins: [http2OnFirstUse, smallAssert],
    // As in the undici of Node itself: without the parser that is tried out there.
    define: { esbuildDetection: 'true' },
  });
  return outputFiles.map(({ contents }) => brotliCompressSync(contents).toString('base64')).join('');
};

/** Undici loads it with each client, and so Node's HTTP/2 and TLS: 15 ms. Inspectors speak HTTP/1.1. */
const http2OnFirstUse: Plugin = {
  name: 'http2-on-first-use',
  setup(bundle) {
    bundle.onResolve({ filter: /\/client-h2\.js$/ }, ({ path, namespace, resolveDir }) =>
      namespace === 'file' ? { path, namespace: 'first-use', pluginData: resolveDir } : undefined,
    );
    bundle.onLoad({ filter: /.*/, namespace: 'first-use' }, ({ path, pluginData: resolveDir }) => ({
      contents: `module.exports = (...given) => require('${path}')(...given);`,
      resolveDir,
    }));
  },
};

/** What undici asks of node:assert, which takes 2.5 ms to load. */
const smallAssert: Plugin = {
  name: 'small-assert',
  setup(bundle) {
    bundle.onResolve({ filter: /^node:assert$/ }, ({ path, importer }) =>
      importer.includes('/undici/') ? { path, namespace: 'small-assert' } : undefined,
    );
    bundle.onLoad({ filter: /.*/, namespace: 'small-assert' }, () => ({
      contents: `module.exports = (value, message) => {
        if (!value) throw new Error(message ?? 'a defect of undici');
      };`,
    }));
  },
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
        const { Script } = builtin('node:vm');
        const compiled = new Script(\`(function(exports,require){\${text}\\n})\`, { filename: '${path}', cachedData: compiledIn('${path.slice('late:'.length)}') });
        compiled.runInThisContext()(exports, builtin);
        function compiledIn(name) {
          try { return builtin('node:fs').readFileSync(__filename.slice(0, -'cjs'.length) + name + '.v8'); } catch {}
        }`,
    }));
  },
};
