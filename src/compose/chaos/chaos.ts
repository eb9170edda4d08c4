/**
 * `quiniela chaos`: what `make chaos` runs. A cluster in Docker, and in the middle of its upload a server and a node of the
 * engine are killed, a server and a node lose their network, and all come back. In the end everything is counted.
 */
import { prepareData } from '../../demo/data.ts';
import { UserError } from '../../errors.ts';
import { CHAOS_DRAW_MS, CHAOS_STEP_MS } from '../../limits.ts';
import { sum } from '../../numbers.ts';
import { allContainers, containersOf } from '../compose-file.ts';
import { containers, docker } from '../engine.ts';
import { findRepository } from '../places.ts';
import { script } from '../up/survey.ts';
import { type UpOptions, up } from '../up/up.ts';
import { readWanted } from '../up/wanted.ts';
import { isCurrent, isHealthy, leader } from './ask.ts';
import { compare } from './compare.ts';
import { Cuts } from './cuts.ts';
import { Upload } from './upload.ts';
import { watch } from './watch.ts';

type Step = {
  /** From which part of the upload on it happens, in percent. */
  from: number;
  /** What has to be known first: the upload stands still meanwhile. */
  find?: () => Promise<void>;
  /** The upload goes on meanwhile, unless `isHeld`. @returns what has happened */
  run: () => string | Promise<string>;
  isHeld?: boolean;
};

/** @returns the exit code @throws {UserError} as `up`, and if the upload does not go on */
export async function chaos(options: UpOptions): Promise<number> {
  const { env, say, signal } = options;
  const wanted = readWanted(env);
  const { agencies, servers = 1, isFleet } = wanted;
  if (servers < 3 || agencies < 1 || (wanted.mode ?? 'lottery') !== 'lottery') {
    const asked = `SERVERS=${servers} AGENCIES=${agencies} MODE=${wanted.mode ?? 'lottery'}`;
    throw new UserError(
      'ARGUMENT',
      `cannot run make chaos with ${asked}: it needs 3 servers or more, an agency, and a draw`,
    );
  }
  const code = await up({ ...options, paced: true });
  if (code !== 0) return code;
  const clients = containersOf({ clients: agencies, fleet: isFleet });
  const upload = new Upload(clients);
  const { project, rows } = await upload.heldFor(async () => {
    const project = script(findRepository(), 'project.sh').trim();
    const rows = await rowsOf(wanted.data ?? '.data', agencies, signal);
    await disturb({ upload, cuts: new Cuts(`${project}_engine_net`), total: sum(rows), say, signal });
    return { project, rows };
  });
  await ended(
    [...clients, ...allContainers({ clients: 0, servers }).filter((name) => name.startsWith('server'))],
    signal,
  );
  return compare({ project, clients, servers, rows, say });
}

type Disturbed = {
  upload: Upload;
  cuts: Cuts;
  /** Bets of all agencies. */
  total: number;
  say: (line: string) => void;
  signal: AbortSignal;
};

/** All that happens during the upload, which stands before and after it. @throws {UserError} `STALLED` */
export async function disturb({ upload, cuts, total, say, signal }: Disturbed): Promise<void> {
  try {
    for (const { from, find, run, isHeld } of steps(cuts, signal)) {
      const bets = await upload.reach(Math.ceil((from * total) / 100), signal);
      await find?.();
      if (!isHeld) upload.letOn();
      say(`${percent(bets, total)} uploaded: ${await run()}`);
      upload.hold();
    }
  } finally {
    // Nobody else would: Compose starts what has ended, and leaves what runs as it is.
    cuts.mendAll();
  }
}

/** Bets of each agency's file, from agency 1. */
async function rowsOf(folder: string, agencies: number, signal: AbortSignal): Promise<readonly number[]> {
  const { rows } = await prepareData(
    { agencies, bets: 0, folder, isGiven: true, onMaking: () => {} },
    signal,
  );
  return rows;
}

const percent = (bets: number, total: number): string =>
  `${String(Math.floor((100 * bets) / Math.max(1, total))).padStart(3)} %`;

function steps(cuts: Cuts, signal: AbortSignal): Step[] {
  let killed = '';
  /** A node that lives, and is not the one that was killed. */
  const other = () => (killed === 'nats3' ? 'nats2' : 'nats3');
  return [
    {
      from: 10,
      run: () => {
        docker('kill', '-s', 'KILL', 'server2');
        return 'server2 is killed; its agencies go to the others';
      },
    },
    {
      from: 20,
      find: async () => {
        killed = await leadingNode(signal);
      },
      run: () => {
        docker('kill', '-s', 'KILL', killed);
        return `${killed} is killed, which led the engine; the others elect a new leader`;
      },
    },
    {
      from: 35,
      isHeld: true,
      run: async () => {
        docker('start', killed, 'server2');
        await comesBack('server2', 'has not answered', isHealthy, signal);
        // Two nodes are enough, but only two that have all: the next one is cut off soon.
        await comesBack(killed, 'has not caught up with the engine', isCurrent, signal);
        return `${killed} and server2 are started again; the agencies stood still until both were back`;
      },
    },
    {
      from: 50,
      run: () => {
        cuts.cut('server3');
        return 'the network between server3 and the engine is cut: it takes bets, and acknowledges none';
      },
    },
    {
      from: 60,
      run: () => {
        cuts.mend('server3');
        cuts.cut(other());
        return `server3 has its network again; that between ${other()} and the other nodes is cut`;
      },
    },
    {
      from: 75,
      run: () => {
        cuts.mend(other());
        return `${other()} has its network again`;
      },
    },
  ];
}

/** Waits until what was started again is back. @param lack what it has not done before @throws {UserError} `STALLED` */
const comesBack = (
  name: string,
  lack: string,
  isBack: (name: string) => boolean,
  signal: AbortSignal,
): Promise<boolean> =>
  watch(
    () => (isBack(name) ? { found: true } : { soFar: `${name} ${lack} since it was started again` }),
    CHAOS_STEP_MS,
    signal,
  );

/** Waits for an election, if there is one just now. @throws {UserError} `STALLED` */
const leadingNode = (signal: AbortSignal): Promise<string> =>
  watch(
    () => {
      const found = leader();
      return found === undefined ? { soFar: 'no node of the engine has led it' } : { found };
    },
    CHAOS_STEP_MS,
    signal,
  );

/** @throws {UserError} `STALLED` if containers have not ended by themselves */
const ended = (names: readonly string[], signal: AbortSignal): Promise<boolean> =>
  watch(
    () => {
      const left = containers().filter(({ name, isRunning }) => isRunning && names.includes(name));
      const soFar = `${left.map(({ name }) => name).join(' ')} have gone on`;
      return left.length === 0 ? { found: true } : { soFar };
    },
    CHAOS_DRAW_MS,
    signal,
  );
