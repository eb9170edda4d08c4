/**
 * The network's addresses: the exercise's 172.25.125.0/24, or the smallest wider one around it that is enough; if
 * somebody has that, the next free one of the same size.
 */
import { howMany } from '../../machines/how-many.ts';
import { UserError } from '../errors.ts';

const BASE = numberOf('172.25.125.0');
const PREFIX = 24;

/** Of the addresses that are for private use, those that Docker itself chooses from: 172.16.0.0/12. */
const FIRST = numberOf('172.16.0.0');
const END = numberOf('172.32.0.0');

/** The network itself, its broadcast address, Docker's gateway, the server, and the echo test's container. */
const OTHER_ADDRESSES = 5;

/** Ports of a Linux bridge: more containers than this cannot join one Docker network, whatever its subnet. */
const BRIDGE_PORTS = 1_024;

export type Subnet = {
  cidr: string;
  /** For the compose file; undefined if there is nothing to say. */
  comment: string | undefined;
  /** Why it is not the exercise's; undefined if it is, or only wider. */
  why?: string;
};

/** Addresses that somebody has, and who. */
export type Taken = Readonly<{ cidr: string; by: string }>;

/**
 * @param taken what the subnet must not overlap
 * @throws {UserError} `SUBNET` if there is no free one
 */
export function subnetFor(clients: number, taken: readonly Taken[] = []): Subnet {
  const prefix = prefixFor(clients);
  const size = 2 ** (32 - prefix);
  const wanted = Math.floor(BASE / size) * size;
  const holder = holderOf(wanted, size, taken);
  if (holder === undefined) {
    return { cidr: `${textOf(wanted)}/${prefix}`, comment: commentFor(clients, prefix) };
  }
  const count = (END - FIRST) / size;
  for (let step = 1; step < count; step += 1) {
    const start = FIRST + ((wanted - FIRST + step * size) % (END - FIRST));
    if (holderOf(start, size, taken) !== undefined) continue;
    const cidr = `${textOf(start)}/${prefix}`;
    const why = `${textOf(wanted)}/${prefix} is taken by ${holder.by} (${holder.cidr})`;
    const comment = [` ${why}: this one is free.`, commentFor(clients, prefix)].filter(Boolean).join('\n');
    return { cidr, comment, why };
  }
  const text = `cannot find a free subnet /${prefix} in 172.16.0.0/12 for ${howMany(clients, 'agency', 'agencies')}: ${holder.cidr} is taken by ${holder.by}, and so are the others (docker network prune removes what nobody uses)`;
  throw new UserError('SUBNET', text);
}

/**
 * For the engine of many servers: beside the agencies' subnet.
 *
 * @throws {UserError} `SUBNET` if there is no free one
 */
export const engineSubnetFor = (agencies: string, taken: readonly Taken[] = []): string =>
  subnetFor(0, [...taken, { cidr: agencies, by: "the agencies' network" }]).cidr;

/** Who has any of a subnet's addresses. */
export function holderOfSubnet(cidr: string, taken: readonly Taken[]): Taken | undefined {
  const [address = '', bits] = cidr.split('/');
  const size = 2 ** (32 - Number(bits));
  return holderOf(Math.floor(numberOf(address) / size) * size, size, taken);
}

/** Is the subnet wide enough for them? */
export const isWideEnough = (cidr: string, clients: number): boolean =>
  Number(cidr.split('/')[1]) <= prefixFor(clients);

function prefixFor(clients: number): number {
  let prefix = PREFIX;
  while (2 ** (32 - prefix) < clients + OTHER_ADDRESSES) prefix -= 1;
  return prefix;
}

function holderOf(start: number, size: number, taken: readonly Taken[]): Taken | undefined {
  return taken.find(({ cidr }) => {
    const [address = '', bits] = cidr.split('/');
    // IPv6 has room elsewhere.
    if (!/^[\d.]+$/.test(address)) return false;
    const theirSize = 2 ** (32 - Number(bits));
    const theirStart = Math.floor(numberOf(address) / theirSize) * theirSize;
    return theirStart < start + size && start < theirStart + theirSize;
  });
}

function commentFor(clients: number, prefix: number): string | undefined {
  if (prefix === PREFIX) return undefined;
  const wider = ` 172.25.125.0/${PREFIX} has addresses for ${2 ** (32 - PREFIX) - OTHER_ADDRESSES} agencies; ${clients} need this wider one.`;
  const full = ` A Linux bridge has ${BRIDGE_PORTS} ports: Docker cannot start all ${clients} agencies on one machine's network.`;
  return clients + 1 < BRIDGE_PORTS ? wider : `${wider}\n${full}`;
}

function numberOf(address: string): number {
  return address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
}

function textOf(number: number): string {
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.');
}
