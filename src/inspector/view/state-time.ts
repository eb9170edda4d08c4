/** How often a machine was in one of its states, and for how long. */
import { activeStates } from './naming.ts';

/** What a machine told of itself at one time. */
export type Told = {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly value: unknown;
  /** It has ended: it is in no state any more. */
  readonly isOver: boolean;
};

type StateTime = {
  /** Times that the state was entered, among what is told. */
  readonly entered: number;
  /** Milliseconds in it, up to `until`. */
  readonly ms: number;
  /** Since when it is in it now. */
  readonly since: number | undefined;
};

/** @param told oldest first; nothing later than `until` is looked at */
export function stateTime(told: Iterable<Told>, machine: string, state: string, until: number): StateTime {
  let entered = 0;
  let ms = 0;
  let since: number | undefined;
  for (const { time, value, isOver } of told) {
    if (time > until) break;
    const isIn = !isOver && activeStates(machine, value).has(state);
    if (isIn && since === undefined) {
      entered += 1;
      since = time;
    } else if (!isIn && since !== undefined) {
      ms += time - since;
      since = undefined;
    }
  }
  return { entered, ms: since === undefined ? ms : ms + Math.max(0, until - since), since };
}
