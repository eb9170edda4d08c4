import { fromCallback } from 'xstate';
import { bothLogs } from '../../machines/log-lines.ts';
import type { ServerInput } from '../../machines/server/roll.ts';
import type { CertificatesCommand } from '../../machines/vocabulary/identity.ts';
import { exposureOf } from '../config/exposure.ts';
import { metricsPlace } from '../config/metrics.ts';
import { loadServerConfig, type ServerConfig } from '../config/server.ts';
import { engineFilesOf } from '../config/store.ts';
import { tlsFilesOf } from '../config/tls.ts';
import {
  AGENCIES_NAMED,
  CLOSE_MS,
  COMMIT_BYTES,
  COMMIT_WEIGHT,
  CONNECTION_BATCHES,
  ENGINE_SHUTDOWN_MS,
  ENTRIES_AT_ONCE,
  ENTRY_BYTES,
  EXPIRY_DAYS,
  HANDSHAKE_MS,
  LINGER_MS,
  REJECTIONS,
  REMIND_MS,
  SESSION_LOG_LINES,
  SHUTDOWN_MS,
  STORE_QUEUE_BYTES,
  UNWRITTEN_BYTES,
} from '../limits.ts';
import { createLog, type Log } from '../log/log.ts';
import { logWarnings } from '../log/warnings.ts';
import type { BetRules } from '../lottery/rules.ts';
import { type AcceptedSocketOptions, acceptedSocket, turnAway } from '../net/accepted-socket.ts';
import { listener } from '../net/listener.ts';
import { Room } from '../net/places.ts';
import { leave } from '../runtime/leave.ts';
import { mostOpenFiles, shortageOfFiles } from '../runtime/open-files.ts';
import { runRoot } from '../runtime/run-root.ts';
import { reloadingSignals, signals } from '../runtime/signals.ts';
import { markSeldom, scavengeAsNew } from '../runtime/v8-options.ts';
import { type BetStoreOptions, openBetStore } from '../store/bet-store.ts';
import { nodeDisk } from '../store/disk.ts';
import { PROOFS } from '../store/proofs.ts';
import { type ServerAdapters, serverSystem } from '../wiring/server.ts';

/** `quiniela server`: the central server, until the draw is announced or it is told to stop. */
export const run = async ({ config: file }: { config?: string }): Promise<number> => {
  const { config, warnings } = loadServerConfig({ file, env: process.env });
  const log = createLog({ level: config.loggingLevel, format: config.logFormat });
  const openFiles = mostOpenFiles();
  const room = new Room(config.agencies, openFiles);
  logWarnings(log, [
    ...warnings,
    ...exposureOf(config),
    ...shortageOfFiles(openFiles, room.wanted, 'its agencies and strangers beside them'),
  ]);
  const rules = { maxNumber: config.maxNumber, shortDocuments: config.shortDocuments };
  const { expiresAt, ...sockets } = await socketsOf(log, config, {
    room,
    frameMs: config.frameTimeout.ms,
    idleMs: config.idleTimeout.ms,
    pauseMs: config.pauseTimeout.ms,
    unwrittenBytes: UNWRITTEN_BYTES,
    rules,
    tp0: config.tp0,
  });
  const place = metricsPlace(config);
  const metrics = place && (await import('../metrics/for-server.ts')).metricsOfServer(place, log, expiresAt);
  const machine = serverSystem({
    log,
    meter: metrics?.meter,
    ...sockets,
    listener: listenerOf(log, config, room, () => metrics?.listening()),
    openStore: storeOf(config, { rules, notice: (entry) => log.log(entry) }),
  });
  scavengeAsNew();
  if (config.storeUrl || tlsFilesOf(config)) markSeldom();
  const exitCode = await runRoot(machine, inputOf(config), { log, watch: metrics?.watch });
  // The engine's client keeps the socket of a call that nobody answered, and nobody can close it.
  if (config.storeUrl) leave(exitCode);
  return exitCode;
};

