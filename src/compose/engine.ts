/** What the Docker engine of this machine has: asked through its own command line, as users have configured it. */
import { spawn, spawnSync } from 'node:child_process';
import { UserError } from '../errors.ts';
import { IMAGE_PULL_MS } from '../limits.ts';

/** Bytes of an answer: `docker inspect` says some 10 kB of each container, and there may be 10,000. */
const ANSWER_BYTES = 256 * 1024 * 1024;

export type Container = Readonly<{
  name: string;
  /** The Compose project that it is of, and the folder of that; empty if there is none. */
  project: string;
  folder: string;
  /** The id of its image: by now others may have one of that name. */
  image: string;
  isRunning: boolean;
  /** Its health check says so. */
  isHealthy: boolean;
  status: string;
  exitCode: number;
  /** Why the engine could not start it; empty if it could. */
  refusal: string;
  startedAt: string;
  /** The ids of the networks that it is in; empty texts before its first start. */
  networks: readonly string[];
  env: Readonly<Record<string, string>>;
  /** Ports of the host that it publishes. */
  hostPorts: readonly number[];
}>;

export type Network = Readonly<{ id: string; name: string; project: string; subnets: readonly string[] }>;

/** Whose eyes a container's process has for a mounted file: `user` by its number, `others` if the engine maps users
 * to numbers of its own, `anyone` if the files are not this machine's, or are shared without their owners. */
export type MountView = 'user' | 'others' | 'anyone';

const PROJECT = 'com.docker.compose.project';
const FOLDER = 'com.docker.compose.project.working_dir';
/** Of each container that Compose has made. Others have only the labels of their image, and Compose may have built that. */
const NUMBER = 'com.docker.compose.container-number';

type Inspected = {
  Name: string;
  Image: string;
  State: {
    Running: boolean;
    Health?: { Status: string };
    Status: string;
    ExitCode: number;
    Error: string;
    StartedAt: string;
  };
  Config: { Env: string[] | null; Labels: Record<string, string> | null };
  HostConfig: { PortBindings: Record<string, { HostPort: string }[] | null> | null };
  NetworkSettings: { Networks: Record<string, { NetworkID: string } | null> | null };
};

/**
 * Runs `docker` and answers what it printed.
 *
 * @throws {UserError} `DOCKER`, with the engine's own words
 */
export function docker(...args: string[]): string {
  const ran = run(args);
  if (ran.status === 0) return ran.stdout;
  throw cannotRun(args, ran);
}

/** What `docker` printed; undefined if it failed, which is for who asks to make something of. */
export function answerOf(...args: string[]): string | undefined {
  const { status, stdout } = run(args);
  return status === 0 ? stdout : undefined;
}

function cannotRun(args: readonly string[], { stderr, error, status, signal }: Ended): UserError {
  const said = stderr?.trim().split('\n').at(-1);
  const why = error?.message ?? (said || `it has ended with ${signal ?? `exit code ${status}`}`);
  return new UserError('DOCKER', `cannot run docker ${args.slice(0, 2).join(' ')}: ${why}`);
}

const run = (args: readonly string[]) =>
  spawnSync('docker', args, { encoding: 'utf8', maxBuffer: ANSWER_BYTES });

/** How a command has ended, and what it complained of. */
type Ended = {
  status: number | null;
  signal: NodeJS.Signals | null;
  stderr: string;
  error?: Error | undefined;
};

/**
 * What `docker … inspect` says of things that are there: one that is removed meanwhile makes it fail, and is not in its answer.
 *
 * @throws {UserError} `DOCKER` if it fails of anything else
 */
function inspected<T>(...args: string[]): T[] {
  const ran = run(args);
  if (ran.status !== 0 && !GONE.test(ran.stderr)) throw cannotRun(args, ran);
  return JSON.parse(ran.stdout) as T[];
}

/** `No such container: …`, `network … not found`, as each version has it. */
const GONE = /no such (container|network|volume)|(network|volume) \S+ not found/i;

