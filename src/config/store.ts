/** Where a draw is kept: in a folder of this machine, or in an engine that many servers share. */
import { UserError } from '../errors.ts';
import type { KeyTable } from './keys.ts';
import { engineNodes, file, folder, replicas } from './values.ts';

export type StoreConfig = {
  /** The engine of a cluster; undefined: the draw is in a folder. */
  storeUrl: readonly string[] | undefined;
  storeCreds: string | undefined;
  storeCa: string | undefined;
  storeReplicas: number;
  /** Undefined: the draw is in an engine. */
  storeDir: string | undefined;
};

/** Where a draw is unless told. */
const STORE_DIR = '.data/draw';

export const STORE_KEYS: KeyTable<StoreConfig> = {
  storeUrl: {
    path: 'STORE_URL',
    variable: 'STORE_URL',
    type: engineNodes,
    about: 'the nodes of the engine that keeps the draw for many servers; see docs/operations.md',
  },
  storeCreds: {
    path: 'STORE_CREDS',
    variable: 'STORE_CREDS',
    type: file,
    about: 'the file of credentials for that engine, if it asks for them',
  },
  storeCa: {
    path: 'STORE_CA',
    variable: 'STORE_CA',
    type: file,
    about: "the authority of that engine's certificates (tls://), if it is none that the system knows",
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

const invalid = (problem: string) => new UserError('CONFIG_VALUE', `invalid configuration: ${problem}`);

/** @throws {UserError} `CONFIG_VALUE` */
export function expectOneStore({
  storeUrl,
  storeDir,
  drawName,
}: Pick<StoreConfig, 'storeUrl' | 'storeDir'> & { drawName: string | undefined }): void {
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
}
