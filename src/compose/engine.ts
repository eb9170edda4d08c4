/** What the Docker engine of this machine has: asked through its own command line, as users have configured it. */
import { spawnSync } from 'node:child_process';
import { UserError } from '../errors.ts';
import { IMAGE_PULL_MS } from '../limits.ts';

/** Bytes of an answer: `docker inspect` says some 10 kB of each container, and there may be 10,000. */
const ANSWER_BYTES = 256 * 1024 * 1024;

export type Container = Readonly<{
  name: string;
  /** The Compose project that it is of, and the folder of that; empty if there is none. */
  project: string;
  folder: string;
  isRunning: boolean;
  status: string;
  exitCode: number;
  startedAt: string;
  env: Readonly<Record<string, string>>;
  /** Ports of the host that it publishes. */
  hostPorts: readonly number[];
}>;

export type Network = Readonly<{ name: string; project: string; subnets: readonly string[] }>;

/** Whose eyes a container's process has for a mounted file: `user` by its number, `others` if the engine maps users
 * to numbers of its own, `anyone` if the files are not this machine's, or are shared without their owners. */
export type MountView = 'user' | 'others' | 'anyone';

const PROJECT = 'com.docker.compose.project';
const FOLDER = 'com.docker.compose.project.working_dir';
/** Of each container that Compose has made. Others have only the labels of their image, and Compose may have built that. */
const NUMBER = 'com.docker.compose.container-number';

type Inspected = {
  Name: string;
  State: { Running: boolean; Status: string; ExitCode: number; StartedAt: string };
  Config: { Env: string[] | null; Labels: Record<string, string> | null };
  HostConfig: { PortBindings: Record<string, { HostPort: string }[] | null> | null };
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

function cannotRun(args: readonly string[], { stderr, error, status, signal }: Ran): UserError {
  const said = stderr?.trim().split('\n').at(-1);
  const why = error?.message ?? (said || `it has ended with ${signal ?? `exit code ${status}`}`);
  return new UserError('DOCKER', `cannot run docker ${args.slice(0, 2).join(' ')}: ${why}`);
}

const run = (args: readonly string[]) =>
  spawnSync('docker', args, { encoding: 'utf8', maxBuffer: ANSWER_BYTES });

type Ran = ReturnType<typeof run>;

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
    ({ Name, State, Config, HostConfig }) => ({
      name: Name.replace(/^\//, ''),
      project: (Config.Labels?.[NUMBER] && Config.Labels[PROJECT]) || '',
      folder: Config.Labels?.[FOLDER] ?? '',
      isRunning: State.Running,
      status: State.Status,
      exitCode: State.ExitCode,
      startedAt: State.StartedAt,
      env: Object.fromEntries((Config.Env ?? []).map((line) => line.split(/=(.*)/s).slice(0, 2))),
      hostPorts: Object.values(HostConfig.PortBindings ?? {}).flatMap((bindings) =>
        (bindings ?? []).map(({ HostPort }) => Number(HostPort)),
      ),
    }),
  );
}

type InspectedNetwork = {
  Name: string;
  Labels: Record<string, string> | null;
  IPAM: { Config: { Subnet?: string }[] | null };
};

export function networks(): Network[] {
  const ids = docker('network', 'ls', '-q', '--no-trunc').split('\n').filter(Boolean);
  if (ids.length === 0) return [];
  return inspected<InspectedNetwork>('network', 'inspect', ...ids).map(({ Name, Labels, IPAM }) => ({
    name: Name,
    project: Labels?.[PROJECT] ?? '',
    subnets: (IPAM.Config ?? []).flatMap(({ Subnet }) => Subnet ?? []),
  }));
}

/** Whether an image is here, or comes when it is asked for; its progress is the user's to see. */
export const hasImage = (image: string): boolean =>
  run(['image', 'inspect', image]).status === 0 ||
  spawnSync('docker', ['pull', image], { stdio: ['ignore', 'inherit', 'ignore'], timeout: IMAGE_PULL_MS })
    .status === 0;

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
