/** What a peer said that ends its session, on either side. */
import type { SessionFault } from '../../machines/vocabulary/wire.ts';
import { quoteBytes } from '../printable.ts';

export type Violation = { type: 'protocol.violated'; fault: SessionFault; text: string };

export const violation = (fault: SessionFault, text: string): Violation => ({
  type: 'protocol.violated',
  fault,
  text,
});

/** `Cannot read BATCH: the offset is "x", expected an integer…` */
export const malformed = (
  what: string,
  part: string,
  bytes: Buffer,
  from: number,
  to: number,
  expected: string,
): Violation =>
  violation(
    'MALFORMED',
    `Cannot read ${what}: the ${part} is ${quoteBytes(bytes, from, to)}, expected ${expected}`,
  );

export const lineTooLong = (maxBytes: number): Violation =>
  violation('LINE_TOO_LONG', `Cannot read a line of more than ${maxBytes} bytes with its end`);
