/** What an event did: its actor before it and after it. */

import type { Moments } from '../../view/moments.ts';
import type { ActorPicture } from '../../view/picture.ts';
import type { Row } from '../../view/rows.ts';

export type Effect = {
  before: ActorPicture | undefined;
  /** Undefined where the actor took no notice. */
  after: ActorPicture | undefined;
};

export function effectOf(moments: Moments, { number, step, target }: Row): Effect {
  const before = moments.before(step ?? number).actors.get(target);
  if (step === undefined) return { before, after: undefined };
  const after = moments.before(step + 1).actors.get(target);
  const event = moments.event(step);
  if (after || !before || event?.type !== '@xstate.snapshot') return { before, after };
  // Sockets and the like are forgotten with their end.
  const { status, value, context, output } = event.snapshot;
  const last = typeof context === 'object' && context !== null ? { ...context } : {};
  return { before, after: { ...before, status, value, context: last, output } };
}
