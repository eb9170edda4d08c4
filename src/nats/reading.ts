/** One reading of a stream. It ends when it stalls, or misses a message: whoever wants more begins another. */
import { ENGINE_HEARTBEAT_MS, ENGINE_PULL_MS } from '../limits.ts';
import type { JetStream } from './jetstream-log.ts';
import type { ConsumerMessages, JsMsg } from './packages.ts';

type ReadingOptions = {
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
  { readers, link }: JetStream,
  stream: string,
  from: number,
  { headersOnly, atOnce, signal }: ReadingOptions,
): AsyncGenerator<JsMsg> {
  await link.up();
  if (signal.aborted) return;
  const { consumer, remove } = await readers.make(stream, { from, headersOnly, signal });
  let messages: ConsumerMessages | undefined;
  const stop = () => messages?.stop();
  signal.addEventListener('abort', stop);
  try {
    messages = await consumer.consume({
      max_messages: atOnce,
      expires: ENGINE_PULL_MS,
      idle_heartbeat: ENGINE_HEARTBEAT_MS,
      abort_on_missing_resource: true,
    });
    if (signal.aborted) return;
    void stopWhenStalled(messages);
    let delivered = 0;
    for await (const message of messages) {
      delivered++;
      // One was lost on its way.
      if (message.info.deliverySequence !== delivered) return;
      yield message;
    }
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
    remove();
  }
}

async function stopWhenStalled(messages: ConsumerMessages): Promise<void> {
  for await (const { type } of messages.status()) {
    if (type === 'heartbeats_missed' || type === 'consumer_deleted') messages.stop();
  }
}
