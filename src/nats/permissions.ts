/**
 * What a server will ask of the engine is asked once before it serves: who may not is told so at the start, with what it
 * lacks, and not in the middle of an upload.
 */
import { ENGINE_ANSWERS_MS, ENGINE_PROBE_IDLE_MS } from '../limits.ts';
import type { JetStream } from './jetstream-log.ts';
import { AckPolicy, DeliverPolicy } from './packages.ts';
import { notAllowed } from './refusal.ts';
import { drawsOf, NANOS_OF_A_MS, streamOf, subjectOf } from './stream.ts';

/** All else may pass, and is said by who comes to need it. */
const unlessForbidden = (error: unknown): void => {
  if (notAllowed(error)) throw error;
};

/** @throws PermissionViolationError naming the subject; what keeps the engine from having one reader more */
export async function tryAll({ connection, client, manager }: JetStream, draw: string): Promise<void> {
  const stream = streamOf(draw);
  await drawsOf(manager);
  // It is refused, since the stream is another one: nothing is written.
  const written = client.publish(subjectOf(draw), '', {
    expect: { streamName: 'another' },
    timeout: ENGINE_ANSWERS_MS,
  });
  await written.catch(unlessForbidden);
  const { name } = await manager.consumers.add(stream, {
    ack_policy: AckPolicy.None,
    deliver_policy: DeliverPolicy.New,
    headers_only: true,
    mem_storage: true,
    num_replicas: 1,
    inactive_threshold: ENGINE_PROBE_IDLE_MS * NANOS_OF_A_MS,
  });
  const ask = JSON.stringify({ batch: 1, no_wait: true });
  const timeout = ENGINE_ANSWERS_MS;
  const read = connection.request(`$JS.API.CONSUMER.MSG.NEXT.${stream}.${name}`, ask, { timeout });
  await read.catch(unlessForbidden);
  // It goes away by itself, if this does not reach it.
  await manager.consumers.delete(stream, name).catch(() => {});
}
