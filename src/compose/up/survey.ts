/** What is on this host already, looked at before anything is touched: whose it is, and whether it is in the way. */
import { spawnSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT_PERMANENT } from '../../../machines/exit-codes.ts';
import { UserError } from '../../errors.ts';
import { type Container, cloneOfVolume, containers, logOf, type Network, networks } from '../engine.ts';
import type { Taken } from '../subnet.ts';
import { freeNames, holdersOf, type NetworkName, takenSubnets } from './host.ts';
import { checkOtherKind } from './old-draw.ts';
import { fits, isAgency, type Shape, shapeOf, shapeText } from './shape.ts';

export type Survey = {
  project: string;
  /** The project's containers, running or not. */
  own: Container[];
  networks: Network[];
  /** Subnets of others. */
  taken: Taken[];
  /** The project's volume is there, though none of its containers is. */
  hasOldDraw: boolean;
  /** Others' containers with names that are wanted; FORCE only. */
  holders: Container[];
};

/** Runs one of docker/*.sh. @throws {UserError} `DOCKER` with what it said */
export function script(root: string, name: string, ...args: string[]): string {
  const path = join(root, 'docker', name);
  const { status, stdout, stderr, signal } = spawnSync('sh', [path, ...args], { encoding: 'utf8' });
  if (status === 0) return stdout;
  const silent = `${JSON.stringify(path)} has ended with ${signal ?? `exit code ${status}`}`;
  throw new UserError('DOCKER', stderr.trim() || silent);
}

type Needs = { names: ReadonlySet<string>; volumes: readonly string[]; nets: readonly NetworkName[] };

/**
 * @param names of the containers that are wanted
 * @param volumes that they keep a draw in
 * @param nets the networks that they are in
 * @throws {UserError} `DOCKER`, `NAMES`, `PAUSED`, `NETWORK`, `VOLUME`: what is in the way, whose it is, and what to type
 */
export function survey(root: string, { names, volumes, nets }: Needs, isForced: boolean): Survey {
  const project = script(root, 'project.sh').trim();
  script(root, 'ours.sh', project, 'up');
  const all = containers();
  const holders = holdersOf(names, project, all);
  if (!isForced) freeNames(holders, false);
  const own = all.filter((container) => container.project === project);
  checkPaused(own);
  const there = networks();
  const taken = takenSubnets(project, there, nets);
  checkOtherKind(root, project, volumes);
  const clones = volumes.map((name) => cloneOfOurs(`${project}_${name}`, root, isForced));
  const hasOldDraw = clones.some((clone) => clone !== undefined) && own.length === 0;
  return { project, own, networks: there, taken, hasOldDraw, holders };
}

/** Compose would fail at them, in the middle. @throws {UserError} `PAUSED` if there are any */
export function checkPaused(own: readonly Container[]): void {
  const names = own.filter(({ status }) => status === 'paused').map(({ name }) => name);
  if (names.length === 0) return;
  const text = `cannot start what is paused, ${names.join(', ')}: docker unpause ${names.join(' ')} lets it go on`;
  throw new UserError('PAUSED', text);
}

/** The clone that a volume is of, if it is there. @throws {UserError} `VOLUME` if that is another one */
function cloneOfOurs(volume: string, root: string, isForced: boolean): string | undefined {
  const clone = cloneOfVolume(volume);
  if (clone === undefined || clone === realpathSync(root) || isForced) return clone;
  const owner = clone === '' ? 'none of ours' : `of the clone in ${JSON.stringify(clone)}`;
  const text = `a volume called ${volume} is there already, and ${owner}: docker volume rm ${volume} removes it, COMPOSE_PROJECT_NAME=another make up does without it, FORCE=1 make up goes on with it`;
  throw new UserError('VOLUME', text);
}

/**
 * @param own the project's containers
 * @throws {UserError} `SHAPE` if they are a system of another kind, whose draw is not over
 */
export function checkShape(own: readonly Container[], wanted: Shape, configured: Shape['mode']): void {
  const there = shapeOf(own, configured);
  if (there === undefined || fits(there, wanted) || isOver(own) || isRefused(own)) return;
  const text = `${shapeText(there)} is there already, and its draw is not over: make down first (it keeps the draw's files), then ${shapeText(wanted)} can start`;
  throw new UserError('SHAPE', text);
}

/**
 * Has the server refused what it was started with, another number of agencies than its draw's, say, before any agency
 * began? The draw goes on with what is right: `make down` would end it.
 */
function isRefused(own: readonly Container[]): boolean {
  const server = own.find(({ name }) => name === 'server');
  const hasRefused = server?.status === 'exited' && server.exitCode === EXIT_PERMANENT;
  return hasRefused && own.every(({ name, status }) => !isAgency(name) || status === 'created');
}

/** Has the draw of a project's containers taken place, and the server left? */
export function isOver(own: readonly Container[]): boolean {
  const server = own.find(({ name }) => name === 'server');
  return server?.status === 'exited' && server.exitCode === 0 && /sorteo.*success/.test(logOf(server));
}
