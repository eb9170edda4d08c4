/**
 * A connection's socket on a server with TLS: loaded only if it is configured. The peer's first byte says whether it
 * speaks TLS at all; who is silent costs no handshake.
 */
import type { Socket } from 'node:net';
import { type SecureContext, TLSSocket } from 'node:tls';
import { fromCallback } from 'xstate';
import type { SocketCommand, SocketEvent } from '../../machines/vocabulary/socket.ts';
import { certificateOfPeer, peerOf } from '../identity/peer.ts';
import { faultOf } from '../identity/words.ts';
import { type AcceptedSocketOptions, type AgencysChannel, channels } from './accepted-socket.ts';
import { Handshakes } from './handshakes.ts';
import { StrangersPlace } from './places.ts';

/** A record of TLS that holds a part of a handshake begins with it; no message of ours does. */
const HANDSHAKE_RECORD = 0x16;

const ENDED =
  "the peer ended the TLS handshake: does it know this server's authority, and call it by its name?";

/** A peer that expects TLS would take plain text to mean that there is none here. If it is only cut off, it comes back. */
export const turnAwayWordless = (handle: unknown): void => {
  (handle as Socket).on('error', () => {}).destroy();
};

/** @param certificates what is shown from the next handshake on */
export const securedSocket = (
  options: AcceptedSocketOptions,
  certificates: { readonly context: SecureContext },
) => {
  const places = options.room.places();
  const handshakes = new Handshakes();
  const channelOf = channels({
    ...options,
    certificateOf: (socket) => (socket instanceof TLSSocket ? certificateOfPeer(socket) : undefined),
  });
  return fromCallback<SocketCommand, { handle: unknown }>(({ input, sendBack, receive }) => {
    const raw = input.handle as Socket;
    const address = raw.remoteAddress ?? 'unknown';
    const report = (event: SocketEvent) => sendBack(event);
    const place = new StrangersPlace(places, address, () => report({ type: 'socket.crowded' }));
    /** Set once the peer can be talked to. */
    let channel: AgencysChannel | undefined;

    const open = (socket: Socket, event: SocketEvent) => {
      channel = channelOf(socket, place, sendBack);
      report(event);
      channel.start();
    };
    const handshake = {
      address,
      begin() {
        report({ type: 'handshake.begun' });
        shakeHands(raw, certificates.context, {
          ended: () => handshakes.leave(handshake),
          failed: (reason) => report({ type: 'handshake.failed', reason }),
          done: open,
        });
      },
    };

    raw.once('data', (chunk: Buffer) => {
      raw.pause();
      if (chunk[0] !== HANDSHAKE_RECORD) return open(raw, { type: 'peer.spokePlainly' });
      raw.unshift(chunk);
      report({ type: 'handshake.awaited' });
      handshakes.ask(handshake);
    });
    raw.on('end', () => {
      if (!channel) raw.destroy();
    });
    raw.on('error', () => {});
    raw.on('close', () => {
      handshakes.leave(handshake);
      if (channel) return;
      place.leave();
      report({ type: 'socket.closed', reason: undefined });
    });
    receive((command) => {
      if (channel) channel.command(command);
      else if (command.type === 'socket.end' || command.type === 'socket.destroy') raw.destroy();
    });
    raw.resume();
    return () => {
      place.leave();
      handshakes.leave(handshake);
      if (channel) channel.destroy();
      else raw.destroy();
    };
  });
};

/** A handshake of TLS. `ended` is called in any case, before `done` or `failed`. */
const shakeHands = (
  raw: Socket,
  secureContext: SecureContext,
  tell: {
    ended(): void;
    failed(reason: string): void;
    done(socket: Socket, event: SocketEvent): void;
  },
): void => {
  // A peer without a good certificate is told so over TLS, by the machine, which hears nothing of what it says.
  const socket = new TLSSocket(raw, {
    isServer: true,
    secureContext,
    requestCert: true,
    rejectUnauthorized: false,
  });
  const fail = (reason: string) => {
    tell.ended();
    tell.failed(reason);
  };
  const onError = (error: Error) => fail(faultOf(error));
  const onEnd = () => fail(ENDED);
  socket.once('error', onError).once('end', onEnd);
  socket.once('secure', () => {
    socket.off('error', onError).off('end', onEnd);
    tell.ended();
    const peer = peerOf(socket);
    tell.done(
      socket,
      'refused' in peer
        ? { type: 'certificate.refused', reason: peer.refused }
        : { type: 'handshake.ended', identity: peer.identity },
    );
  });
};
