/** Waiting for what happens in containers: for as long as anything moves there. */
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../../errors.ts';
import { CHAOS_LOOK_MS } from '../../limits.ts';
import { now } from '../../runtime/time.ts';
import { isInterrupted } from '../up/interrupted.ts';

/** What was waited for, or how far it is, as the beginning of a sentence. */
type Look<T> = { found: T } | { soFar: string };

/**
 * Looks until it is found.
 *
 * @throws {UserError} `STALLED` once what is seen has not changed for `mostMs`; what `signal` is aborted with
 */
export async function watch<T>(look: () => Look<T>, mostMs: number, signal: AbortSignal): Promise<T> {
  let last = { soFar: '', at: now() };
  for (;;) {
    if (await isInterrupted(signal)) throw signal.reason;
    const seen = look();
    if ('found' in seen) return seen.found;
    if (seen.soFar !== last.soFar) last = { ...seen, at: now() };
    if (now() - last.at > mostMs) {
      const text = `${seen.soFar} for ${mostMs / 1_000} s: make logs says why`;
      throw new UserError('STALLED', text, { exitCode: 1 });
    }
    await sleep(CHAOS_LOOK_MS, undefined, { signal }).catch(() => {});
  }
}
