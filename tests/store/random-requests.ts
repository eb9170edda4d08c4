/** Requests as a network full of restarts sends them, and the same for the same seed. */
import type { StoreRequest } from '../../machines/vocabulary/store.ts';
import type { Random } from '../crash/random.ts';
import { batch, finish, single, tp0Batch } from './helpers.ts';

/** Agencies 1 and 2 speak with offsets, 3 the original's dialect, 4 both. */
export const AGENCIES = [1, 2, 3, 4] as const;

/** @param stored how many bets of an agency's upload are stored, as far as the sender knows */
export function randomRequest(random: Random, stored: (agency: number) => number): StoreRequest {
  const agency = random.pick(AGENCIES);
  const at = stored(agency);
  const kind = random.between(0, 99);
  if (kind < 12) return { kind: 'open', agency };
  if (kind < 22) {
    const id = `id${random.between(0, 30)}`;
    return single(agency, id, random.between(0, 9) ? 1000 + Number(id.slice(2)) : random.between(2000, 2009));
  }
  if (kind < 24) {
    const count = random.between(0, 3) ? at : at + 1;
    // The others' uploads are not the beginning of a file.
    if (agency < 3 && random.between(0, 1)) return finish(agency, count);
    return { kind: 'finish', agency, count, crc: undefined };
  }
  const tp0 = agency === 3 || (agency === 4 && random.between(0, 1) === 1);
  if (tp0) {
    // Batches of three, mostly from the start or where the upload stands.
    const from = random.pick([0, 3, 6, at, at, at]);
    return tp0Batch(agency, from, from + (random.between(0, 9) ? 3 : 2));
  }
  const from = Math.max(0, at + random.pick([-5, -2, 0, 0, 0, 0, 0, 0, 1]));
  const honest = batch(agency, from, from + random.between(1, 4));
  // Now and then it says other bets where some are stored.
  if (from >= at || random.between(0, 3) > 0) return honest;
  return { ...honest, ...batch(agency, from + 1, from + 2), offset: from } as StoreRequest;
}
