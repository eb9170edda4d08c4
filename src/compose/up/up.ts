/**
 * `quiniela up`: what `make up` runs. Everything that can be wrong is looked at before anything is started; then the
 * compose file is written, missing files are made, and Docker Compose does the rest.
 */

import { join } from 'node:path';
import type { Environment } from '../../config/resolve.ts';
import { argument, drawName } from '../../config/values.ts';
import { newDrawName } from '../../lottery/draw-name.ts';
import { addressesOf, allContainers, dataFolder, volumesOf } from '../compose-file.ts';
import { mountView } from '../engine.ts';
import { findRepository } from '../places.ts';
import { engineSubnetFor, type Subnet, subnetFor } from '../subnet.ts';
import { provideDataFolder, writeComposeFile } from '../write.ts';
import { alone } from './alone.ts';
import { removeCutOff } from './cut-off.ts';
import { filesOf, nearer, provideFiles, WITH_FILES } from './files.ts';
import { freeNames, inspectorPort, type NetworkName, ownSubnet } from './host.ts';
import { interruptible } from './interrupted.ts';
import { provideKeys } from './keys.ts';
import { chooseMonitors } from './monitors.ts';
import { writtenDraw } from './old-draw.ts';
import { checkReadable } from './readable.ts';
import { checkRows } from './rows.ts';
import { readSettings } from './settings.ts';
import { start } from './start.ts';
import { checkShape, isOver, type Survey, script, survey } from './survey.ts';
import { readWanted, type Wanted } from './wanted.ts';

export type UpOptions = {
  file: string;
  env: Environment;
  say: (line: string) => void;
  signal: AbortSignal;
  /** The upload takes a while. */
  paced?: boolean;
};

/**
 * @returns the exit code
 * @throws {UserError} naming what is wrong in the words that the user typed; nothing has been started then
 */
export async function up(options: UpOptions): Promise<number> {
  const wanted = readWanted(options.env);
  return interruptible(options, () => alone(findRepository(), () => startWanted(wanted, options)));
}

async function startWanted(wanted: Wanted, { file, env, say, signal, paced }: UpOptions): Promise<number> {
  const root = findRepository();
  const config = join(root, 'docker');
  const { agencies, servers, isFleet, isInspected, isSecured, isMonitored, isForced } = wanted;
  const settings = readSettings(config, agencies, servers !== undefined);
  for (const warning of settings.warnings) say(`Warning: ${warning}`);
  const mode = wanted.mode ?? settings.mode;

  const options = { file, clients: agencies, servers, mode: wanted.mode, fleet: isFleet, data: wanted.data };
  const all = { ...options, inspect: isInspected };
  const nets: NetworkName[] = servers === undefined ? ['testing_net'] : ['testing_net', 'engine_net'];
  const needs = { names: new Set(allContainers(all)), volumes: volumesOf(servers), nets };
  const found = survey(root, needs, isForced);
  if (!isForced) checkShape(found.own, { agencies, servers, mode, isFleet }, settings.mode);
  const port = isInspected ? await inspectorPort(found.own) : undefined;
  const asked = { root, project: found.project, own: found.own, say, signal };
  const monitors = isMonitored ? await chooseMonitors(asked) : undefined;
  const subnet = chooseSubnet(found, addressesOf({ ...all, monitors }));
  const engineSubnet = servers === undefined ? undefined : chooseEngineSubnet(found, subnet.cidr);

  await provideDataFolder(options);
  const hasFiles = agencies > 0 && WITH_FILES.includes(mode);
  const folder = dataFolder(options);
  if (hasFiles) await provideFiles(wanted, folder, { say, signal });
  const mounted = [
    join(config, 'server.yaml'),
    ...(servers === undefined ? [] : [join(config, 'nats', 'nats.conf')]),
    ...(agencies > 0 ? [join(config, 'agency.yaml')] : []),
    ...(monitors ? [join(config, 'monitoring', 'prometheus.yaml')] : []),
    ...(hasFiles ? filesOf(wanted, folder) : []),
  ];
  const view = mountView();
  checkReadable(mounted.map(nearer), hasFiles ? nearer(folder) : undefined, view);
  const certificates = isSecured ? await provideKeys(agencies, { view, say }) : undefined;
  if (hasFiles) await checkRows(wanted, nearer(folder), { config: settings.rows, mode, say });

  const draw = servers === undefined ? undefined : drawOf(found, env, file);
  const more = { certificates, draw, paced, inspect: port !== undefined, inspectPort: port, monitors };
  await writeComposeFile({ ...options, ...more, subnet, engineSubnet });
  const many = agencies === 1 ? '1 agency' : `${agencies} agencies`;
  const one =
    servers === undefined ? 'the server' : `an engine of 3 nodes, ${servers} servers for draw ${draw},`;
  say(`${file}: ${one} and ${many}${isFleet ? ' in one container' : ''}`);
  if (subnet.why !== undefined) say(`The network is ${subnet.cidr}: ${subnet.why}`);
  if (isInspected && port === undefined)
    say('No inspector: every port that was tried, from 8080 on, is taken');
  if (found.hasOldDraw && servers !== undefined) {
    say(
      `The engine's volumes are there from before: draw ${draw} goes on, or is told again if it is over (DRAW_NAME=another begins another; make down keeps the files of all)`,
    );
  } else if (found.hasOldDraw) {
    const volume = `${found.project}_draw`;
    say(
      `The volume ${volume} is there from before: its draw goes on, or the next begins (make down removes it and keeps a copy)`,
    );
  }

  if (isForced) freeNames(found.holders, true);
  process.stdout.write(script(root, 'images.sh', 'keep'));
  const { project, own: before } = found;
  const cut = removeCutOff(before, found.networks);
  if (cut !== undefined) say(cut);
  return start({ project, before, file, say, signal, port, monitors, isAlone: agencies === 0 });
}

/** That of the project's own network as long as it is wide enough, else one that nobody has. */
function chooseSubnet({ project, networks, taken }: Survey, addresses: number): Subnet {
  const cidr = ownSubnet(project, addresses, networks);
  return cidr === undefined ? subnetFor(addresses, taken) : { cidr, comment: undefined };
}

const chooseEngineSubnet = ({ project, networks, taken }: Survey, agencies: string): string =>
  ownSubnet(project, 0, networks, 'engine_net') ?? engineSubnetFor(agencies, taken);

/**
 * All servers of a cluster must name one draw: that which is under way, or may be, if its containers have gone; or a new one.
 *
 * @throws {UserError} `ARGUMENT`
 */
function drawOf({ own, hasOldDraw }: Survey, env: Environment, file: string): string {
  if (env.DRAW_NAME) return argument('DRAW_NAME', env.DRAW_NAME, drawName);
  const current = own.find(({ name }) => name === 'server')?.env.DRAW_NAME;
  if (current !== undefined && !isOver(own)) return current;
  const written = hasOldDraw ? writtenDraw(file) : undefined;
  if (written !== undefined) return argument('DRAW_NAME', written, drawName);
  return newDrawName();
}
