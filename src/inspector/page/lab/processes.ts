/** The processes of a demo that is acted on: each is told of by its name, and by how often it was started. */
import { processOf } from '../../view/events.ts';
import type { Picture } from '../../view/picture.ts';

export type ProcessStart = { readonly who: string; readonly start: number };

/** Of an actor's id: `agency-3_2.0` is of the second start of agency 3. */
export function processNamed(id: string): ProcessStart | undefined {
  const [, who = '', start] = /^(.+)_(\d+)$/.exec(processOf(id)) ?? [];
  return start === undefined ? undefined : { who, start: Number(start) };
}

const startsOf = ({ actors }: Picture): (ProcessStart & { runs: boolean })[] =>
  [...actors.values()].flatMap(({ id, parentId, status }) => {
    const named = parentId === undefined ? processNamed(id) : undefined;
    return named ? [{ ...named, runs: status === 'active' }] : [];
  });

export const isRunning = (picture: Picture, { who, start }: ProcessStart): boolean =>
  startsOf(picture).some((one) => one.who === who && one.start === start && one.runs);

/** How often it was started. */
export const startedOf = (picture: Picture | undefined, who: string): number =>
  picture ? Math.max(0, ...startsOf(picture).map((one) => (one.who === who ? one.start : 0))) : 0;
