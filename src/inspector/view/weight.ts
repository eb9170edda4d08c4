/** What a value that was parsed takes in memory. */
import { DEPTH } from '../limits.ts';

/** Bytes of an object or an array without what is in it, and of a field or an element. */
const OBJECT_BYTES = 48;
const FIELD_BYTES = 16;

/** An estimate in bytes, rather too high; infinite if objects stand in each other deeper than any real ones. */
export function weightOf(value: unknown, depth = 0): number {
  if (typeof value === 'string') return FIELD_BYTES + value.length;
  if (typeof value !== 'object' || value === null) return FIELD_BYTES;
  if (depth > DEPTH) return Number.POSITIVE_INFINITY;
  let bytes = OBJECT_BYTES;
  if (Array.isArray(value)) {
    for (const item of value) bytes += weightOf(item, depth + 1);
    return bytes;
  }
  for (const key in value) {
    bytes += key.length + FIELD_BYTES + weightOf((value as Record<string, unknown>)[key], depth + 1);
  }
  return bytes;
}
