/** What the page says of any system of actors; of some kinds a plug-in says more. */
import { processOf } from '../view/events.ts';
import { countText } from '../view/naming.ts';
import type { ActorPicture, Picture } from '../view/picture.ts';

/** The first root that is a machine: one that runs if any does, else of a program that is there if any is. */
export function leaderOf({ actors }: Picture): ActorPicture | undefined {
  const roots = [...actors.values()].filter(({ parentId }) => parentId === undefined);
  const machines = roots.filter(({ machine }) => machine !== undefined);
  const ofThoseThere = machines.filter(({ status }) => status !== 'gone');
  return ofThoseThere.find(({ status }) => status === 'active') ?? ofThoseThere[0] ?? machines[0] ?? roots[0];
}

/** Who is called the same in a program that was started again, as its developer does all day. */
export function successorOf(
  { actors }: Picture,
  gone: Pick<ActorPicture, 'name' | 'machine' | 'parentId'>,
): ActorPicture | undefined {
  return [...actors.values()].findLast(
    (actor) =>
      actor.status === 'active' &&
      actor.isForeign &&
      actor.name === gone.name &&
      actor.machine === gone.machine &&
      (actor.parentId === undefined) === (gone.parentId === undefined),
  );
}

export function headlineOf({ actors }: Picture): string {
  if (actors.size === 0) return 'Waiting for the first process';
  const living = [...actors.values()].filter(({ status }) => status !== 'gone');
  const gone = programsIn([...actors.values()]).difference(programsIn(living)).size;
  const programs = count(programsIn(living).size, 'program');
  const ended = gone === 0 ? '' : `, ${count(gone, 'program')} ended`;
  // One that has ended is told of by its program, which may make others.
  const active = living.filter(({ status }) => status === 'active').length;
  return `${programs}, ${count(active, 'actor')}${ended}`;
}

const programsIn = (actors: readonly ActorPicture[]): Set<string> =>
  new Set(actors.map(({ id }) => processOf(id)));

const count = (number: number, what: string): string =>
  `${countText(number)} ${what}${number === 1 ? '' : 's'}`;
