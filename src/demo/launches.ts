/** What the demo's processes are started with: each holds only the rights that it needs. */
import { realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { isServer } from '../../machines/demo/run.ts';
import type { ProcessInput, Who } from '../../machines/vocabulary/demo.ts';
import { ROW_KEYS } from '../config/rows.ts';
import { SERVER_KEYS } from '../config/server.ts';
import type { EngineFiles } from '../config/store.ts';
import { agencyFileName } from '../data/file-name.ts';
import { BATCH_BETS, LAB_UPLOAD_MS, WATCHED_ANNOUNCE_MS, WATCHED_UPLOAD_MS } from '../limits.ts';
import { AGENCY_NODE_OPTIONS, SERVER_NODE_OPTIONS } from '../runtime/node-options.ts';
import type { Launch } from './process.ts';

export type Cluster = { url: string; draw: string; files: EngineFiles; replicas: number };

type Places = {
  /** The file that this process was started with; the children are the same program. */
  entry: string;
  /** The agencies' files. */
  data: string;
  /** The draw's folder. */
  store: string;
  /** With TLS: the folder of `quiniela certs`. */
  certificates?: string | undefined;
  /** Of many servers: the engine that keeps their draw, and the draw's name. */
  cluster?: Cluster | undefined;
  /** The inspector that they tell of their machines, and the file that they record it in. */
  inspectUrl?: string | undefined;
  inspectFile?: string | undefined;
  /** Who watches may act: they take orders. */
  isLab?: boolean;
};

const HOST = '127.0.0.1';

const RULE_VARIABLES = [SERVER_KEYS.maxNumber, SERVER_KEYS.shortDocuments, ...Object.values(ROW_KEYS)].map(
  ({ variable }) => variable,
);

export const launches = (places: Places) => {
  const { isLab = false } = places;
  const shared = sharedBy(places);
  const kept = whereKept(places);
  /** How often each was started. */
  const starts = new Map<Who, number>();
  /** By its name, so that the page knows whom it acts on. */
  const ordered = (who: Who): Record<string, string> => {
    if (!isLab) return {};
    const start = (starts.get(who) ?? 0) + 1;
    starts.set(who, start);
    return { INSPECT_CONTROL: '1', INSPECT_PROCESS: `${who}_${start}` };
  };
  return (input: ProcessInput): Launch => {
    const own = isServer(input.who) ? ofServer(places, kept, input) : ofAgencies(places, input);
    return {
      takesOrders: isLab,
      command: process.execPath,
      args: [...own.nodeOptions, ...shared.rights, ...own.rights, shared.program, own.command],
      env: { ...own.env, ...shared.env, ...ordered(input.who) },
    };
  };
};

/** What a kind of process is started with, beside what all are. */
type Own = {
  nodeOptions: readonly string[];
  rights: readonly string[];
  command: string;
  env: Readonly<Record<string, string>>;
};

const sharedBy = ({ entry, inspectUrl, inspectFile }: Places) => {
  const program = realpathSync(entry);
  return {
    program,
    rights: [
      '--permission',
      // Node 24 does not restrict the network, and does not know the word.
      ...(process.allowedNodeEnvironmentFlags.has('--allow-net') ? ['--allow-net'] : []),
      ...codeOf(program).map(mayRead),
      ...(inspectFile ? [`--allow-fs-write=${resolve(inspectFile)}`] : []),
      '--disable-warning=ExperimentalWarning',
    ],
    env: {
      // What a bet is, the user may say to all processes at once.
      ...Object.fromEntries(
        RULE_VARIABLES.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])),
      ),
      ...(inspectUrl ? { INSPECT_URL: inspectUrl } : {}),
      ...(inspectFile ? { INSPECT_FILE: resolve(inspectFile) } : {}),
    },
  };
};

type Kept = Pick<Own, 'rights' | 'env'>;

/** Servers of a cluster keep nothing on this machine. */
const whereKept = ({ cluster, store }: Places): Kept =>
  cluster
    ? keptInEngine(cluster)
    : {
        rights: [mayRead(resolve(store)), `--allow-fs-write=${resolve(store)}`],
        env: { STORE_DIR: store },
      };

