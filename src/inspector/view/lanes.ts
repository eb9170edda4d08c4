/**
 * The lanes of the sequence, found from the run: one for each actor; if they are too many, one for each kind, which is
 * a machine, or a name without its number.
 */
import { labelOf } from './naming.ts';
import type { ActorPicture } from './picture.ts';

type LaneActor = Pick<ActorPicture, 'id' | 'name' | 'machine' | 'isForeign' | 'parentId' | 'context'>;

export type Lanes = {
  readonly names: readonly string[];
  /** An actor's lane; the last one for an actor that nobody knows. */
  of(id: string): number;
};

/** Lanes that stand beside each other and can be told apart. */
const MOST_LANES = 8;

const OTHERS = 'others';

export function lanesByActor(cast: ReadonlyMap<string, LaneActor>): Lanes {
  const isFew = cast.size <= MOST_LANES;
  const lanes = new Map<string, { index: number; label: string; count: number }>();
  const byId = new Map<string, number>();
  for (const [id, actor] of cast) {
    const own = isFew ? id : kindOf(actor);
    // The last one is for all kinds that come when the others are taken.
    const key = lanes.has(own) || lanes.size < MOST_LANES - 1 || isFew ? own : '';
    const lane = lanes.get(key) ?? { index: lanes.size, label: labelOf(actor), count: 0 };
    lane.count += 1;
    if (lane.count > 1) lane.label = key === '' ? OTHERS : `${own} ×${lane.count}`;
    lanes.set(key, lane);
    byId.set(id, lane.index);
  }
  const names = [...lanes.values()].map(({ label }) => label);
  return { names, of: (id) => byId.get(id) ?? Math.max(0, names.length - 1) };
}

const kindOf = ({ name, machine }: LaneActor): string => machine ?? (name.replace(/[\W_]*\d+$/, '') || name);
