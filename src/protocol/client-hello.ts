/** The first bytes of a peer that speaks TLS: it has come to the wrong port. */
import { type Violation, violation } from './violation.ts';

/** A record that holds a handshake, of TLS whatever its version, and in it a ClientHello. */
const RECORD = { type: 0x16, major: 3, message: 1, messageAt: 5 };

/** RFC 8446, 4 and 5.1; no text begins so. */
export const isClientHello = (bytes: Buffer, from: number, to: number): boolean =>
  to - from > RECORD.messageAt &&
  bytes[from] === RECORD.type &&
  bytes[from + 1] === RECORD.major &&
  bytes[from + RECORD.messageAt] === RECORD.message;

export const speaksTls = (): Violation =>
  violation('MALFORMED', 'this port does not speak TLS: the server has no TLS_CERT, TLS_KEY and TLS_CA');