/** All containers, stopped ones too. */
export function containers(): Container[] {
  const ids = docker('ps', '-aq', '--no-trunc').split('\n').filter(Boolean);
  if (ids.length === 0) return [];
  return inspected<Inspected>('inspect', '--type', 'container', ...ids).map(
    ({ Name, Image, State, Config, HostConfig, NetworkSettings }) => ({
      name: Name.replace(/^\//, ''),
      project: (Config.Labels?.[NUMBER] && Config.Labels[PROJECT]) || '',
      folder: Config.Labels?.[FOLDER] ?? '',
      image: Image,
      isRunning: State.Running,
      isHealthy: State.Health?.Status === 'healthy',
      status: State.Status,
      exitCode: State.ExitCode,
      refusal: State.Error,
      startedAt: State.StartedAt,
      networks: Object.values(NetworkSettings.Networks ?? {}).map((network) => network?.NetworkID ?? ''),
      env: Object.fromEntries((Config.Env ?? []).map((line) => line.split(/=(.*)/s).slice(0, 2))),
      hostPorts: Object.values(HostConfig.PortBindings ?? {}).flatMap((bindings) =>
        (bindings ?? []).map(({ HostPort }) => Number(HostPort)),
      ),
    }),
  );
}

type InspectedNetwork = {
  Id: string;
  Name: string;
  Labels: Record<string, string> | null;
  IPAM: { Config: { Subnet?: string }[] | null };
};

export function networks(): Network[] {
  const ids = docker('network', 'ls', '-q', '--no-trunc').split('\n').filter(Boolean);
  if (ids.length === 0) return [];
  return inspected<InspectedNetwork>('network', 'inspect', ...ids).map(({ Id, Name, Labels, IPAM }) => ({
    id: Id,
    name: Name,
    project: Labels?.[PROJECT] ?? '',
    subnets: (IPAM.Config ?? []).flatMap(({ Subnet }) => Subnet ?? []),
  }));
}

/**
 * Why an image is not to be had, in docker's words; undefined if it is here, or has come, whose progress is the user's to see.
 *
 * @throws what `signal` is aborted with
 */
export async function missingImage(image: string, signal: AbortSignal): Promise<string | undefined> {
  if (run(['image', 'inspect', image]).status === 0) return undefined;
  const late = AbortSignal.timeout(IMAGE_PULL_MS);
  const args = ['pull', image];
  const ran = await runShown(args, { stderr: 'pipe', signal: AbortSignal.any([signal, late]) });
  if (ran.status === 0) return undefined;
  signal.throwIfAborted();
  return late.aborted
    ? `docker pull ${image} has not ended within ${IMAGE_PULL_MS / 60_000} minutes`
    : cannotRun(args, ran).message;
}

type Shown = { signal: AbortSignal; stderr?: 'inherit' | 'pipe'; env?: NodeJS.ProcessEnv };

/** Runs `docker` on this terminal. It is told to end by `signal`: what only this process heard, and an engine that does not answer. */
export const runShown = (
  args: readonly string[],
  { signal, stderr = 'inherit', env = process.env }: Shown,
): Promise<Ended> => {
  const child = spawn('docker', args, { stdio: ['inherit', 'inherit', stderr], env });
  const end = () => child.kill('SIGTERM');
  signal.addEventListener('abort', end);
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-LAST_WORDS);
  });
  return new Promise<Ended>((resolve) => {
    child.on('error', (error) => resolve({ status: null, signal: null, stderr: said, error }));
    child.on('close', (status, endedBy) => resolve({ status, signal: endedBy, stderr: said }));
  }).finally(() => signal.removeEventListener('abort', end));
};

/** Characters of what docker complained of last. */
const LAST_WORDS = 8_192;

/** How the engine's containers see this machine's files. */
export function mountView(): MountView {
  const host = process.env.DOCKER_HOST ?? '';
  if (/^(tcp|ssh|https?):/.test(host)) return 'anyone';
  const said = docker('info', '--format', '{{.OperatingSystem}}\n{{json .SecurityOptions}}');
  if (said.includes('Docker Desktop')) return 'anyone';
  return /name=(rootless|userns)/.test(said) ? 'others' : 'user';
}

/** The clone that a volume holds a draw of, empty if it is none of ours; undefined if there is no such volume. */
export function cloneOfVolume(name: string): string | undefined {
  const [volume] = inspected<{ Labels: Record<string, string> | null }>('volume', 'inspect', name);
  return volume && (volume.Labels?.['quiniela.clone'] ?? '');
}

/** What a container has written since its last start, its errors too. */
export function logOf({ name, startedAt }: Container): string {
  const { stdout, stderr } = run(['logs', '--since', startedAt, name]);
  return stdout + stderr;
}

/** What containers have written in all their lives. */
export const logsOf = (names: readonly string[]): string =>
  names
    .map((name) => {
      const { stdout, stderr } = run(['logs', name]);
      return stdout + stderr;
    })
    .join('\n');
