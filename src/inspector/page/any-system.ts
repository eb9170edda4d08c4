/** What the page says of any system of actors; of some kinds a plug-in says more. */
import { processOf } from '../view/events.ts';
import { countText } from '../view/naming.ts';
import type { ActorPicture, Picture } from '../view/picture.ts';

/** The first root that is a machine. */
export function leaderOf({ actors }: Picture): ActorPicture | undefined {
  const roots = [...actors.values()].filter(({ parentId }) => parentId === undefined);
  return roots.find(({ machine }) => machine !== undefined) ?? roots[0];
}

export function headlineOf({ actors }: Picture): string {
  if (actors.size === 0) return 'Waiting for the first process';
  const programs = new Set([...actors.keys()].map(processOf)).size;
  const count = (number: number, what: string) => `${countText(number)} ${what}${number === 1 ? '' : 's'}`;
  return `${count(programs, 'program')}, ${count(actors.size, 'actor')}`;
}
