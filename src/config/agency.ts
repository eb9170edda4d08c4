/** An agency's configuration. */
import { BATCH_BETS, BATCH_WINDOW, IDLE_MS } from '../limits.ts';
import { type Duration, formatDuration } from './duration.ts';
import type { Key, KeyTable } from './keys.ts';
import { AGENCY_LEVELS, type AgencyLevel, LOG_FORMATS, type LogFormat } from './log-options.ts';
import { METRICS_KEYS, type MetricsConfig } from './metrics.ts';
import { type Environment, type Resolved, resolveConfig } from './resolve.ts';
import { ROW_KEYS, type RowConfig } from './rows.ts';
import { allOrNone, TLS_FIELDS, type TlsConfig, tlsKey } from './tls.ts';
import {
  type Addresses,
  addresses,
  agencyNumber,
  anyText,
  betId,
  drawName,
  duration,
  folder,
  oneOf,
  wholeNumber,
} from './values.ts';

/** `lottery`: all bets, then the winners; `batches`: some batches; `bet`: one bet; `echo`: messages. */
export const AGENCY_MODES = ['lottery', 'batches', 'bet', 'echo'] as const;
export type AgencyMode = (typeof AGENCY_MODES)[number];

const PROTOCOLS = ['quiniela', 'tp0'] as const;

export type AgencyConfig = RowConfig &
  TlsConfig &
  MetricsConfig & {
    id: number;
    mode: AgencyMode;
    serverAddress: Addresses;
    protocol: (typeof PROTOCOLS)[number];
    /** Messages in echo mode, batches in batches mode. */
    loopAmount: number;
    loopPeriod: Duration;
    batchMaxAmount: number;
    batchWindow: number;
    /** 0: no end. */
    connectionMaxAttempts: number;
    connectionTimeout: Duration;
    connectionIdle: Duration;
    dataDir: string;
    /** Undefined: the draw that is open. */
    draw: string | undefined;
    /** Undefined: nothing is kept. */
    receiptsDir: string | undefined;
    logLevel: AgencyLevel;
    logFormat: LogFormat;
    /** The single bet of mode `bet`, as it stands in the environment: the domain checks it. */
    nombre: string | undefined;
    apellido: string | undefined;
    documento: string | undefined;
    nacimiento: string | undefined;
    numero: string | undefined;
    betId: string | undefined;
  };

/** `allowed` is what the domain allows: here any text will do. */
const betPart = (
  variable: string,
  about: string,
  allowed: string,
): Key<string | undefined, AgencyConfig> => ({
  path: undefined,
  variable,
  type: { ...anyText, allowed },
  defaultText: 'required in mode `bet`',
  about,
});

