import { join } from 'node:path';
import type { Result } from '../../machines/vocabulary/demo.ts';
import { startEngine } from '../demo/engine.ts';
import type { DemoInspector } from '../demo/inspector.ts';
import { noLab } from '../demo/lab.ts';
import { type Cluster, launches } from '../demo/launches.ts';
import { againSteps, nextSteps, remakeStep } from '../demo/next-steps.ts';
import { resultData } from '../demo/result-data.ts';
import { createScreen, type Screen } from '../demo/screen.ts';
import { isInFront, watch } from '../demo/watching.ts';
import {
  DEMO_LEAVE_MS,
  DEMO_PAGE_MS,
  DEMO_START_MS,
  DEMO_STOP_MS,
  LAB_LEAVE_MS,
  LAB_PAGE_MS,
} from '../limits.ts';
import { newDrawName } from '../lottery/draw-name.ts';
import { counted } from '../numbers.ts';
import { runRoot } from '../runtime/run-root.ts';
import { demoSystem } from '../wiring/demo.ts';
import { type DemoOptions, readWanted } from './demo-wanted.ts';

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
  const { isLab, isInspected, agenciesAs, agencies, bets, servers } = readWanted(options, process.env);
  const entry = process.argv[1]!;
  const certificates = options.tls ? CERTIFICATES : undefined;
  const ca = certificates && join(certificates, 'ca.pem');
  const started = { entry, env: process.env, store: STORE, agencies, isInspected, ca };
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
  process.once('exit', screen.end);
  screen.busy(isInspected ? 'starting the inspector' : "looking at the agencies' files");
  const inspector = isInspected ? await inspectorOf(screen, entry, isLab) : undefined;
  const isEntered = inspector?.entrance !== undefined;
  if (certificates) screen.say(await securing(certificates, agencies));
  screen.busy("looking at the agencies' files");
  const letGo = watched(inspector, screen.say, options.open !== false);
  const folder = { path: data || DATA, isGiven: Boolean(data) };
  const machine = machineOf({
    ...{ screen, inspector, entry, folder, agencies, bets, certificates },
    cluster: engine?.cluster,
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

type Surroundings = {
  screen: Screen;
  inspector: DemoInspector | undefined;
  /** The program that each process runs. */
  entry: string;
  /** The agencies' files. */
  folder: { path: string; isGiven: boolean };
  agencies: number;
  bets: number;
  certificates: string | undefined;
  cluster: Cluster | undefined;
};

const machineOf = ({
  screen,
  inspector,
  entry,
  folder,
  agencies,
  bets,
  certificates,
  cluster,
}: Surroundings) =>
  demoSystem({
    screen,
    data: {
      agencies,
      bets,
      folder: folder.path,
      isGiven: folder.isGiven,
      onMaking: ({ length }) =>
        screen.say(`Making    ${counted(length, 'file')} of ${counted(bets, 'bet')} in ${folder.path}`),
      onProgress: (percent) => screen.busy(`making them: ${percent} %`),
    },
    store: STORE,
    page: inspector?.page ?? (async () => {}),
    lab: inspector?.lab ?? noLab,
    cluster,
    launch: launches({
      entry,
      data: folder.path,
      store: STORE,
      certificates,
      cluster,
      inspectUrl: inspector?.address ?? process.env.INSPECT_URL,
      inspectFile: process.env.INSPECT_FILE,
      isLab: inspector?.entrance !== undefined,
    }),
  });

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

/** A terminal in front of a person: the page is opened from there. Undefined if nobody is there to watch. */
const watched = (inspector: DemoInspector | undefined, say: (line: string) => void, doOpen: boolean) => {
  const { stdin, stdout, env } = process;
  const address = inspector?.address;
  if (address === undefined || !isInFront({ env, stdout })) return undefined;
  const entrance = inspector?.entrance;
  return watch({ address, entrance, env, stdin, say, doOpen });
};

/** @throws {UserError} `CERTIFICATES` */
const securing = async (dir: string, agencies: number): Promise<string> => {
  const { provideCertificates } = await import('../identity/provide.ts');
  const { made } = await provideCertificates('run the demo', dir, agencies);
  return `TLS       certificates in ${dir}${made.length > 0 ? ', just made' : ''}`;
};
