import { connect, type Socket } from 'node:net';
import { fromCallback } from 'xstate';
import type { Caller, SocketCommand, SocketEvent } from '../../machines/vocabulary/socket.ts';
import type { ClientMessage, ServerEvent } from '../../machines/vocabulary/wire.ts';
import type { Sign } from '../identity/statement.ts';
import { KEEP_ALIVE_MS, UNWRITTEN_BYTES } from '../limits.ts';
import { AgencyDecoder } from '../protocol/agency-decoder.ts';
import { encodeStatement } from '../protocol/encoder.ts';
import type { Call, CallQueue } from './call-queue.ts';
import { Channel } from './channel.ts';
import { type Joining, MergingDecoder } from './merging-decoder.ts';
import type { Clock } from './peer-watch.ts';
import { type Place, wayTo } from './servers.ts';
import { endlessTurn } from './turns.ts';

export type ConnectorOptions = {
  /** Begins to call a server for an agency. Each call is for the next one of several servers. */
  call: (agency: number, call: number) => Socket;
  /** With TLS. */
  secured?: {
    /** In which the calls of this process wait for their turn. */
    queue: CallQueue;
    /** Why to try again would not help; undefined: it may. */
    judge: (error: unknown) => string | undefined;
  };
  /** With TLS: signs with the key of the certificate that was shown there. */
  signerOf?: (socket: Socket) => Sign | undefined;
  /** Milliseconds without a byte after which `socket.idled` is said. */
  idleMs: number;
  clock?: Clock;
};

/** A STORED acknowledges all before it, so the last of several says it all. */
const acknowledgements: Joining<ServerEvent> = {
  joins: (earlier, later) =>
    earlier.type === 'server.stored' && later.type === 'server.stored' && later.next >= earlier.next,
  join: (messages) => messages.at(-1)!,
};

/** An agency's socket: calls the server on start, then the server's messages in, lines out. */
export const connector = ({ call, secured, signerOf, idleMs, clock }: ConnectorOptions) =>
  fromCallback<SocketCommand<ClientMessage>, Caller>(({ input, sendBack, receive }) => {
    const report = (event: ServerEvent | SocketEvent) => sendBack(event);
    let phase: 'queued' | 'calling' | 'connected' = 'calling';
    let channel: Channel<ServerEvent, ClientMessage> | undefined;
    const place: Call = {
      wait() {
        phase = 'queued';
        report({ type: 'call.queued' });
      },
      begin() {
        if (phase === 'queued') report({ type: 'call.begun' });
        phase = 'calling';
        channel = open(call(input.agency, input.call));
      },
    };
    const leave = () => secured?.queue.leave(place);

    const open = (socket: Socket) => {
      let judgement: string | undefined;
      if (secured) {
        socket.on('connect', () => report({ type: 'handshake.begun' }));
        socket.on('error', (error) => {
          judgement = secured.judge(error);
        });
      }
      socket.on(secured ? 'secureConnect' : 'connect', () => {
        phase = 'connected';
        leave();
        report({ type: 'socket.connected' });
      });
      socket.on('close', leave);
      return new Channel<ServerEvent, ClientMessage>({
        socket,
        decoder: new MergingDecoder(new AgencyDecoder({ dialect: input.dialect }), acknowledgements),
        encode: (statement) => encodeStatement(statement, signerOf?.(socket)),
        emit: (event: ServerEvent | SocketEvent) => {
          if (event.type !== 'socket.closed') report(event);
          else if (judgement !== undefined) report({ type: 'handshake.failed', reason: judgement });
          else if (phase === 'calling') report({ type: 'socket.failed', reason: event.reason ?? 'closed' });
          else report(event);
        },
        limits: { frameMs: idleMs, idleMs, unwrittenBytes: UNWRITTEN_BYTES },
        clock,
        turns: clock && endlessTurn,
      });
    };

    if (secured) secured.queue.ask(place);
    else place.begin();
    receive((command) => channel?.command(command));
    return () => {
      leave();
      channel?.destroy();
    };
  });

/** Calls over TCP. Small messages are not held back, and the kernel notices if the server vanishes while the agency
 * waits for its winners. */
export const tcp =
  (servers: readonly Place[]) =>
  (_agency: number, call: number): Socket =>
    connect({
      ...wayTo(servers, call),
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: KEEP_ALIVE_MS,
    });
