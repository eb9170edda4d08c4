/** The actors as trees. A parent's id is what somebody said: it may be its own, or of a chain without an end. */
import type { ActorPicture, Picture } from './picture.ts';

/** Generations that are told apart; whoever is further down stands beside its parent. */
const GENERATIONS = 32;

export type Forest = {
  roots: readonly ActorPicture[];
  childrenOf(actor: ActorPicture): readonly ActorPicture[];
};

/** Of some of the actors; one whose parent is not among them is a root. */
export function forestOf({ actors }: Picture, isIn: (actor: ActorPicture) => boolean): Forest {
  const children = new Map<string | undefined, ActorPicture[]>();
  for (const actor of actors.values()) {
    if (!isIn(actor)) continue;
    const parent = actor.parentId === undefined ? undefined : actors.get(actor.parentId);
    const key = parent && isIn(parent) && isDescendant(actor, actors) ? parent.id : undefined;
    const siblings = children.get(key);
    if (siblings) siblings.push(actor);
    else children.set(key, [actor]);
  }
  return { roots: children.get(undefined) ?? [], childrenOf: ({ id }) => children.get(id) ?? [] };
}

/** Whether its parents come to an end. */
function isDescendant(actor: ActorPicture, actors: Picture['actors']): boolean {
  let above: ActorPicture | undefined = actor;
  for (let generation = 0; above && generation < GENERATIONS; generation += 1)
    above = above.parentId === undefined ? undefined : actors.get(above.parentId);
  return above === undefined;
}
