/** The network's addresses: the exercise's 172.25.125.0/24, or the smallest wider one around it that is enough. */

const BASE = (172 << 24) | (25 << 16) | (125 << 8);
const PREFIX = 24;

/** The network itself, its broadcast address, Docker's gateway, the server, and the echo test's container. */
const OTHER_ADDRESSES = 5;

/** Ports of a Linux bridge: more containers than this cannot join one Docker network, whatever its subnet. */
const BRIDGE_PORTS = 1_024;

export type Subnet = {
  cidr: string;
  /** For the compose file; undefined where there is nothing to say. */
  comment: string | undefined;
};

export function subnetFor(clients: number): Subnet {
  let prefix = PREFIX;
  while (2 ** (32 - prefix) < clients + OTHER_ADDRESSES) prefix -= 1;
  const network = (BASE & (-1 << (32 - prefix))) >>> 0;
  const octets = [24, 16, 8, 0].map((shift) => (network >>> shift) & 255);
  return { cidr: `${octets.join('.')}/${prefix}`, comment: commentFor(clients, prefix) };
}

function commentFor(clients: number, prefix: number): string | undefined {
  if (prefix === PREFIX) return undefined;
  const wider = ` 172.25.125.0/${PREFIX} has addresses for ${2 ** (32 - PREFIX) - OTHER_ADDRESSES} agencies; ${clients} need this wider one.`;
  const full = ` A Linux bridge has ${BRIDGE_PORTS} ports: Docker cannot start all ${clients} agencies on one machine's network.`;
  return clients + 1 < BRIDGE_PORTS ? wider : `${wider}\n${full}`;
}
