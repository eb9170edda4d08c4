/**
 * The lanes of the sequence, found from the run: one for each actor; if they are too many, one for each kind, which is
 * a machine, or a name without its number; of too many kinds, for those that live.
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

/** @param isThere whether an actor lives: those that do have the lanes first, and machines before what is none */
export function lanesByActor(cast: ReadonlyMap<string, LaneActor>, isThere: (id: string) => boolean): Lanes {
  const isFew = cast.size <= MOST_LANES;
  const keyOf = ({ id, ...actor }: LaneActor) => (isFew ? id : kindOf(actor));
  const groups = Map.groupBy(cast.values(), keyOf);
  const rankOf = (group: readonly LaneActor[]) =>
    2 * Number(!group.some(({ id }) => isThere(id))) +
    Number(!group.some(({ machine }) => machine !== undefined));
  const kept = new Set(
    groups.size <= MOST_LANES
      ? groups.values()
      : [...groups.values()].sort((one, other) => rankOf(one) - rankOf(other)).slice(0, MOST_LANES - 1),
  );
  // In the order in which they came, and at the end one for all others.
  const own = [...groups].filter(([, group]) => kept.has(group));
  const names = own.map(([key, [first, ...others]]) =>
    others.length === 0 ? labelOf(first!) : `${key} ×${others.length + 1}`,
  );
  const hasOthers = kept.size < groups.size;
  const byId = new Map(own.flatMap(([, group], index) => group.map(({ id }) => [id, index] as const)));
  const all = hasOthers ? [...names, OTHERS] : names;
  return { names: all, of: (id) => byId.get(id) ?? Math.max(0, all.length - 1) };
}

const kindOf = ({ name, machine }: Pick<LaneActor, 'name' | 'machine'>): string =>
  machine ?? (name.replace(/[\W_]*\d+$/, '') || name);
