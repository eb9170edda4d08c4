/**
 * `quiniela up`: what `make up` runs. Everything that can be wrong is looked at before anything is started; then the
 * compose file is written, missing files are made, and Docker Compose does the rest.
 */
import { spawnSync } from 'node:child_process';
import { join, relative } from 'node:path';
import { agencyFileName } from '../../data/file-name.ts';
import { makeMissing, missingAgencies } from '../../data/missing.ts';
import { UserError } from '../../errors.ts';
import { flawOf } from '../agency-files.ts';
import { containersOf, dataFolder } from '../compose-file.ts';
import { type Container, containers, hasVolume, logOf, mountView, networks } from '../engine.ts';
import { findRepository } from '../places.ts';
import { subnetFor } from '../subnet.ts';
import { provideDataFolder, writeComposeFile } from '../write.ts';
import { freeNames, holdersOf, inspectorPort, ownSubnet, takenSubnets } from './host.ts';
import { checkReadable } from './readable.ts';
import { readSettings } from './settings.ts';
import { fits, shapeOf, shapeText } from './shape.ts';
import { type Environment, readWanted, type Wanted } from './wanted.ts';

/** Modes in which an agency reads its file. */
const WITH_FILES = ['lottery', 'batches'];

export type UpOptions = { file: string; env: Environment; say: (line: string) => void; signal: AbortSignal };

/**
 * @returns the exit code
 * @throws {UserError} naming what is wrong in the words that the user typed; nothing has been started then
 */
export async function up({ file, env, say, signal }: UpOptions): Promise<number> {
  const root = findRepository();
  const wanted = readWanted(env);
  // What is made here is for the containers' user too, whatever the umask.
  process.umask(0o022);
  const config = join(root, 'docker');
  const settings = readSettings(config, wanted.agencies);
  for (const warning of settings.warnings) say(`Warning: ${warning}`);
  const mode = wanted.mode ?? settings.mode;

  const project = script(root, 'project.sh').trim();
  script(root, 'ours.sh', project, 'up');
  const options = {
    file,
    clients: wanted.agencies,
    mode: wanted.mode,
    fleet: wanted.isFleet,
    data: wanted.data,
  };
  const all = containers();
  const own = all.filter((container) => container.project === project);
  const names = new Set([...containersOf(options), 'server', ...(wanted.isInspected ? ['inspector'] : [])]);
  const holders = holdersOf(names, project, all);
  if (!wanted.isForced) freeNames(holders, false);
  checkShape(wanted, mode, own, settings.mode);
  const nets = networks();
  const taken = takenSubnets(project, nets);
  const port = wanted.isInspected ? await inspectorPort(own) : undefined;
  const addresses = names.size - 1;
  const kept = ownSubnet(project, addresses, nets);
  const subnet = kept === undefined ? subnetFor(addresses, taken) : { cidr: kept, comment: undefined };

  const view = mountView();
  const hasFiles = wanted.agencies > 0 && WITH_FILES.includes(mode);
  const folder = dataFolder(options);
  provideDataFolder(options);
  if (hasFiles) await provideFiles(wanted, folder, say, signal);
  const mounted = hasFiles ? idsOf(wanted).map((id) => join(folder, agencyFileName(id))) : [];
  checkReadable(
    [
      join(config, 'server.yaml'),
      ...(wanted.agencies > 0 ? [join(config, 'agency.yaml')] : []),
      ...mounted,
    ].map(nearer),
    hasFiles ? nearer(folder) : undefined,
    view,
  );

  const inspect = port !== undefined;
  writeComposeFile({ ...options, inspect, inspectPort: port, subnet });
  say(
    `${file}: the server and ${wanted.agencies === 1 ? '1 agency' : `${wanted.agencies} agencies`}${wanted.isFleet ? ' in one container' : ''}`,
  );
  if (subnet.comment?.includes('taken')) say(`The network is ${subnet.cidr}:${firstLine(subnet.comment)}`);
  if (wanted.isInspected && !inspect) say('No inspector: all ports from 8080 are taken');
  if (own.length === 0 && hasVolume(`${project}_draw`)) {
    say(
      `The volume ${project}_draw is there from before: its draw goes on (make down removes it and keeps a copy)`,
    );
  }

  if (wanted.isForced) freeNames(holders, true);
  process.stdout.write(script(root, 'images.sh', 'keep'));
  return start({ project, file, say, port, isAlone: wanted.agencies === 0 });
}

const idsOf = ({ agencies }: Wanted): number[] => Array.from({ length: agencies }, (_, index) => index + 1);

/** As a user would name it from here. */
const nearer = (path: string): string => {
  const short = relative('.', path);
  return short.startsWith('..') ? path : short || '.';
};

