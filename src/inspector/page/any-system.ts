/** What the page says of any system of actors; of some kinds a plug-in says more. */
import { processOf } from '../view/events.ts';
import { countText } from '../view/naming.ts';
import type { ActorPicture, Picture } from '../view/picture.ts';

/** The first root that is a machine: one that runs if any does, else of a program that is there if any is. */
export function leaderOf({ actors, left }: Picture): ActorPicture | undefined {
  const roots = [...actors.values()].filter(({ parentId }) => parentId === undefined);
  const machines = roots.filter(({ machine }) => machine !== undefined);
  const ofThoseThere = machines.filter(({ id }) => !left.has(processOf(id)));
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

export function headlineOf({ actors, left }: Picture): string {
  if (actors.size === 0) return 'Waiting for the first process';
  const all = [...actors.values()];
  const programs = new Set(all.map(({ id }) => processOf(id)));
  const there = programs.difference(left).size;
  const gone = programs.size - there;
  // One that has ended is told of by its program, which may make others.
  const active = all.filter(({ status }) => status === 'active').length;
  return `${count(there, 'program')}, ${count(active, 'actor')}${gone === 0 ? '' : `, ${count(gone, 'program')} ended`}`;
}

const count = (number: number, what: string): string =>
  `${countText(number)} ${what}${number === 1 ? '' : 's'}`;