const ofServer = (
  { certificates }: Places,
  kept: Kept,
  { agencies, port = 0, isPaced }: ProcessInput,
): Own => ({
  nodeOptions: SERVER_NODE_OPTIONS,
  rights: [...(certificates ? filesOfTls(certificates, 'server') : []), ...kept.rights],
  command: 'server',
  env: {
    AGENCIES: String(agencies),
    SERVER_HOST: HOST,
    SERVER_PORT: String(port),
    ...kept.env,
    LOG_FORMAT: 'json',
    ...(isPaced ? { ANNOUNCE_DELAY: `${WATCHED_ANNOUNCE_MS}ms` } : {}),
    ...(certificates && tlsOf('TLS', certificates, 'server')),
  },
});

const ofAgencies = (places: Places, { who, agencies, ports, rows, isPaced }: ProcessInput): Own => {
  const { data, certificates, isLab = false } = places;
  const uploadMs = isLab ? LAB_UPLOAD_MS : WATCHED_UPLOAD_MS;
  return {
    nodeOptions: AGENCY_NODE_OPTIONS,
    rights: [...(certificates ? filesOfTls(certificates, who) : []), mayRead(filesOf(who, resolve(data)))],
    command: 'agency',
    env: {
      CLI_ID: idsOf(who, agencies),
      CLI_SERVER_ADDRESS: addressesFor(who, ports),
      CLI_DATA: resolve(data),
      CLI_LOG_FORMAT: 'json',
      ...(isPaced ? { CLI_LOOP_PERIOD: `${periodOf(uploadMs, rows, who, agencies)}ms` } : {}),
      // Who acts may leave the server dead: an agency waits for it as long as it takes.
      ...(isLab ? { CLI_CONNECTION_MAXATTEMPTS: '0' } : {}),
      ...(certificates && tlsOf('CLI_TLS', certificates, 'agency-{id}')),
    },
  };
};

/** What a server needs for an engine: where it is, and the files that it is let in by. */
function keptInEngine({ url, draw, files, replicas }: Cluster) {
  const paths = {
    STORE_CREDS: files.creds,
    STORE_CA: files.ca,
    STORE_CERT: files.cert,
    STORE_KEY: files.key,
  };
  const given = Object.entries(paths).flatMap(([name, path]): [string, string][] =>
    path === undefined ? [] : [[name, resolve(path)]],
  );
  return {
    rights: given.map(([, path]) => mayRead(path)),
    env: { STORE_URL: url, DRAW_NAME: draw, STORE_REPLICAS: String(replicas), ...Object.fromEntries(given) },
  };
}

/** Milliseconds between two batches: an upload that a person can follow. */
const periodOf = (ms: number, rows: number, who: Who, agencies: number): number => {
  // Not all end together: the draw is seen to wait.
  const share = who === 'fleet' ? 1 : (1 + Number(idsOf(who, 1)) / agencies) / 2;
  return Math.floor((ms * share) / Math.max(1, Math.ceil(rows / BATCH_BETS)));
};

/** Each agency calls another server first, and knows the others. */
const addressesFor = (who: Who, ports: readonly number[]): string => {
  const first = who === 'fleet' ? 0 : (Number(idsOf(who, 1)) - 1) % Math.max(1, ports.length);
  return [...ports.slice(first), ...ports.slice(0, first)].map((port) => `${HOST}:${port}`).join(',');
};

/** `3`, or of a fleet `1-100`. */
const idsOf = (who: Who, agencies: number): string =>
  who === 'fleet' ? `1-${agencies}` : who.slice('agency-'.length);

/** An agency reads its own file, a fleet those of all. */
const filesOf = (who: Who, data: string): string =>
  who === 'fleet' ? data : join(data, agencyFileName(Number(idsOf(who, 1))));

/** Where a process finds its certificate, its key, and the authority. */
const tlsOf = (prefix: string, folder: string, name: string): Record<string, string> => ({
  [`${prefix}_CERT`]: resolve(folder, `${name}.pem`),
  [`${prefix}_KEY`]: resolve(folder, `${name}.key`),
  [`${prefix}_CA`]: resolve(folder, 'ca.pem'),
});

/** It reads its own key and nobody else's; a fleet those of all its agencies. */
const filesOfTls = (folder: string, who: Who): string[] => {
  const own = who === 'fleet' ? ['agency-*'] : [`${who}.pem`, `${who}.key`];
  return ['ca.pem', ...own].map((name) => mayRead(resolve(folder, name)));
};

const mayRead = (path: string): string => `--allow-fs-read=${path}`;

/** The files of the program itself: the bundle is one, the sources stand around the entry. */
function codeOf(program: string): string[] {
  if (!program.endsWith('.ts')) return [program];
  const root = dirname(dirname(program));
  return ['src', 'machines', 'node_modules', 'package.json'].map((name) => join(root, name));
}
