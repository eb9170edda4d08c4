/** A picture as JSON, and back. */
import { type Definition, isDefinition } from './definitions.ts';
import { fieldsOf } from './fields.ts';
import { type ActorPicture, emptyPicture, type Picture } from './picture.ts';
import { type AgencyRecord, isAgencyRecord } from './record.ts';

type PictureData = Omit<Picture, 'actors' | 'left' | 'agencies' | 'definitions'> & {
  actors: readonly ActorPicture[];
  left: readonly string[];
  agencies: readonly AgencyRecord[];
  definitions: readonly Definition[];
};
export const toData = (picture: Picture): PictureData => ({
  ...picture,
  actors: [...picture.actors.values()],
  left: [...picture.left],
  agencies: [...picture.agencies.values()],
  definitions: [...picture.definitions.values()],
});

/** Whoever says that this is a picture may be another hub than ours, or none: what has the wrong shape is left out. */
export function fromData(data: unknown): Picture {
  const told = fieldsOf(data);
  const picture = emptyPicture();
  picture.actors = new Map(actorsIn(told.actors).map((actor) => [actor.id, actor]));
  picture.ended = wordsIn(told.ended);
  picture.left = new Set(wordsIn(told.left));
  picture.agencies = new Map(
    itemsOf(told.agencies)
      .filter(isAgencyRecord)
      .map((record) => [record.agency, record]),
  );
  picture.definitions = new Map(
    itemsOf(told.definitions)
      .filter(isDefinition)
      .map((definition) => [definition.key, definition]),
  );
  for (const key of ['events', 'lost', 'refused', 'forgotten', 'time'] as const)
    if (typeof told[key] === 'number') picture[key] = told[key];
  return picture;
}

/** Those of a list that are actors. */
export const actorsIn = (list: unknown): ActorPicture[] =>
  itemsOf(list).flatMap((item) => actorIn(item) ?? []);

const wordsIn = (list: unknown): string[] => itemsOf(list).filter((item) => typeof item === 'string');

const itemsOf = (list: unknown): readonly unknown[] => (Array.isArray(list) ? list : []);

const STATUSES = new Set<unknown>(['active', 'done', 'error', 'stopped', 'gone']);

function actorIn(item: unknown): ActorPicture | undefined {
  const actor = fieldsOf(item);
  const isOne =
    ['id', 'rootId', 'name'].every((key) => typeof actor[key] === 'string') &&
    ['parentId', 'machine', 'chart'].every(
      (key) => actor[key] === undefined || typeof actor[key] === 'string',
    ) &&
    ['lastAt', 'received'].every((key) => typeof actor[key] === 'number') &&
    ['context', 'taken'].every((key) => typeof actor[key] === 'object' && actor[key] !== null) &&
    Array.isArray(actor.lastTransitions) &&
    STATUSES.has(actor.status);
  return isOne ? ({ ...actor, isForeign: actor.isForeign === true } as ActorPicture) : undefined;
}
