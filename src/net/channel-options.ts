/** What a channel is made of: a socket, what it says and hears in messages, and how long it waits for its peer. */
import type { Socket } from 'node:net';
import type { SocketEvent } from '../../machines/vocabulary/socket.ts';
import type { Decoder } from './decoder.ts';
import type { OutgoingOptions } from './outgoing.ts';
import type { ChannelLimits, Clock } from './peer-watch.ts';
import type { Turns } from './turns.ts';

export type ChannelOptions<TMessage, TSaid> = Pick<OutgoingOptions<TSaid>, 'encode' | 'encodeParts'> & {
  socket: Socket;
  decoder: Decoder<TMessage>;
  emit: (event: TMessage | SocketEvent) => void;
  limits: ChannelLimits;
  /** With TLS, what the kernel had arrives in several pieces: an agency's are handled together, in the next turn. */
  inBursts?: boolean;
  /** Real time, unless told otherwise. */
  clock?: Clock | undefined;
  /** Those of the event loop, unless told otherwise. */
  turns?: Turns | undefined;
};
