import { EXIT_FAILED } from '../../machines/exit-codes.ts';
import { howMany } from '../../machines/how-many.ts';
import type { LogEntry } from '../../machines/vocabulary/log.ts';
import { exportDraw, roomFor } from '../cluster/export.ts';
import type { WholeLog } from '../cluster/whole.ts';
import { argument, drawName, engineNodes } from '../config/values.ts';
import { messageOf, UserError } from '../errors.ts';
import { EXPORT_WAIT_MS } from '../limits.ts';
import type { EngineAddress } from '../nats/connection.ts';
import { Engine } from '../nats/engine.ts';
import { patientLog } from '../nats/patient-log.ts';
import { escapeMessage } from '../printable.ts';
import { nodeDisk } from '../store/disk.ts';
import { commandOn } from '../to-type.ts';
import { tell } from './store-command.ts';

type Options = { from: string; draw: string; creds?: string; ca?: string; cert?: string; key?: string };

/**
 * `quiniela export --from URL --draw NAME DIR`: the files of a cluster's draw, as a single server would have them. A draw
 * that is not over is written as far as it is.
 */
export const run = async (dir: string, { from, draw: name, ...files }: Options): Promise<number> => {
  const servers = argument('cannot export: --from', from, engineNodes);
  const draw = argument('cannot export: --draw', name, drawName);
  expectPair(files);
  return tell(async () => {
    const disk = nodeDisk();
    await roomFor(disk, dir);
    const { engine, log } = await find({ servers, files }, draw);
    try {
      const { bytes, entries, head } = await exportDraw(log, disk, dir);
      const lines = [
        `exported draw ${draw} to ${dir}: ${howMany(bytes, 'byte')} of bets, from ${howMany(entries, 'entry', 'entries')}`,
        `head ${head}`,
        `to check it: ${commandOn(dir, 'verify')}`,
      ];
      return { lines, exitCode: 0 };
    } finally {
      await engine.close();
    }
  });
};

/** @throws {UserError} `ARGUMENT` */
const expectPair = ({ cert, key }: Pick<Options, 'cert' | 'key'>): void => {
  if ((cert === undefined) === (key === undefined)) return;
  const missing = key === undefined ? '--key' : '--cert';
  throw new UserError('ARGUMENT', `cannot export: ${missing} is missing: --cert and --key go together`);
};

/**
 * The draw's log. An engine that is away is waited for, but not as a server does: somebody sits there.
 *
 * @throws {UserError} `ARGUMENT` if it has no such draw; whatever else keeps us from it
 */
const find = async (address: EngineAddress, draw: string): Promise<{ engine: Engine; log: WholeLog }> => {
  const signal = AbortSignal.timeout(EXPORT_WAIT_MS);
  let trouble = '';
  const notice = ({ details }: LogEntry) => {
    if (details?.error !== undefined) trouble = `: ${details.error}`;
    const line = String(details?.error ?? details?.warning ?? 'the engine answers');
    console.error(`quiniela: ${escapeMessage(line)}`);
  };
  let engine: Engine | undefined;
  try {
    engine = await Engine.connect({ ...address, notice, signal });
    const log = await engine.find(draw);
    if (log) return { engine, log: patientLog(log, notice) };
    const draws = await engine.draws();
    const others = draws.length === 0 ? 'the engine has none' : `the engine has ${draws.join(', ')}`;
    throw new UserError('ARGUMENT', `cannot export: there is no draw "${draw}", ${others}`);
  } catch (cause) {
    await engine?.close();
    if (cause instanceof UserError) throw cause;
    const seconds = EXPORT_WAIT_MS / 1_000;
    const late = `the engine at ${address.servers.join(',')} did not answer in ${seconds} s${trouble}`;
    const why = signal.aborted ? late : messageOf(cause);
    throw new UserError('STORE_URL', `cannot export: ${why}`, { cause, exitCode: EXIT_FAILED });
  }
};
