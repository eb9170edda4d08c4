import type { Socket } from 'node:net';
import { fromCallback } from 'xstate';
import type { SocketCommand, SocketEvent } from '../../machines/vocabulary/socket.ts';
import type { ClientEvent, ServerMessage } from '../../machines/vocabulary/wire.ts';
import { TURN_AWAY_MS } from '../limits.ts';
import { encodeReply, encodeReplyParts } from '../protocol/encoder.ts';
import { ServerDecoder, type ServerDecoderOptions } from '../protocol/server-decoder.ts';
import { joinPieces } from '../slab.ts';
import { Channel } from './channel.ts';
import { type Joining, MergingDecoder } from './merging-decoder.ts';
import type { ChannelLimits, Clock } from './peer-watch.ts';
import { type Room, StrangersPlace } from './places.ts';
import { endlessTurn } from './turns.ts';

type Batch = Extract<ClientEvent, { type: 'client.batch' }>;

const endOf = ({ offset, count }: Batch): number => offset + count;

/** If one batch begins where another ends, the store takes both as one, and answers each by itself. */
export const batches: Joining<ClientEvent> = {
  joins: (earlier, later) =>
    earlier.type === 'client.batch' &&
    later.type === 'client.batch' &&
    later.dialect === 'quiniela' &&
    later.offset === endOf(earlier),
  join(messages) {
    const all = messages as readonly Batch[];
    const ends = all.map(endOf);
    const [first] = all as [Batch];
    const rows = joinPieces(all.map((batch) => batch.rows));
    return { ...first, count: ends.at(-1)! - first.offset, rows, ends };
  },
};

type Echo = Extract<ClientEvent, { type: 'client.echo' }>;

/** Lines that go back as they came, in one write. */
const echoes: Joining<ClientEvent> = {
  joins: (earlier, later) => earlier.type === 'client.echo' && later.type === 'client.echo',
  join: (messages) => ({
    type: 'client.echo',
    line: Buffer.concat((messages as readonly Echo[]).map(({ line }) => line)),
  }),
};

const joining: Joining<ClientEvent> = {
  joins: (earlier, later) => batches.joins(earlier, later) || echoes.joins(earlier, later),
  join: (messages) => (messages[0]!.type === 'client.echo' ? echoes : batches).join(messages),
};

export type AcceptedSocketOptions = ChannelLimits &
  Omit<ServerDecoderOptions, 'certificate'> & {
    room: Room;
    /** With TLS: the peer's certificate, DER in base64. */
    certificateOf?: (socket: Socket) => string | undefined;
  };

export type AgencysChannel = Channel<ClientEvent, ServerMessage>;

/** Makes the channels of a server's sockets: the peer's messages in, the server's replies out. */
export const channels =
  ({ rules, tp0, certificateOf, ...limits }: AcceptedSocketOptions, clock?: Clock) =>
  (
    socket: Socket,
    place: StrangersPlace,
    report: (event: ClientEvent | SocketEvent) => void,
  ): AgencysChannel => {
    const channel: AgencysChannel = new Channel({
      socket,
      decoder: new MergingDecoder(
        new ServerDecoder({ rules, tp0, certificate: () => certificateOf?.(socket) }),
        joining,
      ),
      encode: encodeReply,
      inBursts: certificateOf !== undefined,
      encodeParts: encodeReplyParts,
      emit: (event) => {
        // A connection waits for its peer's end, not for the kernel's: each event costs it a step.
        if (event.type === 'socket.flushed') return;
        if (channel.isStranger) channel.isStranger = place.meet(event);
        report(event);
      },
      limits,
      clock,
      turns: clock && endlessTurn,
    });
    channel.isStranger = true;
    return channel;
  };

/** A connection's socket on the server. */
export const acceptedSocket = (options: AcceptedSocketOptions, clock?: Clock) => {
  const places = options.room.places();
  const channelOf = channels(options, clock);
  return fromCallback<SocketCommand, { handle: unknown }>(({ input, sendBack, receive }) => {
    const socket = input.handle as Socket;
    const place = new StrangersPlace(places, socket.remoteAddress, () =>
      sendBack({ type: 'socket.crowded' } satisfies SocketEvent),
    );
    const channel = channelOf(socket, place, sendBack);
    receive((command) => channel.command(command));
    channel.start();
    return () => {
      place.leave();
      channel.destroy();
    };
  });
};

/** Tells a peer for whom there is no room why it is closed, and waits only briefly for its end. */
export const turnAway = (handle: unknown): void => {
  const socket = handle as Socket;
  const timer = setTimeout(() => socket.destroy(), TURN_AWAY_MS);
  socket.on('close', () => clearTimeout(timer)).on('error', () => socket.destroy());
  socket.resume();
  socket.end(encodeReply({ kind: 'error', fault: 'BUSY', text: 'too many connections, come back later' }));
};
