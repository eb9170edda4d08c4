/**
 * For the bundle: a large package that few runs need stands in it as a compressed text, which is no code to V8 until
 * somebody imports it. As code, all of undici would cost each start of every command 10 ms of processor time. An image has
 * such texts beside its program, and what V8 has compiled of them (compile.ts).
 */
import { createHash } from 'node:crypto';
import { constants, zstdCompressSync } from 'node:zlib';
import { build, type Plugin } from 'esbuild';

/** By the text that they stand in: packages that share others of theirs are in one, or they would not know each other's
 * errors. */
const LATE: Readonly<Record<string, readonly string[]>> = {
  undici: ['undici'],
  // Of a process that is watched, which has no use for the other one.
  'undici-client': ['undici/lib/dispatcher/client.js'],
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

/** Unpacked in half the time that brotli's takes, and a twentieth larger. */
const LEVEL = { params: { [constants.ZSTD_c_compressionLevel]: 19 } };

const compressed = async (text: string): Promise<Buffer> => {
  const { outputFiles } = await build({
    stdin: { contents: (LATE[text] ?? []).map(contentsOf).join('\n'), resolveDir: import.meta.dirname },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node24',
    minify: true,
    legalComments: 'none',
    logLevel: 'warning',
    write: false,
    plugins: [...(text === 'undici-client' ? [postingOnly] : []), http2OnFirstUse, smallNode],
    // As in the undici of Node itself: without the parser that is tried out there.
    define: { esbuildDetection: 'true' },
  });
  return zstdCompressSync(Buffer.concat(outputFiles.map(({ contents }) => contents)), LEVEL);
};

/**
 * Who posts texts over HTTP/1.1 needs neither undici's HTTP/2 nor its forms, and of its parser of answers not also the one
 * that is faster with many: V8 reads past half as much, and a process is watched with 2 ms less.
 */
const postingOnly: Plugin = {
  name: 'posting-only',
  setup(bundle) {
    bundle.onResolve({ filter: /llhttp_simd-wasm\.js$/ }, ({ path, ...asked }) =>
      bundle.resolve(path.replace('_simd', ''), asked),
    );
    bundle.onResolve({ filter: /\/(client-h2|webidl|webidl\/index|fetch\/body)(\.js)?$/ }, ({ path }) => ({
      path,
      namespace: 'left-out',
    }));
    bundle.onLoad({ filter: /.*/, namespace: 'left-out' }, ({ path }) => ({
      contents: `module.exports = () => { throw new Error('a watched process has no ${path} of undici'); };`,
    }));
  },
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

/** What undici asks of modules of Node's that take long to load: 2.5 and 2 ms. */
const SMALL_NODE: Readonly<Record<string, string>> = {
  'node:assert': `module.exports = (value, message) => {
    if (!value) throw new Error(message ?? 'a defect of undici');
  };`,
  // How large an answer's headers may be, and what its messages are: nobody gives undici one of these.
  'node:http': 'module.exports = { maxHeaderSize: 16 * 1024, IncomingMessage: class {} };',
};

const smallNode: Plugin = {
  name: 'small-node',
  setup(bundle) {
    bundle.onResolve({ filter: /^node:/ }, ({ path, importer }) =>
      path in SMALL_NODE && importer.includes('/undici/') ? { path, namespace: 'small-node' } : undefined,
    );
    bundle.onLoad({ filter: /.*/, namespace: 'small-node' }, ({ path }) => ({
      contents: SMALL_NODE[path] ?? '',
    }));
  },
};

/** @param keep takes such a text if it is to stand beside the program, as a file whose name begins as the program's */
export const latePackages = (keep?: (file: string, bytes: Buffer) => void): Plugin => ({
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
    bundle.onLoad({ filter: /.*/, namespace: 'late-text' }, async ({ path }) => {
      const text = path.slice('late:'.length);
      const bytes = await compressed(text);
      // The program's name is that of all that it says: so of these texts too.
      const file = `${text}-${createHash('sha256').update(bytes).digest('hex').slice(0, 8)}.zst`;
      keep?.(file, bytes);
      const packed = keep ? `beside('${file}')` : `Buffer.from('${bytes.toString('base64')}', 'base64')`;
      return {
        contents: `
          const builtin = process.getBuiltinModule;
          const beside = (end) => builtin('node:fs').readFileSync(__filename.slice(0, -'cjs'.length) + end);
          const text = builtin('node:zlib').zstdDecompressSync(${packed}, { chunkSize: 1024 * 1024 });
          const { Script } = builtin('node:vm');
          const compiled = new Script(\`(function(exports,require){\${text}\\n})\`, { filename: '${path}', cachedData: compiledText() });
          compiled.runInThisContext()(exports, builtin);
          function compiledText() {
            try { return beside('${text}.v8'); } catch {}
          }`,
      };
    });
  },
});
