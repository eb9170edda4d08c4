/** Where a draw is kept: in a folder of this machine, or in an engine that many servers share. */
import { UserError } from '../errors.ts';
import { type KeyTable, nameOf } from './keys.ts';
import { credsFile, engineNodes, file, folder, replicas, shown } from './values.ts';

export type StoreConfig = {
  /** The engine of a cluster; undefined: the draw is in a folder. */
  storeUrl: readonly string[] | undefined;
  storeCreds: string | undefined;
  storeCa: string | undefined;
  storeCert: string | undefined;
  storeKey: string | undefined;
  storeReplicas: number;
  /** Undefined: the draw is in an engine. */
  storeDir: string | undefined;
};

/** Paths, for whom an engine lets in; undefined: nobody asks. */
export type EngineFiles = Readonly<{
  /** Credentials of NATS. */
  creds?: string | undefined;
  /** The authority of the engine's certificates; undefined: one that the system knows. */
  ca?: string | undefined;
  /** Our own certificate and its key: both or neither. */
  cert?: string | undefined;
  key?: string | undefined;
}>;

const FILE_FIELDS = ['storeCreds', 'storeCa', 'storeCert', 'storeKey'] as const;

type FilesConfig = Pick<StoreConfig, (typeof FILE_FIELDS)[number]>;

export const engineFilesOf = ({ storeCreds, storeCa, storeCert, storeKey }: FilesConfig): EngineFiles => ({
  creds: storeCreds,
  ca: storeCa,
  cert: storeCert,
  key: storeKey,
});

/** Where a draw is unless told. */
const STORE_DIR = '.data/draw';

export const STORE_KEYS: KeyTable<StoreConfig> = {
  storeUrl: {
    path: 'STORE_URL',
    variable: 'STORE_URL',
    type: engineNodes,
    about:
      'nodes of the NATS engine that keeps the draw, where many servers share it; see docs/operations.md',
  },
  storeCreds: {
    path: 'STORE_CREDS',
    variable: 'STORE_CREDS',
    type: credsFile,
    about:
      'file with our credentials, if that engine asks for any: those of NATS, the seed of an NKey, user:password, or a token',
  },
  storeCa: {
    path: 'STORE_CA',
    variable: 'STORE_CA',
    type: file,
    about: "authority of that engine's certificates (tls://), PEM, unless the system knows it",
  },
  storeCert: {
    path: 'STORE_CERT',
    variable: 'STORE_CERT',
    type: file,
    about: 'our certificate, if that engine asks for one, PEM; needs STORE_KEY',
  },
  storeKey: {
    path: 'STORE_KEY',
    variable: 'STORE_KEY',
    type: file,
    about: 'its private key, PEM',
  },
  // Two of three are a majority, so any one may be lost. With one, its disk is the only one.
  storeReplicas: {
    path: 'STORE_REPLICAS',
    variable: 'STORE_REPLICAS',
    type: replicas,
    default: '3',
    about: 'nodes of that engine that keep each bet; 1 is for trying it out',
  },
  storeDir: {
    path: 'STORE_DIR',
    variable: 'STORE_DIR',
    type: folder,
    default: ({ storeUrl }) => (storeUrl ? '' : STORE_DIR),
    defaultText: `\`${STORE_DIR}\`, without STORE_URL`,
    about: 'where bets.csv and the journal are',
  },
};

/** A certificate is of no use without its key. */
export const STORE_PAIR = ['storeCert', 'storeKey'] as const;

const invalid = (problem: string) => new UserError('CONFIG_VALUE', `invalid configuration: ${problem}`);

/** @throws {UserError} `CONFIG_VALUE` */
export function expectOneStore(config: StoreConfig & { drawName: string | undefined }): void {
  const { storeUrl, storeDir, drawName } = config;
  if (storeUrl && storeDir !== undefined) {
    throw invalid(
      `STORE_DIR is ${JSON.stringify(storeDir)} and STORE_URL is ${JSON.stringify(storeUrl.join(','))}, must be one of them: the draw is in a folder, or in an engine`,
    );
  }
  // A server that comes back while the others close would open the next draw, alone.
  if (storeUrl && drawName === undefined) {
    throw invalid(
      'DRAW_NAME is missing: with STORE_URL all servers must name the same draw, set it to a name such as 2026-11-26-nocturna',
    );
  }
  // One that was to be of a cluster would take bets for a draw of its own.
  for (const field of storeUrl ? [] : FILE_FIELDS) {
    const [key, path] = [STORE_KEYS[field], config[field]];
    if (path === undefined) continue;
    throw invalid(
      `${nameOf(key)} is ${shown(path, key.type)} and STORE_URL is missing: it is for the engine that STORE_URL names`,
    );
  }
}
