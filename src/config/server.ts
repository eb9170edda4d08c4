/** The server's configuration. */
import { CONNECTIONS, FRAME_MS, IDENTIFY_MS, IDLE_MS, MOST_AGENCIES, PAUSE_MS } from '../limits.ts';
import { STANDARD_RULES } from '../lottery/rules.ts';
import { type Duration, formatDuration } from './duration.ts';
import type { KeyTable } from './keys.ts';
import { LOG_FORMATS, type LogFormat, SERVER_LEVELS, type ServerLevel } from './log-options.ts';
import { METRICS_KEYS, type MetricsConfig } from './metrics.ts';
import { type Environment, type Resolved, resolveConfig } from './resolve.ts';
import { highestNumber } from './rows.ts';
import { expectOneStore, STORE_KEYS, STORE_PAIR, type StoreConfig } from './store.ts';
import { allOrNone, TLS_FIELDS, type TlsConfig, tlsKey } from './tls.ts';
import { drawName, duration, host, oneOf, port, wholeNumber, yesNo } from './values.ts';

export type ServerConfig = TlsConfig &
  MetricsConfig &
  StoreConfig & {
    /** 0: any free port. */
    port: number;
    host: string;
    listenBacklog: number;
    loggingLevel: ServerLevel;
    agencies: number;
    /** The first agency's number. */
    agenciesFrom: number;
    /** Undefined: the draw in the folder, or the next number. */
    drawName: string | undefined;
    logFormat: LogFormat;
    announceDelay: Duration;
    announceTimeout: Duration;
    maxConnections: number;
    identifyTimeout: Duration;
    frameTimeout: Duration;
    idleTimeout: Duration;
    maxNumber: number;
    shortDocuments: boolean;
    pauseTimeout: Duration;
    tp0: boolean;
    tp0Winners: 'list' | 'count';
    /** What the container's health check shows of itself. */
    tlsHealthCert: string | undefined;
    tlsHealthKey: string | undefined;
    /** Whether anybody but agencies reaches the address. */
    network: 'open' | 'private';
  };

