/**
 * Nodes that the engine's leader does not count. Of nodes that start for the first time and all at once, now and then one
 * is left out (nats-server 2.10.27: 10 of 400 times on a busy machine): it calls itself healthy, but no stream of as many
 * replicas as there are nodes can be made, for good. Started again it is taken in.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  DEMO_ENGINE_ANSWER_MS,
  DEMO_ENGINE_ELECT_MS,
  DEMO_ENGINE_JOIN_MS,
  DEMO_ENGINE_LOOK_MS,
  DEMO_ENGINE_START_MS,
} from '../limits.ts';
import { now } from '../runtime/time.ts';

/** The address of each node's monitoring port, by its name. */
type Monitors = ReadonlyMap<string, string>;

type Report = { meta_cluster?: { leader?: string; replicas?: { name?: string }[] } };

const ask = (address: string, path: string): Promise<Response> =>
  fetch(`http://${address}${path}`, { signal: AbortSignal.timeout(DEMO_ENGINE_ANSWER_MS) });

const isHealthy = (address: string): Promise<boolean> =>
  ask(address, '/healthz').then(
    ({ ok }) => ok,
    () => false,
  );

/** Whom a node counts, itself first; undefined if it does not lead. */
async function countedBy(name: string, address: string): Promise<string[] | undefined> {
  const report: Report = await ask(address, '/jsz').then(
    (response) => response.json() as Promise<Report>,
    () => ({}),
  );
  const { leader, replicas = [] } = report.meta_cluster ?? {};
  return leader === name ? [name, ...replicas.flatMap((replica) => replica.name ?? [])] : undefined;
}

/** Nodes that are not healthy, or not counted; all of them while nobody leads. */
async function look(monitors: Monitors): Promise<{ isLed: boolean; leftOut: string[] }> {
  const all = [...monitors];
  const counted = await Promise.all(all.map(([name, address]) => countedBy(name, address)));
  const healthy = await Promise.all(all.map(([, address]) => isHealthy(address)));
  const known = counted.find((names) => names !== undefined);
  const leftOut = all.flatMap(([name], index) => (healthy[index] && known?.includes(name) ? [] : name));
  return { isLed: known !== undefined, leftOut };
}

/**
 * Waits until an engine is whole: its leader counts all nodes, and all are healthy.
 *
 * @param again starts nodes again that have been left out for long: each time for longer, as whoever starts again has to begin
 *   anew, and on a slow machine would never be done
 * @returns whether it is, in time
 */
export async function untilWhole(
  monitors: Monitors,
  again: (names: readonly string[]) => Promise<void>,
  {
    electMs = DEMO_ENGINE_ELECT_MS,
    joinMs = DEMO_ENGINE_JOIN_MS,
    startMs = DEMO_ENGINE_START_MS,
  }: { electMs?: number; joinMs?: number; startMs?: number } = {},
): Promise<boolean> {
  const start = now();
  let since = start;
  /** Nobody is left out before somebody leads; a look that fails later begins no new time. */
  let ledSince: number | undefined;
  for (let longer = 1; ; await sleep(DEMO_ENGINE_LOOK_MS)) {
    const { isLed, leftOut } = await look(monitors);
    if (leftOut.length === 0 || now() - start > startMs) return leftOut.length === 0;
    if (isLed) ledSince ??= now();
    const waited = now() - ((isLed ? ledSince : undefined) ?? since);
    if (waited < longer * (isLed ? joinMs : electMs)) continue;
    await again(leftOut);
    since = now();
    ledSince = undefined;
    longer *= 2;
  }
}
