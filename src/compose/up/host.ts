/** What others on this host have already: names, subnets, ports. Whatever stands in the way is said in one line. */
import { networkInterfaces } from 'node:os';
import { UserError } from '../../errors.ts';
import { isFree } from '../../net/free-port.ts';
import { type Container, docker, type Network } from '../engine.ts';
import { isWideEnough, type Taken } from '../subnet.ts';

/**
 * Containers have the exercise's names, `server`, `client1`, whatever their project is called.
 *
 * @returns those of others, that have a name which is wanted
 */
export const holdersOf = (
  names: ReadonlySet<string>,
  project: string,
  all: readonly Container[],
): Container[] => all.filter((container) => names.has(container.name) && container.project !== project);

/** @throws {UserError} `NAMES`, unless they are to be removed */
export function freeNames(holders: readonly Container[], isForced: boolean): void {
  const [first] = holders;
  if (first === undefined) return;
  const names = holders.map(({ name }) => name).join(' ');
  if (isForced) {
    docker('rm', '-f', ...holders.map(({ name }) => name));
    return;
  }
  const owner = first.project
    ? `the Compose project "${first.project}" in "${first.folder}"`
    : 'no Compose project';
  const stop = first.project ? `docker compose -p ${first.project} down` : `docker rm -f ${names}`;
  const [what, it] = holders.length === 1 ? ['a container called', 'it'] : ['containers called', 'them'];
  const are = holders.length === 1 ? 'is' : 'are';
  const text = `${what} ${names.replaceAll(' ', ', ')} ${are} there already, of ${owner}: remove ${it} (${stop}), or let FORCE=1 make up do so`;
  throw new UserError('NAMES', text);
}

/** The project's own networks: that of the agencies, and that of an engine. */
export type NetworkName = 'testing_net' | 'engine_net';
const networkName = (project: string, network: NetworkName = 'testing_net'): string =>
  `${project}_${network}`;

/**
 * Who has which addresses: other networks of the engine, and this machine's interfaces.
 *
 * @throws {UserError} `NETWORK` if somebody else has the name of a network that is wanted
 */
export function takenSubnets(
  project: string,
  all: readonly Network[],
  wanted: readonly NetworkName[] = ['testing_net'],
): Taken[] {
  const own = networkName(project);
  const names = wanted.map((network) => networkName(project, network));
  const namesake = all.find((network) => names.includes(network.name) && network.project !== project);
  if (namesake) {
    const { name } = namesake;
    const text = `a network called "${name}" is there already, and not of the Compose project "${project}": docker network rm ${name} removes it`;
    throw new UserError('NETWORK', text);
  }
  const ofDocker = all
    .filter(({ name }) => name !== own)
    .flatMap(({ name, subnets }) => subnets.map((cidr) => ({ cidr, by: `the network "${name}"` })));
  const interfaces = Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) =>
    addresses.flatMap(({ cidr, family }) =>
      cidr && family === 'IPv4' ? [{ cidr, by: `the interface "${name}"` }] : [],
    ),
  );
  // A network's bridge is an interface too; that of the own network is no stranger.
  const bridges = new Set(all.flatMap(({ subnets }) => subnets));
  return [...ofDocker, ...interfaces.filter(({ cidr }) => ![...bridges].some((net) => isSameNet(net, cidr)))];
}

const isSameNet = (net: string, address: string): boolean => {
  const [start = '', bits] = net.split('/');
  if (!address.endsWith(`/${bits}`)) return false;
  const octets = Math.floor(Number(bits) / 8);
  return start.split('.').slice(0, octets).join('.') === address.split('.').slice(0, octets).join('.');
};

/** The subnet that the project's network has: it stays what it is while it is wide enough. */
export const ownSubnet = (
  project: string,
  clients: number,
  all: readonly Network[],
  network?: NetworkName,
): string | undefined =>
  all
    .find(({ name }) => name === networkName(project, network))
    ?.subnets.find((cidr) => !cidr.includes(':') && isWideEnough(cidr, clients));

/** The inspector's page, and how many ports after a first one are tried. */
const INSPECTOR_PORT = 8_080;
const PORTS_TRIED = 50;

export const inspectorPort = (own: readonly Container[]): Promise<number | undefined> =>
  freePortFrom(INSPECTOR_PORT, own, 'inspector');

/**
 * A port of this machine for a container: that which it has if it runs, or the first free one.
 *
 * @returns undefined if all that are tried are taken
 */
export async function freePortFrom(
  first: number,
  own: readonly Container[],
  name: string,
): Promise<number | undefined> {
  const running = own.find((container) => container.name === name && container.isRunning)?.hostPorts[0];
  if (running !== undefined) return running;
  for (let port = first; port < first + PORTS_TRIED; port += 1) {
    if (await isFree(port)) return port;
  }
  return undefined;
}
