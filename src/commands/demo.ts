import { totalmem } from 'node:os';
import { join } from 'node:path';
import type { Result } from '../../machines/vocabulary/demo.ts';
import { fleetChoice, isFleet } from '../config/fleet-rule.ts';
import { argument, type ValueType, wholeNumber, yesNo } from '../config/values.ts';
import { expectFromOne } from '../data/first-agency.ts';
import { startEngine } from '../demo/engine.ts';
import type { DemoInspector } from '../demo/inspector.ts';
import { noLab } from '../demo/lab.ts';
import { launches } from '../demo/launches.ts';
import { againSteps, nextSteps, remakeStep } from '../demo/next-steps.ts';
import { resultData } from '../demo/result-data.ts';
import { createScreen, type Screen } from '../demo/screen.ts';
import { isInFront, watch } from '../demo/watching.ts';
import { UserError } from '../errors.ts';
import {
  AGENCY_PROCESS_BYTES,
  DEMO_LEAVE_MS,
  DEMO_PAGE_MS,
  DEMO_START_MS,
  DEMO_STOP_MS,
  LAB_LEAVE_MS,
  LAB_PAGE_MS,
  MOST_AGENCIES,
  MOST_BETS,
  MOST_SERVERS,
} from '../limits.ts';
import { newDrawName } from '../lottery/draw-name.ts';
import { counted } from '../numbers.ts';
import { runRoot } from '../runtime/run-root.ts';
import { demoSystem } from '../wiring/demo.ts';
import { typed } from './typed.ts';

type DemoOptions = {
  agencies: string;
  bets: string;
  servers: string;
  fleet: string;
  data?: string;
  tls?: boolean;
  inspect?: boolean;
  lab?: boolean;
  all?: boolean;
  json?: boolean;
  open?: boolean;
};

/** Where the agencies' files and the draw are, from the folder that the demo is started in. */
const DATA = '.data';
const STORE = join(DATA, 'demo');
const CERTIFICATES = join(DATA, 'certs');
const ENGINE = join(DATA, 'demo-engine');

/**
 * `quiniela demo`: the server and its agencies as processes of this machine, to the draw.
 *
 * @throws {UserError} `ARGUMENT`
 */
export const run = async (options: DemoOptions): Promise<number> => {
  const { data, json = false } = options;
  const isLab = wantsLab(options, process.env.INSPECT_CONTROL);
  const inspect = options.inspect === true || isLab;
  const { agenciesAs, agencies, bets, servers } = countsOf(options);
  const entry = process.argv[1]!;
  const certificates = options.tls ? CERTIFICATES : undefined;
  const ca = certificates && join(certificates, 'ca.pem');
  const started = { entry, env: process.env, store: STORE, agencies, isInspected: inspect, ca };
  const folder = data || DATA;
  let result: Result | undefined;
  const screen = createScreen({
    // People read on beside the object that a program reads.
    out: json ? process.stderr : process.stdout,
    err: process.stderr,
    env: process.env,
    nextSteps: nextSteps(started),
    againSteps: againSteps(started),
    isAll: options.all === true,
    onResult: (told) => {
      result = told;
    },
  });
  const engine = servers > 1 ? await startEngine(ENGINE, servers, `demo-${newDrawName()}`) : undefined;
  const cluster = engine?.cluster;
  process.once('exit', screen.end);
  screen.busy(inspect ? 'starting the inspector' : "looking at the agencies' files");
  const inspector = inspect ? await inspectorOf(screen, entry, isLab) : undefined;
  const isEntered = inspector?.entrance !== undefined;
  if (certificates) screen.say(await securing(certificates, agencies));
  screen.busy("looking at the agencies' files");
  const letGo = watched(inspector, screen.say, options.open !== false);
  const machine = demoSystem({
    screen,
    data: {
      agencies,
      bets,
      folder,
      isGiven: folder === data,
      onMaking: ({ length }) =>
        screen.say(`Making    ${counted(length, 'file')} of ${counted(bets, 'bet')} in ${folder}`),
      onProgress: (percent) => screen.busy(`making them: ${percent} %`),
    },
    store: STORE,
    page: inspector?.page ?? (async () => {}),
    lab: inspector?.lab ?? noLab,
    cluster,
    launch: launches({
      entry,
      data: folder,
      store: STORE,
      certificates,
      cluster,
      inspectUrl: inspector?.address ?? process.env.INSPECT_URL,
      inspectFile: process.env.INSPECT_FILE,
      isLab: isEntered,
    }),
  });
  const exitCode = await runRoot(machine, {
    agencies,
    servers,
    agenciesAs,
    store: STORE,
    isWatched: letGo !== undefined || isEntered,
    isLab: isEntered,
    remake: remakeStep(started, bets),
    ...timesOf(isLab),
  });
  screen.end();
  if (json) process.stdout.write(`${JSON.stringify(resultData(result, exitCode))}\n`);
  await engine?.stop();
  await inspector?.stay(screen.say);
  letGo?.();
  return exitCode;
};

