/** Why a session is refused what it asks for, and how it is told so in its dialect. */
import { howMany } from '../how-many.ts';
import { serverLogs } from '../log-lines.ts';
import type { SessionFault } from '../vocabulary/wire.ts';
import { type Said, type Session, SILENCE, type Words, ZERO } from './session.ts';

export type Refusal = { fault: SessionFault; text: string };

/** Why a DONE does not fit the upload that took part in the draw that is over; undefined: it fits. */
export const refusalOfRecalled = (session: Session, done: Said<'done'>): Refusal | undefined => {
  const { agency, recalled } = session;
  const { draw, stored, crc } = recalled;
  if (done.agency !== agency) return refusalOfAgency(session, done);
  if (done.count !== stored)
    return {
      fault: 'COUNT',
      text: `agency ${agency} says ${howMany(done.count, 'bet')}, draw ${draw} has ${stored}`,
    };
  return done.crc === crc
    ? undefined
    : { fault: 'CRC', text: `agency ${agency} says CRC ${done.crc}, its bets of draw ${draw} have ${crc}` };
};

/** Why a DONE that names another agency ends the session. */
export const refusalOfAgency = ({ agency, identity }: Session, said: { agency: number }): Refusal => ({
  fault: identity === 'anybody' ? 'AGENCY' : 'IDENTITY',
  text: `DONE of agency ${said.agency} in the session of ${agency}`,
});

/**
 * How a refusal is said. TP0 has no message for an error: a count of 0 tells its client that the batch was not stored. A
 * client that waits for no count is told nothing, as it would take any line for its winners. A peer that has said nothing
 * yet may be such a client, so it is not told of a shutdown either.
 */
export const wordsOfRefusal = (session: Session, refusal: Refusal | undefined): Words => {
  if (!refusal) return SILENCE;
  const { fault, text } = refusal;
  const { dialect, opening } = session;
  const isQuietInTp0 =
    QUIET_IN_TP0.has(fault) || (fault === 'IDENTITY' && opening?.type === 'client.tp0Done');
  const isSilent = dialect === 'tp0' ? isQuietInTp0 : dialect === 'unknown' && fault === 'SHUTTING_DOWN';
  const reply = dialect === 'tp0' ? ZERO : ({ kind: 'error', fault, text } as const);
  return { lines: [serverLogs.sessionRefused(session, refusal)], replies: isSilent ? [] : [reply] };
};

const QUIET_IN_TP0 = new Set<SessionFault>(['TIMEOUT', 'TOO_SLOW', 'SUPERSEDED', 'SHUTTING_DOWN', 'DIALECT']);
