/**
 * An engine for a demo of many servers: three nodes of nats-server as processes of this machine, with the configuration
 * that the images have. They end with the demo, whatever happens to it.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findRepository } from '../compose/places.ts';
import { argument, engineNodes } from '../config/values.ts';
import { UserError } from '../errors.ts';
import { DEMO_ENGINE_LOOK_MS, DEMO_ENGINE_START_MS } from '../limits.ts';
import { makeFolder } from '../make-folder.ts';
import { isOldEngine, OLDEST_ENGINE } from '../nats/version.ts';

export type DemoEngine = {
  /** As STORE_URL has it. */
  url: string;
  stop(): Promise<void>;
};

const NODES = ['nats1', 'nats2', 'nats3'];
const PROGRAM = 'nats-server';

/** Kills its node when the demo is gone, which holds the other end of its standard input. */
const UNTIL_EOF = '"$0" "$@" </dev/null & node=$!; cat >/dev/null; kill -9 "$node"; wait "$node"';

/**
 * @param folder for what the nodes keep: it is emptied
 * @throws UserError `NATS` if there is no nats-server, or it is too old, or does not start
 */
export async function startEngine(folder: string, servers: number): Promise<DemoEngine> {
  const url = process.env.NATS_URL;
  if (url) {
    const nodes = argument('cannot run the demo: NATS_URL', url, engineNodes);
    return { url: nodes.join(','), stop: async () => {} };
  }
  expectProgram(servers);
  await rm(folder, { recursive: true, force: true });
  const nodes = [];
  for (const name of NODES)
    nodes.push({ name, client: await freePort(), cluster: await freePort(), monitor: await freePort() });
  const routes = `[${nodes.map(({ cluster }) => `nats://127.0.0.1:${cluster}`).join(', ')}]`;
  const config = join(findRepository(), 'docker', 'nats', 'nats.conf');
  const children: ChildProcess[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(children.map(end));
    await rm(folder, { recursive: true, force: true });
  };
  for (const { name, client, cluster, monitor } of nodes) {
    await makeFolder(join(folder, name));
    const env = {
      PATH: process.env.PATH,
      NATS_NAME: name,
      NATS_LISTEN: `127.0.0.1:${client}`,
      NATS_CLUSTER: `127.0.0.1:${cluster}`,
      NATS_MONITOR: `127.0.0.1:${monitor}`,
      NATS_ROUTES: routes,
      NATS_STORE: resolve(folder, name),
      NATS_DISK: '16GB',
    };
    const args = ['-c', UNTIL_EOF, PROGRAM, '-c', config, '-l', resolve(folder, name, 'log')];
    const child = spawn('sh', args, { env, detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
    child.stdin?.on('error', () => {});
    children.push(child);
  }
  try {
    for (const { monitor } of nodes) await untilHealthy(monitor);
  } catch (error) {
    await Promise.all(children.map(end));
    throw error;
  }
  return { url: nodes.map(({ client }) => `nats://127.0.0.1:${client}`).join(','), stop };
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

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.stdin?.end();
  await ended;
}

async function untilHealthy(port: number): Promise<void> {
  const deadline = Date.now() + DEMO_ENGINE_START_MS;
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => undefined);
    if (answer?.ok) return;
    if (Date.now() > deadline) {
      const text = `cannot run the demo: its engine is not ready after ${DEMO_ENGINE_START_MS / 1_000} s`;
      throw new UserError('NATS', text, { exitCode: 1 });
    }
    await sleep(DEMO_ENGINE_LOOK_MS);
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
