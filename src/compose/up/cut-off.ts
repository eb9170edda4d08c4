/**
 * Containers that were taken off their network, or whose network somebody has removed, as `docker network prune` does
 * while they are stopped. Compose believes them to be as they should, and the engine does not start them again.
 */
import { type Container, docker, type Network } from '../engine.ts';

export function cutOff(own: readonly Container[], all: readonly Network[]): Container[] {
  const there = new Set(all.map(({ id }) => id));
  return own.filter(
    ({ networks }) => networks.length === 0 || networks.some((id) => id !== '' && !there.has(id)),
  );
}

/** Seconds, as Compose gives it. */
const GRACE = '10';

/** They are removed, and Compose makes them anew: what has to stay is in volumes. */
export function removeCutOff(own: readonly Container[], all: readonly Network[]): string | undefined {
  const names = cutOff(own, all).map(({ name }) => name);
  if (names.length === 0) return undefined;
  docker('stop', '-t', GRACE, ...names);
  docker('rm', ...names);
  return `Made anew, as they were cut off from their network: ${names.join(', ')}`;
}
