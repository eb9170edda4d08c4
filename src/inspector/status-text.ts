/** The actors and the agencies' progress as text, for a terminal. */
import { countText, labelOf, STATUS_SIGNS, stateText } from './naming.ts';
import type { ActorPicture, Picture } from './picture.ts';
import { type AgencyProgress, type Progress, progressOf } from './progress.ts';

const BAR_CHARS = 24;
/** Columns up to the state of an actor. */
const NAME_CHARS = 34;

export function statusText(picture: Picture): string {
  if (picture.actors.size === 0) return 'No process has said anything yet.';
  const progress = progressOf(picture);
  const lost = picture.lost > 0 ? [`${picture.lost} events were lost on the way`] : [];
  return [
    barrierText(progress),
    ...progress.agencies.map((agency) => barOf(agency, progress)),
    '',
    ...treeOf(picture),
    ...lost,
  ].join('\n');
}

/** `3 of 5 have finished`; once drawn, how many have their winners. */
export function barrierText({ barrier, agencies }: Progress): string {
  if (!barrier) return agencies.length > 0 ? 'No server is watched' : 'Waiting for the first process';
  const { wanted, finished, told, isDrawn } = barrier;
  if (!isDrawn) return `${finished} of ${wanted} have finished`;
  return told === wanted
    ? `Drawn: all ${wanted} have their winners`
    : `Drawn: ${told} of ${wanted} have their winners`;
}

function barOf(progress: AgencyProgress, { agencies }: Progress): string {
  const { agency, state, stored, total, hasFinished, hasWinners } = progress;
  const longest = Math.max(1, ...agencies.map((other) => other.total ?? other.stored));
  const filled = Math.round(Math.min(1, stored / Math.max(1, total ?? longest)) * BAR_CHARS);
  const bar = `${'█'.repeat(filled)}${'░'.repeat(BAR_CHARS - filled)}`;
  const bets = countText(stored).padStart(10);
  const what = hasWinners ? '✓ winners' : hasFinished ? '● finished' : state;
  return `  agency ${String(agency).padEnd(4)} ${bar} ${bets}  ${what}`;
}

/** Machines only: a socket or a file has no states. */
function treeOf({ actors }: Picture): string[] {
  const machines = [...actors.values()].filter(({ machine }) => machine !== undefined);
  const lines: string[] = [];
  const add = (actor: ActorPicture, depth: number): void => {
    const name = `${'  '.repeat(depth)}${STATUS_SIGNS[actor.status]} ${labelOf(actor)}`;
    const note = actor.status === 'gone' ? ' (its process is gone)' : '';
    lines.push(`${name.padEnd(NAME_CHARS)} ${stateText(actor.value)}${note}`);
    for (const child of machines) if (child.parentId === actor.id) add(child, depth + 1);
  };
  for (const root of machines) if (!root.parentId || !actors.has(root.parentId)) add(root, 0);
  return lines;
}
