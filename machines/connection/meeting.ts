/** A connection before it is heard, with TLS. */
import type { ConnectionSetup } from './connection.ts';
import { close, logDefect, refuse, refuseFor, shutOut } from './ending.ts';

export const meeting = (connection: ConnectionSetup) =>
  connection.createStateConfig({
    description: 'TLS: the peer shows its certificate before it is heard',
    on: {
      'session.end': close,
      'socket.crowded': shutOut(() => ({ fault: 'BUSY', text: 'too many connections of nobody known' })),
      'socket.broken': { ...close, actions: logDefect },
      'handshake.failed': shutOut(({ event }) => ({ fault: 'IDENTITY', text: event.reason })),
    },
    initial: 'listening',
    states: {
      listening: {
        description: "Waits for the peer's first byte, which says if it speaks TLS",
        after: { identify: shutOut(() => ({ fault: 'TIMEOUT', text: 'said nothing in time' })) },
        on: {
          'peer.spokePlainly': refuse(
            'IDENTITY',
            'this port speaks TLS: an agency needs CLI_TLS_CERT, _KEY and _CA',
          ),
          'handshake.awaited': { target: 'queuing' },
        },
      },
      queuing: {
        description: 'Waits for its turn: handshakes take much of the processor',
        on: { 'handshake.begun': { target: 'shakingHands' } },
      },
      shakingHands: {
        description: 'Shakes hands: the peer shows its certificate',
        after: {
          handshake: shutOut(() => ({ fault: 'TIMEOUT', text: 'the TLS handshake was not ended in time' })),
        },
        on: {
          'handshake.ended': {
            target: '#connection.talking',
            actions: { type: 'noteIdentity', params: ({ event }) => event.identity },
          },
          'certificate.refused': refuseFor(({ event }) => ({ fault: 'IDENTITY', text: event.reason })),
        },
      },
    },
  });
