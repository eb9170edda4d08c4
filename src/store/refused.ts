/** Requests that are refused; each says why. */
import type { StoreOutcome } from '../../machines/vocabulary/store.ts';
import type { SessionFault } from '../../machines/vocabulary/wire.ts';

export const refused = (fault: SessionFault, text: string): StoreOutcome => ({
  kind: 'refused',
  fault,
  text,
});

/** Of a draw that is over: who took part is known. */
export const notOfDraw = (draw: string, agency: number, first: number, roll: number): StoreOutcome =>
  refused('AGENCY', `agency ${agency} is not one of ${first} to ${first + roll - 1} of draw "${draw}"`);
