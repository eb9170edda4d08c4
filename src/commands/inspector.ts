import { howMany } from '../../machines/how-many.ts';
import { LOOPBACK } from '../config/exposure.ts';
import { argument, host as hostName, port as portNumber, yesNo } from '../config/values.ts';
import { messageOf, UserError } from '../errors.ts';
import { type Assets, loadAssets } from '../inspector/hub/assets.ts';
import { History } from '../inspector/hub/history.ts';
import { Hub } from '../inspector/hub/hub.ts';
import { openRecording } from '../inspector/hub/replay.ts';
import { CLIENTS } from '../inspector/limits.ts';
import { createLog } from '../log/log.ts';
import { runRoot } from '../runtime/run-root.ts';
import { signals } from '../runtime/signals.ts';
import { inspectorSystem } from '../wiring/inspector.ts';

type InspectorOptions = {
  host: string;
  port: string;
  anyPort?: boolean;
  allowHost?: string[];
  untilEof?: boolean;
  replay?: string;
  otlp?: string;
};

/**
 * `quiniela inspector`: shows the machines of all processes that are started with INSPECT_URL, or a recorded run.
 *
 * @throws {UserError} `ARGUMENT`, `REPLAY`, `OTLP`
 */
export const run = async (options: InspectorOptions): Promise<number> => {
  const { host, anyPort = false, allowHost = [], untilEof = false, replay, otlp } = options;
  if (otlp !== undefined) return sendTraces(replay, otlp);
  const port = argument('cannot start the inspector: --port', options.port, portNumber);
  for (const name of allowHost) argument('cannot start the inspector: --allow-host', name, hostName);
  const lab = await labOf(options);
  const log = createLog({ level: 'INFO', format: process.env.LOG_FORMAT === 'json' ? 'json' : 'text' });
  const stop = new AbortController();
  const recording = replay === undefined ? undefined : await openRecording(replay, stop.signal);
  recording?.whole.then(
    ({ events, skipped }) => {
      if (skipped > 0) log.log({ ...READING, level: 'warn', details: { events, skipped } });
    },
    (error) => {
      if (!stop.signal.aborted)
        log.log({ ...READING, level: 'error', result: 'fail', details: { reason: messageOf(error) } });
    },
  );
  const hub = new Hub({
    host,
    port,
    isAnyElse: anyPort,
    allowedHosts: allowHost,
    history: recording?.history ?? new History(),
    replay: recording?.soFar,
    assets: lab ? await loadAssets() : withoutLab(await loadAssets()),
    lab,
    onCrowd: () => log.log(CROWDED),
    onPage: () => log.log({ level: 'info', action: 'page', result: 'success' }),
  });
  // An inspector that inspects itself would never come to rest.
  const system = inspectorSystem({ log, signals, hub, isOwned: untilEof });
  const code = await runRoot(system, {}, { isInspected: false, log });
  stop.abort();
  return code;
};

/** Of those with Stately's client, which tries again by itself. */
const CROWDED = {
  level: 'warn',
  action: 'connect_program',
  result: 'fail',
  details: { reason: `${CLIENTS} are connected, and no more may be; end one` },
} as const;

const READING = { action: 'replay', result: 'in_progress' } as const;

/** What no page is shown of which nobody may act. */
const withoutLab = (assets: Assets): Assets =>
  new Map([...assets].filter(([path]) => !path.startsWith('/lab.')));

/**
 * With INSPECT_CONTROL, by which the demo starts it: its page may act.
 *
 * @throws {UserError} `ARGUMENT`
 */
const labOf = async ({ host, allowHost = [] }: InspectorOptions) => {
  const control = process.env.INSPECT_CONTROL ?? '';
  const attempt = 'cannot start the inspector: INSPECT_CONTROL';
  if (control === '' || !argument(attempt, control, yesNo)) return undefined;
  const said = `${attempt} is ${JSON.stringify(control)}, by which its page may act on processes`;
  if (!LOOPBACK.test(host) || allowHost.length > 0) {
    const given = LOOPBACK.test(host) ? `--allow-host is "${allowHost.join(' ')}"` : `--host is "${host}"`;
    throw new UserError(
      'ARGUMENT',
      `${said}: ${given}, it must be of this machine only: 127.0.0.1, ::1 or localhost, and no --allow-host`,
    );
  }
  if (!process.channel)
    throw new UserError('ARGUMENT', `${said}, which are those of a demo: make demo LAB=1 starts both`);
  const [{ Lab }, { LabChannel }] = await Promise.all([
    import('../inspector/hub/lab.ts'),
    import('../inspector/hub/lab-channel.ts'),
  ]);
  const channel = new LabChannel();
  const lab = new Lab((wish) => channel.ask(wish));
  channel.send({ entrance: lab.entrance });
  return lab;
};

/** Instead of a page: a trace for each upload of the recorded run. */
const sendTraces = async (replay: string | undefined, otlp: string): Promise<number> => {
  if (replay === undefined) {
    throw new UserError('ARGUMENT', 'cannot send the run: --otlp needs --replay, the file of a recorded run');
  }
  const { exportRun } = await import('../inspector/otlp/export.ts');
  const { traces, spans, leftOut, url } = await exportRun(replay, otlp);
  console.log(`${howMany(traces, 'trace')} with ${howMany(spans, 'span')} sent to ${url}`);
  if (leftOut > 0)
    console.error(`quiniela: ${howMany(leftOut, 'state was', 'states were')} left out: the run is too long`);
  return 0;
};