/** Says where its page is. */
const inspectorOf = async ({ say }: Screen, entry: string, isLab: boolean): Promise<DemoInspector> => {
  const inspector = await (await import('../demo/inspector.ts')).startInspector(entry, isLab);
  say(inspector.text);
  if (inspector.entrance) say(`Lab       ${inspector.entrance} opens it once, for you to act`);
  return inspector;
};

/** Milliseconds that it waits: who acts in a lab takes longer. */
const timesOf = (isLab: boolean) => ({
  pageMs: isLab ? LAB_PAGE_MS : DEMO_PAGE_MS,
  startMs: DEMO_START_MS,
  leaveMs: isLab ? LAB_LEAVE_MS : DEMO_LEAVE_MS,
  stopMs: DEMO_STOP_MS,
});

/** @throws {UserError} `ARGUMENT` */
const countsOf = (options: DemoOptions) => {
  expectFromOne(process.env.AGENCIES_FROM);
  const choice = checked('fleet', options.fleet, fleetChoice);
  const agenciesAs = isFleet(choice, Number(options.agencies)) ? 'fleet' : 'processes';
  return {
    agenciesAs,
    agencies: checked('agencies', options.agencies, COUNTS[agenciesAs]()),
    bets: checked('bets', options.bets, wholeNumber(0, MOST_BETS)),
    servers: checked('servers', options.servers, wholeNumber(1, MOST_SERVERS)),
  } as const;
};

/** A terminal in front of a person: the page is opened from there. Undefined if nobody is there to watch. */
const watched = (inspector: DemoInspector | undefined, say: (line: string) => void, doOpen: boolean) => {
  const { stdin, stdout, env } = process;
  const address = inspector?.address;
  if (address === undefined || !isInFront({ env, stdout })) return undefined;
  const entrance = inspector?.entrance;
  return watch({ address, entrance, env, stdin, say, doOpen });
};

/**
 * Who watches may act: `--lab`, or `--inspect` with INSPECT_CONTROL=1.
 *
 * @throws {UserError} `ARGUMENT`
 */
const wantsLab = ({ lab = false, inspect = false }: DemoOptions, control = ''): boolean => {
  const isControl = control !== '' && argument('cannot run the demo: INSPECT_CONTROL', control, yesNo);
  if (isControl && !inspect && !lab)
    throw new UserError(
      'ARGUMENT',
      `cannot run the demo: INSPECT_CONTROL is ${JSON.stringify(control)}, which needs --inspect (make demo INSPECT=1): it is the page that acts`,
    );
  return lab || isControl;
};

/** @throws {UserError} `CERTIFICATES` */
const securing = async (dir: string, agencies: number): Promise<string> => {
  const { provideCertificates } = await import('../identity/provide.ts');
  const { made } = await provideCertificates('run the demo', dir, agencies);
  return `TLS       certificates in ${dir}${made.length > 0 ? ', just made' : ''}`;
};

/** How many agencies there may be. */
const COUNTS = {
  fleet: () => wholeNumber(1, MOST_AGENCIES),
  processes: (): ValueType<number> => {
    const kind = wholeNumber(1, mostProcesses());
    return {
      ...kind,
      allowed: `${kind.allowed}: each is a process, and this machine has memory for that many`,
    };
  },
};

/** @throws {UserError} `ARGUMENT` */
const checked = <T>(option: string, text: string, type: ValueType<T>): T =>
  argument(`cannot run the demo: ${typed(option)}`, text, type);

/** As many processes as this machine has memory for; all of them wait for the draw at the same time. */
const mostProcesses = (): number =>
  Math.min(MOST_AGENCIES, Math.max(1, Math.floor(memoryBytes() / AGENCY_PROCESS_BYTES)));

/** A container may have less than the machine. */
const memoryBytes = (): number => Math.min(totalmem(), process.constrainedMemory() || totalmem());
