/** Which server a call is for: those of a list take turns, and so do the addresses of one name. */
import { type LookupAddress, lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';

export type Place = { host: string; port: number };

/** The addresses of a name, beginning with another one each time; Node tries the others after it. */
const turned =
  (turn: number): LookupFunction =>
  (host, options, callback) =>
    lookup(host, { ...options, all: true }, (error, found) => {
      const addresses = error ? [] : fromTurn(found, turn);
      const [first] = addresses;
      if (options.all || !first) callback(error, addresses);
      else callback(error, first.address, first.family);
    });

/** Sorted first: name servers answer in another order each time, so the next address might be the last one again. */
export const fromTurn = (found: readonly LookupAddress[], turn: number): LookupAddress[] => {
  const preferred = found[0]?.family;
  const addresses = found.toSorted(
    (one, other) =>
      Number(one.family !== preferred) - Number(other.family !== preferred) ||
      (one.address < other.address ? -1 : 1),
  );
  const first = turn % Math.max(1, addresses.length);
  return [...addresses.slice(first), ...addresses.slice(0, first)];
};

/** How a call reaches its server; `call` counts them. @param servers one at least */
export const wayTo = (
  servers: readonly Place[],
  call: number,
): { host: string; port: number; lookup?: LookupFunction } => {
  const place = servers[call % servers.length];
  if (!place) throw new Error('there are no servers to call');
  const { host, port } = place;
  return { host, port, lookup: turned(Math.floor(call / servers.length)) };
};
