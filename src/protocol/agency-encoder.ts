/** What an agency says; BatchEncoder makes its batches. */
export { BatchEncoder, type BatchEncoderOptions, type BatchStep } from './batch-encoder.ts';

/** An agency that comes back to a draw names it in `draw`. */
export const encodeHello = (agency: number, draw?: string): Buffer =>
  Buffer.from(draw === undefined ? `HELLO:${agency}\n` : `HELLO:${agency}:${draw}\n`);

/** `crc`: CRC-32 of the agency's rows in bets.csv, unsigned. */
export const encodeDone = (agency: number, count: number, crc: number): Buffer =>
  Buffer.from(`DONE:${agency}:${count}:${crc}\n`);

/** Without a newline, as the original's server expects it. */
export const encodeTp0Done = (agency: number): Buffer => Buffer.from(`DONE:${agency}`);

/** One bet; `id` is 1 to 64 characters of A-Z, a-z, 0-9, _ and -, `wire` is what `wireBet` gives. */
export const encodeBet = (id: string, wire: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`BET:${id}:`), wire, Buffer.from('\n')]);
