import type { Socket } from 'node:net';
import { fromCallback } from 'xstate';
import type { ClientMessage, ServerReply, SocketCommand, SocketEvent } from '../../machines/events.ts';
import { TURN_AWAY_MS } from '../limits.ts';
import { ServerDecoder } from '../protocol/server-decoder.ts';
import { encodeReply } from '../protocol/server-encoder.ts';
import { Channel, type ChannelLimits, type Clock } from './channel.ts';

/** A connection's socket on the server: the peer's messages in, the server's replies out. */
export const acceptedSocket = (limits: ChannelLimits, clock?: Clock) =>
  fromCallback<SocketCommand, { handle: unknown }>(({ input, sendBack, receive }) => {
    const channel = new Channel<ClientMessage, ServerReply>({
      socket: input.handle as Socket,
      decoder: new ServerDecoder(),
      encode: encodeReply,
      emit: (event: ClientMessage | SocketEvent) => sendBack(event),
      limits,
      clock,
    });
    receive((command) => channel.command(command));
    channel.start();
    return () => channel.destroy();
  });

/** Tells a peer for whom there is no room why it is closed, and does not wait for its end for long. */
export const turnAway = (handle: unknown): void => {
  const socket = handle as Socket;
  const timer = setTimeout(() => socket.destroy(), TURN_AWAY_MS);
  socket.on('close', () => clearTimeout(timer)).on('error', () => socket.destroy());
  socket.resume();
  socket.end(encodeReply({ kind: 'error', fault: 'BUSY', text: 'too many connections, come back later' }));
};
