import { signals } from '../adapters/signals.ts';
import { loadAssets } from '../inspector/assets.ts';
import { History } from '../inspector/history.ts';
import { Hub } from '../inspector/hub.ts';
import { readRecording } from '../inspector/replay.ts';
import { inspectorSystem } from '../inspector/system.ts';
import { createLog } from '../log.ts';
import { runRoot } from '../run-root.ts';

export type InspectorOptions = { host: string; port: string; replay?: string };

/**
 * `quiniela inspector`: shows the machines of all processes that are started with INSPECT_URL, or a recorded run.
 *
 * @throws {UserError} `REPLAY`
 */
export const run = async ({ host, port, replay }: InspectorOptions): Promise<number> => {
  const history = replay === undefined ? new History() : await readRecording(replay);
  const log = await createLog({ level: 'INFO', format: process.env.LOG_FORMAT === 'json' ? 'json' : 'text' });
  const assets = await loadAssets();
  const hub = new Hub({ host, port: Number(port), history, isReplay: replay !== undefined, assets });
  // An inspector that inspects itself would never come to rest.
  return runRoot(inspectorSystem({ log, signals, hub }), {}, { isInspected: false, log });
};
