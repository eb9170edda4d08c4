import { argument, host as hostName, port as portNumber } from '../config/values.ts';
import { loadAssets } from '../inspector/hub/assets.ts';
import { History } from '../inspector/hub/history.ts';
import { Hub } from '../inspector/hub/hub.ts';
import { readRecording } from '../inspector/hub/replay.ts';
import { createLog } from '../log/log.ts';
import { runRoot } from '../runtime/run-root.ts';
import { signals } from '../runtime/signals.ts';
import { inspectorSystem } from '../wiring/inspector.ts';

export type InspectorOptions = {
  host: string;
  port: string;
  anyPort?: boolean;
  allowHost?: string[];
  untilEof?: boolean;
  replay?: string;
};

/**
 * `quiniela inspector`: shows the machines of all processes that are started with INSPECT_URL, or a recorded run.
 *
 * @throws {UserError} `ARGUMENT`, `REPLAY`
 */
export const run = async (options: InspectorOptions): Promise<number> => {
  const { host, anyPort = false, allowHost = [], untilEof = false, replay } = options;
  const port = argument('cannot start the inspector: --port', options.port, portNumber);
  for (const name of allowHost) argument('cannot start the inspector: --allow-host', name, hostName);
  const log = createLog({ level: 'INFO', format: process.env.LOG_FORMAT === 'json' ? 'json' : 'text' });
  const recording = replay === undefined ? undefined : await readRecording(replay);
  if (recording && recording.skipped > 0)
    log.log({
      level: 'warn',
      action: 'replay',
      result: 'in_progress',
      details: { events: recording.events, skipped: recording.skipped },
    });
  const hub = new Hub({
    host,
    port,
    isAnyElse: anyPort,
    allowedHosts: allowHost,
    history: recording?.history ?? new History(),
    isReplay: recording !== undefined,
    assets: await loadAssets(),
    onPage: () => log.log({ level: 'info', action: 'page', result: 'success' }),
  });
  // An inspector that inspects itself would never come to rest.
  const system = inspectorSystem({ log, signals, hub, isOwned: untilEof });
  return runRoot(system, {}, { isInspected: false, log });
};
