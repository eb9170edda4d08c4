/** Between a machine and the socket adapter, on either side. */
import type { Identity } from './identity.ts';
import type { ServerMessage, Tongue } from './wire.ts';

export type SocketEvent =
  | { type: 'socket.connected' }
  | { type: 'socket.failed'; reason: string } // never connected
  | { type: 'socket.ended' } // the peer will send no more
  | { type: 'socket.emptied' } // the last part of a long answer is on its way
  | { type: 'socket.flushed' } // all that was to be written is with the kernel
  | { type: 'socket.closed'; reason: string | undefined } // reason: of an abnormal close
  | { type: 'frame.expired' } // a line begun and not ended within its deadline
  /** A peer that is read has paused, if that tells its decoder anything. `midLine`: it had begun a line. */
  | { type: 'peer.paused'; midLine: boolean }
  | { type: 'socket.idled' } // nothing heard within the idle time
  | { type: 'socket.choked' } // the peer does not read: too much waits to be written
  | { type: 'socket.crowded' } // the place of a stranger is wanted for another
  | { type: 'socket.broken'; error: unknown } // a defect of ours: nothing more is heard
  | HandshakeEvent;

/** With TLS, before anything is heard. */
type HandshakeEvent =
  /** An agency's call, in a process of many: it waits for its turn; it is its turn. */
  | { type: 'call.queued' }
  | { type: 'call.begun' }
  | { type: 'handshake.begun' }
  /** To try again would not help. */
  | { type: 'handshake.failed'; reason: string }
  /** The others are heard by a server. The peer's first bytes are here, and wait for their turn. */
  | { type: 'handshake.awaited' }
  | { type: 'handshake.ended'; identity: Identity }
  | { type: 'certificate.refused'; reason: string }
  | { type: 'peer.spokePlainly' };

/** Who calls a server, and how it speaks. `call` counts the calls: each is for the next one of several servers. */
export type Caller = { dialect: Tongue; agency: number; call: number };

/** `TSaid` is what this side says: a server its replies, an agency its statements. */
export type SocketCommand<TSaid = ServerMessage> =
  | { type: 'socket.write'; data: Buffer }
  | { type: 'socket.say'; message: TSaid }
  | { type: 'socket.sayAll'; messages: readonly TSaid[] } // in one write; none is fine
  | { type: 'socket.sayInParts'; message: TSaid } // as the peer takes it; answered by `socket.emptied`
  | { type: 'socket.pause' } // deliver no further message, stop reading
  | { type: 'socket.resume' }
  | { type: 'socket.take' } // what has come of a line is all of it
  | { type: 'socket.end' } // write what waits, then FIN
  | { type: 'socket.destroy' };
