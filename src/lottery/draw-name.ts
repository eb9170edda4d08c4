import { customAlphabet } from 'nanoid';

const mark = customAlphabet('0123456789abcdefghijklmnopqrstuvwxyz', 6);

/**
 * The name of a draw that begins now, for an engine that keeps others too. It never was another's: two may begin in one
 * second, and a clock may be set back.
 */
export const newDrawName = (): string =>
  `${new Date().toISOString().slice(0, 19).replaceAll(/[T:]/g, '-')}-${mark()}`;