export const AGENCY_KEYS: KeyTable<AgencyConfig> = {
  id: {
    path: 'id',
    variable: 'CLI_ID',
    type: agencyNumber,
    required: true,
    defaultText: 'required',
    about: "the agency's number",
  },
  mode: {
    path: 'mode',
    variable: 'AGENCY_MODE',
    type: oneOf(AGENCY_MODES),
    default: 'lottery',
    about: 'what the agency does',
  },
  serverAddress: {
    path: 'server.address',
    variable: 'CLI_SERVER_ADDRESS',
    type: addresses,
    default: 'server:12345',
    about:
      'where the server listens; of several addresses, in this list or behind one name, each call takes the next',
  },
  protocol: {
    path: 'protocol',
    variable: 'CLI_PROTOCOL',
    type: oneOf(PROTOCOLS),
    default: 'quiniela',
    about: "this project's dialect, or that of the original exercise's server",
  },
  loopAmount: {
    path: 'loop.amount',
    variable: 'CLI_LOOP_AMOUNT',
    type: wholeNumber(0, 1_000_000_000),
    default: '5',
    about: 'messages in echo mode, batches in batches mode',
  },
  loopPeriod: {
    path: 'loop.period',
    variable: 'CLI_LOOP_PERIOD',
    type: duration(),
    // Echo waits as the exercise does; an upload that nobody asked to wait should not.
    default: ({ mode }) => (mode === 'echo' ? '5s' : '0s'),
    defaultText: '`5s` in echo mode, else `0s`',
    about: 'pause between two messages or batches',
  },
  batchMaxAmount: {
    path: 'batch.maxAmount',
    variable: 'CLI_BATCH_MAXAMOUNT',
    type: wholeNumber(1, 10_000),
    default: String(BATCH_BETS),
    about: 'most bets of a batch; a batch is also full at 8,192 bytes',
  },
  batchWindow: {
    path: 'batch.window',
    variable: 'CLI_BATCH_WINDOW',
    type: wholeNumber(1, 64),
    default: String(BATCH_WINDOW),
    about:
      'batches that may be on their way unacknowledged; with 1 each is waited for, a large fleet takes fewer than 32',
  },
  // With the back-off's cap this is a few minutes: longer than a server's restart, shorter than a night.
  connectionMaxAttempts: {
    path: 'connection.maxAttempts',
    variable: 'CLI_CONNECTION_MAXATTEMPTS',
    type: wholeNumber(0, 1_000_000),
    default: '30',
    about: 'the agency gives up after so many calls in a row that bring its upload no further; 0: never',
  },
  connectionTimeout: {
    path: 'connection.timeout',
    variable: 'CLI_CONNECTION_TIMEOUT',
    type: duration(1),
    default: '5s',
    about: 'how long one attempt to connect may take',
  },
  // As the server's own: a disk or a queue of some seconds is no reason for all agencies to call again at once.
  connectionIdle: {
    path: 'connection.idle',
    variable: 'CLI_CONNECTION_IDLE',
    type: duration(1),
    default: formatDuration(IDLE_MS),
    about: 'how long the server may owe an answer in silence before the agency calls it again',
  },
  tlsCert: tlsKey(
    'tls.cert',
    'CLI_TLS_CERT',
    "the agency's certificate, PEM; TLS needs certificate, key and authorities; `{id}` in a path stands for the agency's number, for fleets",
  ),
  tlsKey: tlsKey('tls.key', 'CLI_TLS_KEY', 'its private key, PEM'),
  tlsCa: tlsKey('tls.ca', 'CLI_TLS_CA', "the authorities that the server's certificate may be of, PEM"),
  dataDir: {
    path: 'data',
    variable: 'CLI_DATA',
    type: folder,
    default: '.data',
    about: "folder of the agency's file, agency-N.csv",
  },
  ...ROW_KEYS,
  draw: {
    path: 'draw',
    variable: 'CLI_DRAW',
    type: drawName,
    defaultText: 'the one that is open',
    about: 'the draw that its bets are for; if that is over, the agency only hears its winners',
  },
  receiptsDir: {
    path: 'receipts',
    variable: 'CLI_RECEIPTS',
    type: folder,
    defaultText: 'none',
    about:
      'folder for a receipt of each draw; there a process that is started again finds which draw its agency is in',
  },
  logLevel: {
    path: 'log.level',
    variable: 'CLI_LOG_LEVEL',
    type: oneOf(AGENCY_LEVELS),
    default: 'INFO',
    about: 'least important level that is logged',
  },
  logFormat: {
    path: 'log.format',
    variable: 'CLI_LOG_FORMAT',
    type: oneOf(LOG_FORMATS),
    default: 'text',
    about: 'what a log line looks like',
  },
  ...METRICS_KEYS,
  nombre: betPart('NOMBRE', 'first name', '1 to 64 bytes'),
  apellido: betPart('APELLIDO', 'last name', '1 to 64 bytes'),
  documento: betPart('DOCUMENTO', 'document', '8 digits, or 7 with `lottery.shortDocuments`'),
  nacimiento: betPart('NACIMIENTO', 'birthdate', 'a date, YYYY-MM-DD'),
  numero: betPart('NUMERO', 'number bet on', 'a whole number from 0 to 9999, or to `lottery.maxNumber`'),
  betId: {
    path: undefined,
    variable: 'BET_ID',
    type: betId,
    defaultText: 'made anew',
    about: 'the id of the bet: a bet that is sent again with the same id is stored once',
  },
};

/**
 * An agency's configuration: `id`, if it is given, over environment over file over defaults.
 *
 * @throws {UserError} `CONFIG_FILE`, `CONFIG_SYNTAX` or `CONFIG_VALUE`
 */
export const loadAgencyConfig = (from: {
  file?: string | undefined;
  env: Environment;
  id?: string | number | undefined;
}): Resolved<AgencyConfig> => {
  const options = { id: from.id?.toString() };
  const resolved = resolveConfig(AGENCY_KEYS, { file: from.file, env: from.env, options });
  allOrNone(resolved.config, AGENCY_KEYS, TLS_FIELDS);
  return resolved;
};

/**
 * The part of an agency's configuration that says what in a file is a bet; its other keys are ignored.
 *
 * @throws {UserError} `CONFIG_FILE`, `CONFIG_SYNTAX` or `CONFIG_VALUE`
 */
export const loadRowConfig = (from: { file?: string | undefined; env: Environment }): Resolved<RowConfig> =>
  resolveConfig(ROW_KEYS, {
    file: from.file,
    env: from.env,
    ignored: Object.values(AGENCY_KEYS).flatMap(({ path }) => path ?? []),
  });