const firstLine = (text: string): string => text.split('\n')[0] ?? '';

/** Runs one of docker/*.sh. @throws {UserError} `DOCKER` with what it said */
function script(root: string, name: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync('sh', [join(root, 'docker', name), ...args], {
    encoding: 'utf8',
  });
  if (status === 0) return stdout;
  throw new UserError('DOCKER', stderr.trim());
}

/** @throws {UserError} `SHAPE` if a system of another kind is there, whose draw is not over */
function checkShape(
  wanted: Wanted,
  mode: Wanted['mode'] & string,
  own: readonly Container[],
  configured: typeof mode,
): void {
  if (wanted.isForced) return;
  const there = shapeOf(own, configured);
  const shape = { agencies: wanted.agencies, mode, isFleet: wanted.isFleet };
  if (there === undefined || fits(there, shape)) return;
  const server = own.find(({ name }) => name === 'server');
  const isOver =
    server?.status === 'exited' && server.exitCode === 0 && /sorteo.*success/.test(logOf(server));
  if (isOver) return;
  const text = `${shapeText(there)} is there already, and its draw is not over: make down first (it keeps the draw's files), then ${shapeText(shape)} can start`;
  throw new UserError('SHAPE', text);
}

/** @throws {UserError} `DATA` */
async function provideFiles(
  wanted: Wanted,
  folder: string,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const { agencies, bets, seed, data } = wanted;
  const flaws = idsOf(wanted).flatMap((id) => flawOf(folder, id) ?? []);
  if (flaws.length > 0) {
    const more = flaws.length > 3 ? ` and ${flaws.length - 3} more` : '';
    throw new UserError(
      'DATA',
      `cannot use the files in ${JSON.stringify(nearer(folder))}: ${flaws.slice(0, 3).join('; ')}${more}`,
    );
  }
  const missing = missingAgencies(folder, agencies);
  if (missing.length === 0) return;
  if (data !== undefined)
    throw new UserError('DATA', `DATA=${data} has no file agency-N.csv for agency ${named(missing)}`);
  await makeMissing({ folder, missing, bets, seed, signal });
  say(`${nearer(folder)}: made files of ${bets} bets for agency ${named(missing)}`);
}

/** A thousand numbers are no message. */
const named = (ids: readonly number[]): string =>
  ids.length > 10 ? `${ids.slice(0, 4).join(' ')} and ${ids.length - 4} more` : ids.join(' ');

type Start = {
  project: string;
  file: string;
  say: (line: string) => void;
  port: number | undefined;
  isAlone: boolean;
};

/** Lines of a log that are shown as the reason of a failure. */
const REASON_LINES = 5;

function start({ project, file, say, port, isAlone }: Start): number {
  const compose = (...more: string[]): boolean => {
    // Agencies wait for a healthy server; without any, this does.
    const wait = isAlone ? ['--wait'] : [];
    const args = [
      'compose',
      '-p',
      project,
      '-f',
      file,
      'up',
      '-d',
      '--build',
      '--remove-orphans',
      ...wait,
      ...more,
    ];
    return spawnSync('docker', args, { stdio: 'inherit' }).status === 0;
  };
  const isInspected = port !== undefined;
  let isUp = compose();
  // Somebody may have taken the port since it was looked at: no reason for the others not to run.
  const hasInspector = (): boolean =>
    containers().some(({ name, isRunning }) => name === 'inspector' && isRunning);
  if (!isUp && isInspected && !hasInspector()) {
    say('The inspector cannot start: the others start without it');
    isUp = compose('--scale', 'inspector=0');
  }
  if (!isUp) {
    sayWhy(project, say);
    return 1;
  }
  if (isInspected && hasInspector())
    say(`The machines at work: http://127.0.0.1:${port}/ (also make status)`);
  say('Next: make logs (follow what they say), make status, make echo-test, make bets, make down');
  return 0;
}

/** What a server that did not start said last. */
function sayWhy(project: string, say: (line: string) => void): void {
  const server = containers().find((one) => one.project === project && one.name === 'server');
  if (server === undefined || server.status === 'created') return;
  const lines = logOf(server).split('\n').filter(Boolean);
  const serious = lines.filter((line) => /ERROR|CRITICAL|^quiniela: |"level":[5-9]\d/.test(line));
  const state = server.isRunning
    ? 'is running, but does not answer'
    : `has ended with exit code ${server.exitCode}`;
  say(`The server ${state}. It says (make logs has all of it):`);
  for (const line of (serious.length > 0 ? serious : lines).slice(-REASON_LINES)) say(`  ${line}`);
}
