import { bothLogs } from '../../machines/log-lines.ts';
import { metricsPlace } from '../config/metrics.ts';
import { loadServerConfig } from '../config/server.ts';
import {
  AGENCIES_NAMED,
  ARRIVALS,
  CLOSE_MS,
  COMMIT_BYTES,
  COMMIT_WEIGHT,
  CONNECTION_BATCHES,
  LINGER_MS,
  REJECTIONS,
  REMIND_MS,
  SESSION_LOG_LINES,
  SHUTDOWN_MS,
  STORE_QUEUE_BYTES,
  UNWRITTEN_BYTES,
} from '../limits.ts';
import { createLog } from '../log/log.ts';
import { logWarnings } from '../log/warnings.ts';
import { acceptedSocket } from '../net/accepted-socket.ts';
import { listener } from '../net/listener.ts';
import { runRoot } from '../runtime/run-root.ts';
import { signals } from '../runtime/signals.ts';
import { nodeDisk } from '../store/disk.ts';
import { serverSystem } from '../wiring/server.ts';

/** `quiniela server`: the central server, until the draw is announced or it is told to stop. */
export const run = async ({ config: file }: { config?: string }): Promise<number> => {
  const { config, warnings } = loadServerConfig({ file, env: process.env });
  const log = createLog({ level: config.loggingLevel, format: config.logFormat });
  logWarnings(log, warnings);
  const rules = { maxNumber: config.maxNumber, shortDocuments: config.shortDocuments };
  const place = metricsPlace(config);
  const metrics = place && (await import('../metrics/for-server.ts')).metricsOfServer(place, log);
  const machine = serverSystem({
    log,
    meter: metrics?.meter,
    signals,
    listener: listener({
      host: config.host,
      port: config.port,
      backlog: config.listenBacklog,
      arrivals: config.agencies + ARRIVALS,
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
        metrics?.listening();
      },
      onClosed: () => log.log(bothLogs.closed('listener')),
    }),
    socket: acceptedSocket({
      agencies: config.agencies,
      frameMs: config.frameTimeout.ms,
      idleMs: config.idleTimeout.ms,
      pauseMs: config.pauseTimeout.ms,
      unwrittenBytes: UNWRITTEN_BYTES,
      rules,
      tp0: config.tp0,
    }),
    store: {
      dir: config.storeDir,
      disk: nodeDisk(),
      agencies: config.agencies,
      agenciesFrom: config.agenciesFrom,
      rules,
      drawName: config.drawName,
      now: Date.now,
      notice: (entry) => log.log(entry),
    },
  });
  return runRoot(
    machine,
    {
      agencies: config.agencies,
      agenciesFrom: config.agenciesFrom,
      publishMs: config.announceDelay.ms,
      announceMs: config.announceTimeout.ms,
      shutdownMs: SHUTDOWN_MS,
      connections: config.maxConnections,
      queueBytes: STORE_QUEUE_BYTES,
      group: { bytes: COMMIT_BYTES, weight: COMMIT_WEIGHT },
      remindMs: REMIND_MS,
      named: AGENCIES_NAMED,
      connection: {
        inFlight: CONNECTION_BATCHES,
        rejections: REJECTIONS,
        logLines: SESSION_LOG_LINES,
        identifyMs: config.identifyTimeout.ms,
        lingerMs: LINGER_MS,
        closeMs: CLOSE_MS,
        tp0Winners: config.tp0Winners,
      },
    },
    { log, watch: metrics?.watch },
  );
};
