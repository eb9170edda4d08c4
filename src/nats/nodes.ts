/**
 * What the engine's nodes are: old ones lose conditional writes, and one that does not sync each write loses acknowledged
 * bets when its machine's power does. A client cannot see that; nodes with our configuration tell it (docker/nats).
 */
import { messageOf } from '../errors.ts';
import { ENGINE_ANSWERS_MS, ENTRY_BYTES, ENTRY_FACTS_BYTES } from '../limits.ts';
import type { NatsConnection } from './packages.ts';
import { refused } from './stream.ts';
import { isOldEngine, OLDEST_ENGINE } from './version.ts';

/** What a node says of itself; it is on another's word, so nothing of it is sure to be there. */
type NodeReport = {
  server?: { name?: string; ver?: string; jetstream?: boolean };
  data?: { config?: { sync_always?: boolean } };
};

/** Bytes of a message: an entry's rows, its facts, and the names of its headers. */
const MESSAGE_BYTES = ENTRY_BYTES + ENTRY_FACTS_BYTES + 4 * 1024;

/** What keeps this node from keeping bets; undefined if nothing does. */
export function whyRefused({ server = {}, data = {} }: NodeReport): string | undefined {
  const { name = '', ver = '' } = server;
  if (isOldEngine(ver)) return `node ${name} is nats-server ${ver}, must be ${OLDEST_ENGINE} or later`;
  if (server.jetstream === false || data.config === undefined) return undefined; // it keeps nothing
  return data.config.sync_always
    ? undefined
    : `node ${name} would lose acknowledged bets in a power cut: its jetstream.sync_interval must be always`;
}

/** Every node that answers; none if this account may not ask. */
async function reports(connection: NatsConnection): Promise<NodeReport[]> {
  const found: NodeReport[] = [];
  const answers = await connection.requestMany('$SYS.REQ.SERVER.PING.JSZ', JSON.stringify({ config: true }), {
    strategy: 'stall',
    maxWait: ENGINE_ANSWERS_MS,
  });
  for await (const answer of answers) found.push(answer.json<NodeReport>());
  return found;
}

/**
 * @returns what could not be learnt, in words; undefined if every node was asked
 * @throws UserError STORE_URL if a node must not keep bets
 */
export async function checkNodes(connection: NatsConnection): Promise<string | undefined> {
  const { server_name: name, version: ver, max_payload: payload = 0 } = connection.info ?? {};
  if (payload < MESSAGE_BYTES) {
    throw refused(`node ${name} has a max_payload of ${payload} bytes, must be ${MESSAGE_BYTES} or more`);
  }
  let unknown: string | undefined;
  const all = await reports(connection).catch((error: unknown): NodeReport[] => {
    unknown = messageOf(error);
    return [];
  });
  for (const node of [{ server: { ...(name && { name }), ...(ver && { ver }) } }, ...all]) {
    const why = whyRefused(node);
    if (why) throw refused(why);
  }
  if (all.length > 0) return undefined;
  const what =
    'the nodes do not tell this account how they sync: see to it that jetstream.sync_interval is always';
  return unknown === undefined ? what : `${what} (${unknown})`;
}
