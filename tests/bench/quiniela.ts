/** The program as it runs in its image: compiled, with the image's options of Node, synced. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { AGENCY_NODE_OPTIONS, SERVER_NODE_OPTIONS } from '../../src/runtime/node-options.ts';
import { Program } from './program.ts';

const ROOT = join(import.meta.dirname, '../..');

const permitted = (read: readonly string[], write: readonly string[] = []): string[] => [
  '--permission',
  '--allow-net',
  ...read.map((path) => `--allow-fs-read=${path}`),
  ...write.map((path) => `--allow-fs-write=${path}`),
  '--disable-warning=ExperimentalWarning',
];

/** Bundles a program; `entry` is a file of this repository, or of another checkout's `root`. */
export async function bundle(entry: string, output: string, root = ROOT): Promise<string> {
  const args = [join(root, 'tools/bundle.ts'), join(root, entry), resolve(output)];
  await promisify(execFile)(process.execPath, args);
  return output;
}

/** The program of this repository, or of another checkout's `root`, as its images have it: in a folder of its own. */
export async function imageOf(folder: string, root = ROOT): Promise<string> {
  const compile = join(root, 'tools/compile.ts');
  mkdirSync(folder, { recursive: true });
  // Older ones had one file.
  if (!existsSync(compile)) return bundle('src/main.ts', join(folder, 'quiniela.mjs'), root);
  await promisify(execFile)(process.execPath, [compile, join(root, 'src/main.ts'), resolve(folder)]);
  return join(folder, 'quiniela.mjs');
}

/** With TLS, the files of a folder of `quiniela certs`. */
const tlsOf = (prefix: string, folder: string | undefined, name: string): Record<string, string> =>
  folder === undefined
    ? {}
    : {
        [`${prefix}_CERT`]: join(folder, `${name}.pem`),
        [`${prefix}_KEY`]: join(folder, `${name}.key`),
        [`${prefix}_CA`]: join(folder, 'ca.pem'),
      };

const folders = (certificates: string | undefined): string[] => (certificates ? [`${certificates}/`] : []);

type ServerOptions = {
  file: string;
  agencies: number;
  store: string;
  env?: Record<string, string>;
  certificates?: string;
};

export type RunningServer = { program: Program; port: number; startedMs: number };

/** Resolves once it listens; the port is its first line's. */
export async function startServer({
  file,
  agencies,
  store,
  env,
  certificates,
}: ServerOptions): Promise<RunningServer> {
  const program = new Program({
    args: [
      ...SERVER_NODE_OPTIONS,
      ...permitted([`${dirname(file)}/`, `${store}/`, ...folders(certificates)], [`${store}/`]),
      file,
      'server',
    ],
    env: {
      ...{ SERVER_PORT: '0', AGENCIES: String(agencies), STORE_DIR: store },
      ...tlsOf('TLS', certificates, 'server'),
      ...env,
    },
  });
  const at = await program.seen(' port: ');
  const [, port] = / port: (\d+)/.exec(program.tail)!;
  return { program, port: Number(port), startedMs: at - program.startedAt };
}

type AgencyOptions = {
  file: string;
  id: number | string;
  port: number;
  data: string;
  env?: Record<string, string>;
  certificates?: string;
};

export const startAgency = ({ file, id, port, data, env, certificates }: AgencyOptions): Program =>
  new Program({
    args: [
      ...AGENCY_NODE_OPTIONS,
      ...permitted([`${dirname(file)}/`, `${data}/`, ...folders(certificates)]),
      file,
      'agency',
      '--id',
      String(id),
    ],
    env: {
      ...{ CLI_SERVER_ADDRESS: `127.0.0.1:${port}`, CLI_DATA: data },
      ...tlsOf('CLI_TLS', certificates, 'agency-{id}'),
      ...env,
    },
  });