export const SERVER_KEYS: KeyTable<ServerConfig> = {
  port: {
    path: 'SERVER_PORT',
    variable: 'SERVER_PORT',
    type: port,
    default: '12345',
    about: 'TCP port to listen on; 0 takes any free one',
  },
  // Not `::`, which has every IPv4 peer logged as ::ffff:172.25.125.3 and fails if IPv6 is off.
  host: {
    path: 'SERVER_HOST',
    variable: 'SERVER_HOST',
    type: host,
    default: '0.0.0.0',
    about: 'address to listen on',
  },
  // The exercise's 5, and Node's 511 too, make the kernel drop connections when thousands of agencies start at once,
  // and each then waits a second before it tries again: see docs/performance.md. 4096 is what Linux allows unless told
  // otherwise.
  listenBacklog: {
    path: 'SERVER_LISTEN_BACKLOG',
    variable: 'SERVER_LISTEN_BACKLOG',
    type: wholeNumber(1, 65_535),
    default: '4096',
    about: 'connections that the kernel keeps until the server accepts them',
  },
  loggingLevel: {
    path: 'LOGGING_LEVEL',
    variable: 'LOGGING_LEVEL',
    type: oneOf(SERVER_LEVELS),
    default: 'INFO',
    about: 'least important level that is logged',
  },
  agencies: {
    path: 'AGENCIES',
    variable: 'AGENCIES',
    type: wholeNumber(1, MOST_AGENCIES),
    default: '5',
    lenient: true,
    about: 'agencies that must finish before the draw; a bad value is only warned of, and 5 is taken',
  },
  agenciesFrom: {
    path: 'AGENCIES_FROM',
    variable: 'AGENCIES_FROM',
    type: wholeNumber(0, 1),
    default: '1',
    about: "the first agency's number: 0 for the edition of the exercise that counts from 0",
  },
  ...STORE_KEYS,
  drawName: {
    path: 'DRAW_NAME',
    variable: 'DRAW_NAME',
    type: drawName,
    defaultText: 'the next number',
    about:
      'name of the draw, required with STORE_URL; refused while STORE_DIR holds a draw of another name that is not over',
  },
  logFormat: {
    path: 'LOG_FORMAT',
    variable: 'LOG_FORMAT',
    type: oneOf(LOG_FORMATS),
    default: 'text',
    about: 'what a log line looks like',
  },
  // Not for us: a process that is asked for speed has nobody who reads several logs side by side.
  announceDelay: {
    path: 'ANNOUNCE_DELAY',
    variable: 'ANNOUNCE_DELAY',
    type: duration(),
    default: '0s',
    about:
      'pause between the log line of the draw and the first winners that are told; docker/server.yaml sets 250ms, as docker compose logs mixes the lines of the containers',
  },
  announceTimeout: {
    path: 'ANNOUNCE_TIMEOUT',
    variable: 'ANNOUNCE_TIMEOUT',
    type: duration(),
    default: '10s',
    about: 'how long the server stays after the draw for agencies that have not been told their winners',
  },
  maxConnections: {
    path: 'SERVER_MAX_CONNECTIONS',
    variable: 'SERVER_MAX_CONNECTIONS',
    type: wholeNumber(1, 1_000_000),
    default: String(CONNECTIONS),
    about:
      "connections that may be open at once without being an agency's session; further ones are told BUSY and closed",
  },
  identifyTimeout: {
    path: 'SERVER_IDENTIFY_TIMEOUT',
    variable: 'SERVER_IDENTIFY_TIMEOUT',
    type: duration(1),
    default: formatDuration(IDENTIFY_MS),
    about: 'how long a new connection may take to say who it is',
  },
  frameTimeout: {
    path: 'SERVER_FRAME_TIMEOUT',
    variable: 'SERVER_FRAME_TIMEOUT',
    type: duration(1),
    default: formatDuration(FRAME_MS),
    about: 'how long a line may take from its first byte to its end',
  },
  idleTimeout: {
    path: 'SERVER_IDLE_TIMEOUT',
    variable: 'SERVER_IDLE_TIMEOUT',
    type: duration(1),
    default: formatDuration(IDLE_MS),
    about: 'how long an agency that is uploading may be silent',
  },
  maxNumber: {
    path: 'LOTTERY_MAX_NUMBER',
    variable: 'LOTTERY_MAX_NUMBER',
    type: highestNumber,
    default: String(STANDARD_RULES.maxNumber),
    about: 'the highest number that can be bet on; a bet on a higher one is refused (REJECTED, NUMBER)',
  },
  shortDocuments: {
    path: 'LOTTERY_SHORT_DOCUMENTS',
    variable: 'LOTTERY_SHORT_DOCUMENTS',
    type: yesNo,
    default: 'no',
    about: 'whether documents of 7 digits are accepted too',
  },
  pauseTimeout: {
    path: 'SERVER_PAUSE_TIMEOUT',
    variable: 'SERVER_PAUSE_TIMEOUT',
    type: duration(1),
    default: formatDuration(PAUSE_MS),
    about: 'silence after which a message without a newline counts as whole, and an echo session ends',
  },
  tp0: {
    path: 'SERVER_TP0',
    variable: 'SERVER_TP0',
    type: yesNo,
    default: 'yes',
    about: 'whether the dialect of the original exercise is spoken; if not, its lines are echoed',
  },
  tp0Winners: {
    path: 'SERVER_TP0_WINNERS',
    variable: 'SERVER_TP0_WINNERS',
    type: oneOf(['list', 'count']),
    default: 'list',
    about:
      'how agencies of the original exercise are told their winners: as a list, as in its last version, or only how many, as before',
  },
  tlsCert: tlsKey(
    'TLS_CERT',
    'TLS_CERT',
    "the server's certificate, PEM; TLS needs TLS_CERT, TLS_KEY and TLS_CA",
  ),
  tlsKey: tlsKey('TLS_KEY', 'TLS_KEY', 'its private key, PEM'),
  tlsCa: tlsKey(
    'TLS_CA',
    'TLS_CA',
    'the authorities whose agencies are let in, PEM; on SIGHUP the server reads all three files again',
  ),
  tlsHealthCert: tlsKey(
    'TLS_HEALTH_CERT',
    'TLS_HEALTH_CERT',
    'with TLS: the certificate of the health check, `quiniela echo`; it names no agency',
    'none',
  ),
  tlsHealthKey: tlsKey('TLS_HEALTH_KEY', 'TLS_HEALTH_KEY', 'its private key', 'none'),
  network: {
    path: 'SERVER_NETWORK',
    variable: 'SERVER_NETWORK',
    type: oneOf(['open', 'private']),
    default: 'open',
    about:
      'private: only agencies can reach the address, as in a network of Compose; then nobody is warned that there is no TLS',
  },
  ...METRICS_KEYS,
};

/** The exercise's file has it; the server listens on SERVER_HOST. */
const IGNORED = ['SERVER_IP'];

/**
 * The server's configuration: environment over file over defaults.
 *
 * @throws {UserError} `CONFIG_FILE`, `CONFIG_SYNTAX` or `CONFIG_VALUE`
 */
export const loadServerConfig = (from: {
  file?: string | undefined;
  env: Environment;
}): Resolved<ServerConfig> => {
  const resolved = resolveConfig(SERVER_KEYS, { file: from.file, env: from.env, ignored: IGNORED });
  allOrNone(resolved.config, SERVER_KEYS, TLS_FIELDS);
  allOrNone(resolved.config, SERVER_KEYS, ['tlsHealthCert', 'tlsHealthKey']);
  allOrNone(resolved.config, SERVER_KEYS, STORE_PAIR);
  expectOneStore(resolved.config);
  return resolved;
};
