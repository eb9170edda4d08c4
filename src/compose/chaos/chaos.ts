/**
 * `quiniela chaos`: what `make chaos` runs. A cluster in Docker, and in the middle of its upload a server and a node of the
 * engine are killed, a server and a node lose their network, and all come back. In the end everything is counted.
 */
import { prepareData } from '../../demo/data.ts';
import { UserError } from '../../errors.ts';
import { CHAOS_DRAW_MS, CHAOS_STEP_MS } from '../../limits.ts';
import { allContainers, containersOf } from '../compose-file.ts';
import { containers, docker } from '../engine.ts';
import { findRepository } from '../places.ts';
import { script } from '../up/survey.ts';
import { type UpOptions, up } from '../up/up.ts';
import { readWanted } from '../up/wanted.ts';
import { isCurrent, isHealthy, leader, uploaded } from './ask.ts';
import { compare } from './compare.ts';
import { Cuts } from './cuts.ts';
import { watch } from './watch.ts';
import { withoutUpload } from './without-upload.ts';

/** From which part of the upload on something happens, in percent, and what. */
type Step = { from: number; run: () => string | Promise<string> };

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
  const project = script(findRepository(), 'project.sh').trim();
  const folder = wanted.data ?? '.data';
  const { rows } = await prepareData(
    { agencies, bets: 0, folder, isGiven: true, onMaking: () => {} },
    signal,
  );
  const total = rows.reduce((sum, bets) => sum + bets, 0);
  const clients = containersOf({ clients: agencies, fleet: isFleet });
  const cuts = new Cuts(`${project}_engine_net`);
  try {
    for (const { from, run } of steps(cuts, clients, signal)) {
      const percent = await reach(from, () => (100 * uploaded(clients)) / Math.max(1, total), signal);
      say(`${String(Math.floor(percent)).padStart(3)} % uploaded: ${await run()}`);
    }
  } finally {
    // Nobody else would: Compose starts what has ended, and leaves what runs as it is.
    cuts.mendAll();
  }
  await ended(
    [...clients, ...allContainers({ clients: 0, servers }).filter((name) => name.startsWith('server'))],
    signal,
  );
  return compare({ project, clients, servers, rows, say });
}

function steps(cuts: Cuts, clients: readonly string[], signal: AbortSignal): Step[] {
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
      run: async () => {
        killed = await leadingNode(signal);
        docker('kill', '-s', 'KILL', killed);
        return `${killed} is killed, which led the engine; the others elect a new leader`;
      },
    },
    {
      from: 35,
      run: async () => {
        await withoutUpload(clients, async () => {
          docker('start', killed, 'server2');
          await listening('server2', signal);
          // Two nodes are enough, but only two that have all: the next one is cut off soon.
          await caughtUp(killed, signal);
        });
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

/** Waits for a part of the upload. @returns how much there is then, in percent @throws {UserError} `STALLED` */
const reach = (percent: number, read: () => number, signal: AbortSignal): Promise<number> =>
  watch(
    () => {
      const reached = read();
      const soFar = `the upload has stood at ${reached.toFixed(1)} %`;
      return reached >= percent ? { found: reached } : { soFar };
    },
    CHAOS_STEP_MS,
    signal,
  );

/** Waits until a server that was started again takes connections. @throws {UserError} `STALLED` */
const listening = (name: string, signal: AbortSignal): Promise<boolean> =>
  watch(
    () =>
      isHealthy(name) ? { found: true } : { soFar: `${name} has not answered since it was started again` },
    CHAOS_STEP_MS,
    signal,
  );

/** Waits until a node that was started again has what the others have. @throws {UserError} `STALLED` */
const caughtUp = (node: string, signal: AbortSignal): Promise<boolean> =>
  watch(
    () =>
      isCurrent(node)
        ? { found: true }
        : { soFar: `${node} has not caught up with the engine since it was started again` },
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
