/** One reading of a stream. It ends when it stalls, or misses a message: whoever wants more begins another. */
import { ENGINE_HEARTBEAT_MS, ENGINE_PULL_MS, ENGINE_READER_IDLE_MS } from '../limits.ts';
import type { JetStream } from './jetstream-log.ts';
import { AckPolicy, type ConsumerMessages, DeliverPolicy, type JsMsg } from './packages.ts';
import { NANOS_OF_A_MS } from './stream.ts';

export type ReadingOptions = {
  /** Without bodies. */
  headersOnly: boolean;
  /** Messages that may be on their way to us. */
  atOnce: number;
  signal: AbortSignal;
};

/**
 * Messages from a sequence on, in order, those that come later too.
 *
 * The engine keeps the reader's position in the memory of one node. When that node dies the reader is gone, and nothing
 * says so but the silence: no heartbeat comes.
 */
export async function* messagesFrom(
  { client, manager, link }: JetStream,
  stream: string,
  from: number,
  { headersOnly, atOnce, signal }: ReadingOptions,
): AsyncGenerator<JsMsg> {
  await link.up();
  if (signal.aborted) return;
  const info = await manager.consumers.add(stream, {
    ack_policy: AckPolicy.None,
    deliver_policy: DeliverPolicy.StartSequence,
    opt_start_seq: Math.max(1, from),
    headers_only: headersOnly,
    mem_storage: true,
    num_replicas: 1,
    inactive_threshold: ENGINE_READER_IDLE_MS * NANOS_OF_A_MS,
  });
  const consumer = client.consumers.getConsumerFromInfo(info);
  const messages = await consumer.consume({
    max_messages: atOnce,
    expires: ENGINE_PULL_MS,
    idle_heartbeat: ENGINE_HEARTBEAT_MS,
    abort_on_missing_resource: true,
  });
  const stop = () => messages.stop();
  signal.addEventListener('abort', stop, { once: true });
  void stopWhenStalled(messages);
  let delivered = 0;
  try {
    for await (const message of messages) {
      delivered++;
      // One was lost on its way.
      if (message.info.deliverySequence !== delivered) return;
      yield message;
    }
  } finally {
    signal.removeEventListener('abort', stop);
    messages.stop();
    // It goes away by itself, if this does not reach it.
    consumer.delete().catch(() => {});
  }
}

async function stopWhenStalled(messages: ConsumerMessages): Promise<void> {
  for await (const { type } of messages.status()) {
    if (type === 'heartbeats_missed' || type === 'consumer_deleted') messages.stop();
  }
}