const listenerOf = (log: Log, config: ServerConfig, room: Room, onBound: () => void) =>
  listener({
    host: config.host,
    port: config.port,
    backlog: config.listenBacklog,
    room,
    // Logged once it listens: with SERVER_PORT 0 only now is the port known.
    onBound: (port) => {
      log.log({
        level: 'info',
        action: 'config',
        result: 'success',
        details: {
          port,
          listen_backlog: config.listenBacklog,
          logging_level: config.loggingLevel,
          agencies: config.agencies,
        },
      });
      onBound();
    },
    onClosed: () => log.log(bothLogs.closed('listener')),
  });

const inputOf = (config: ServerConfig): ServerInput => ({
  agencies: config.agencies,
  agenciesFrom: config.agenciesFrom,
  publishMs: config.announceDelay.ms,
  announceMs: config.announceTimeout.ms,
  shutdownMs: config.storeUrl ? ENGINE_SHUTDOWN_MS : SHUTDOWN_MS,
  connections: config.maxConnections,
  identity: tlsFilesOf(config) ? 'nobody' : 'anybody',
  expiryDays: EXPIRY_DAYS,
  queueBytes: STORE_QUEUE_BYTES,
  ...groupsOf(config),
  remindMs: REMIND_MS,
  named: AGENCIES_NAMED,
  connection: {
    inFlight: CONNECTION_BATCHES,
    rejections: REJECTIONS,
    logLines: SESSION_LOG_LINES,
    identifyMs: config.identifyTimeout.ms,
    handshakeMs: HANDSHAKE_MS,
    lingerMs: LINGER_MS,
    closeMs: CLOSE_MS,
    tp0Winners: config.tp0Winners,
  },
});

/** TLS is loaded only if it is configured. */
const socketsOf = async (
  log: Log,
  config: ServerConfig,
  options: AcceptedSocketOptions,
): Promise<
  Pick<ServerAdapters, 'signals' | 'certificates' | 'socket' | 'turnAway'> & { expiresAt?: () => Date }
> => {
  const files = tlsFilesOf(config);
  if (!files) {
    const certificates = fromCallback<CertificatesCommand>(() => {});
    return { signals, certificates, socket: acceptedSocket(options), turnAway };
  }
  const { ServerCertificates, certificatesKeeper } = await import('../identity/server-certificates.ts');
  const { securedSocket, turnAwayWordless } = await import('../net/secured-socket.ts');
  const certificates = new ServerCertificates(files);
  logWarnings(log, certificates.warnings);
  return {
    signals: reloadingSignals,
    certificates: certificatesKeeper(certificates),
    socket: securedSocket(options, certificates),
    turnAway: turnAwayWordless,
    expiresAt: () => certificates.expiry.at,
  };
};

/** A folder takes one commit after the other; a log several, of which each is an entry. */
const groupsOf = ({ storeUrl }: ServerConfig): Pick<ServerInput, 'group' | 'groupsAtOnce'> =>
  storeUrl
    ? { group: { bytes: ENTRY_BYTES, weight: COMMIT_WEIGHT }, groupsAtOnce: ENTRIES_AT_ONCE }
    : { group: { bytes: COMMIT_BYTES, weight: COMMIT_WEIGHT }, groupsAtOnce: 1 };

type Common = Pick<BetStoreOptions, 'notice'> & { rules: BetRules };

/** Where the draw is: in a folder of this machine, or in an engine that other servers share. */
function storeOf(config: ServerConfig, common: Common): ServerAdapters['openStore'] {
  const { agencies, agenciesFrom, storeUrl, storeReplicas: replicas, drawName } = config;
  if (storeUrl && drawName !== undefined) {
    const engine = { servers: storeUrl, files: engineFilesOf(config) };
    const asksForProof = tlsFilesOf(config) !== undefined;
    const options = { ...common, engine, replicas, agencies, agenciesFrom, draw: drawName, asksForProof };
    return async (hear) => (await import('../wiring/cluster.ts')).openClusterStore(options, hear);
  }
  const { storeDir: dir = '' } = config;
  const proofs = tlsFilesOf(config) && PROOFS;
  const options = { ...common, dir, disk: nodeDisk(), agencies, agenciesFrom, drawName, proofs };
  return () => openBetStore({ ...options, now: Date.now });
}
