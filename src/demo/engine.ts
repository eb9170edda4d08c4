/**
 * An engine for a demo of many servers: three nodes of nats-server as processes of this machine, with the configuration
 * that the images have. They end with the demo, whatever happens to it.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { findRepository } from '../compose/places.ts';
import { UserError } from '../errors.ts';
import { DEMO_ENGINE_START_MS } from '../limits.ts';
import { makeFolder } from '../make-folder.ts';
import { untilWhole } from '../nats/left-out.ts';
import { isOldEngine, OLDEST_ENGINE } from '../nats/version.ts';
import { freePort } from './free-port.ts';
import type { Cluster } from './launches.ts';
import { namedEngine } from './named-engine.ts';

type DemoEngine = { cluster: Cluster; stop(): Promise<void> };

type Node = {
  name: string;
  env: { NATS_LISTEN: string; NATS_MONITOR: string } & NodeJS.ProcessEnv;
  log: string;
  child?: ChildProcess;
};

const NAMES = ['nats1', 'nats2', 'nats3'];
const PROGRAM = 'nats-server';

/** Kills its node when the demo is gone, which holds the other end of its standard input. */
const UNTIL_EOF = '"$0" "$@" </dev/null & node=$!; cat >/dev/null; kill -9 "$node"; wait "$node"';

/**
 * @param folder for what the nodes keep: it is emptied
 * @throws UserError `NATS` if there is no nats-server, or it is too old, or does not start; or the one that is named is
 *   of no use
 */
export async function startEngine(folder: string, servers: number, draw: string): Promise<DemoEngine> {
  const { env } = process;
  if (env.NATS_URL) return { cluster: await namedEngine(env.NATS_URL, draw, env), stop: async () => {} };
  expectProgram(servers);
  await rm(folder, { recursive: true, force: true });
  const nodes = await nodesIn(folder);
  const stop = async (): Promise<void> => {
    await Promise.all(nodes.map(end));
    await rm(folder, { recursive: true, force: true });
  };
  for (const node of nodes) start(node);
  try {
    await expectWhole(nodes);
  } catch (error) {
    await stop();
    throw error;
  }
  const url = nodes.map(({ env }) => `nats://${env.NATS_LISTEN}`).join(',');
  return { cluster: { url, draw, files: {}, replicas: NAMES.length }, stop };
}

async function nodesIn(folder: string): Promise<Node[]> {
  const places: { name: string; listen: string; cluster: string; monitor: string }[] = [];
  for (const name of NAMES) {
    const [listen, cluster, monitor] = [await freeAddress(), await freeAddress(), await freeAddress()];
    places.push({ name, listen, cluster, monitor });
    await makeFolder(join(folder, name));
  }
  const routes = `[${places.map(({ cluster }) => `nats://${cluster}`).join(', ')}]`;
  return places.map(({ name, listen, cluster, monitor }) => {
    const store = resolve(folder, name);
    const env = {
      PATH: process.env.PATH,
      NATS_NAME: name,
      NATS_LISTEN: listen,
      NATS_CLUSTER: cluster,
      NATS_MONITOR: monitor,
      NATS_ROUTES: routes,
      NATS_STORE: store,
      NATS_DISK: '16GB',
    };
    return { name, env, log: join(store, 'log') };
  });
}

const freeAddress = async (): Promise<string> => `127.0.0.1:${await freePort()}`;

function start(node: Node): void {
  const config = join(findRepository(), 'docker', 'nats', 'nats.conf');
  const args = ['-c', UNTIL_EOF, PROGRAM, '-c', config, '-l', node.log];
  node.child = spawn('sh', args, { env: node.env, detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  node.child.stdin?.on('error', () => {});
}

function expectProgram(servers: number): void {
  const { stdout = '' } = spawnSync(PROGRAM, ['--version'], { encoding: 'utf8' });
  const [, version] = /v(\d+\.\d+\.\d+\S*)/.exec(stdout ?? '') ?? [];
  if (version !== undefined && !isOldEngine(version)) return;
  const found =
    version === undefined ? `there is no ${PROGRAM} on the PATH` : `the ${PROGRAM} on the PATH is ${version}`;
  throw new UserError(
    'NATS',
    `cannot run the demo with ${servers} servers: ${found}, and NATS_URL names none: it must be ${OLDEST_ENGINE} or later, from https://github.com/nats-io/nats-server/releases or a system's packages (Debian 13 has it); make cluster needs only Docker`,
  );
}

async function end({ child }: Node): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.stdin?.end();
  await ended;
}

/** @throws UserError `NATS` if it is not ready in time */
async function expectWhole(nodes: readonly Node[]): Promise<void> {
  const monitors = new Map(nodes.map(({ name, env }) => [name, env.NATS_MONITOR]));
  const again = async (names: readonly string[]) => {
    for (const node of nodes.filter(({ name }) => names.includes(name))) {
      await end(node);
      start(node);
    }
  };
  if (await untilWhole(monitors, again)) return;
  const why = (await Promise.all(nodes.map(failureOf))).filter((line) => line !== undefined);
  const text = [`its engine is not ready after ${DEMO_ENGINE_START_MS / 1_000} s`, ...why].join('; ');
  throw new UserError('NATS', `cannot run the demo: ${text}`, { exitCode: 1 });
}

/** Why a node ended, as its log has it. */
const failureOf = async ({ name, log }: Node): Promise<string | undefined> => {
  const [, why] = /\[FTL\] (.*)/.exec(await readFile(log, 'utf8').catch(() => '')) ?? [];
  return why && `${name}: ${why}`;
};
