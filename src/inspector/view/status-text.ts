/** The actors and the agencies' progress as text, for a terminal: what was posted is escaped, and cut. */
import { escapeValue } from '../../printable.ts';
import { forestOf } from './forest.ts';
import { countText, labelOf, STATUS_SIGNS, stateText } from './naming.ts';
import type { ActorPicture, Picture } from './picture.ts';
import { type AgencyProgress, barrierText, progressOf } from './progress.ts';

const BAR_CHARS = 24;
/** Columns up to the state of an actor, and of a name or a state at most. */
const NAME_CHARS = 34;
const TEXT_CHARS = 120;

export function statusText(picture: Picture): string {
  const { actors, lost, refused, forgotten } = picture;
  const notes = [
    ...(lost > 0 ? [`${countText(lost)} events were lost on the way`] : []),
    ...(refused > 0 ? [`${countText(refused)} lines were no events`] : []),
    ...(forgotten > 0 ? [`${countText(forgotten)} actors more than there is room for`] : []),
  ];
  if (actors.size === 0) return ['No process has said anything yet.', ...notes].join('\n');
  const progress = progressOf(picture);
  const longest = Math.max(1, ...progress.agencies.map(({ total, stored }) => total ?? stored));
  return [
    barrierText(progress),
    ...progress.agencies.map((agency) => barOf(agency, longest)),
    '',
    ...treeOf(picture),
    ...notes,
  ].join('\n');
}

/** @param longest bets of the longest file that is known */
function barOf(progress: AgencyProgress, longest: number): string {
  const { agency, state, stored, total, hasFinished, hasWinners } = progress;
  const share = Math.max(0, Math.min(1, stored / Math.max(1, total ?? longest)));
  const filled = Math.round(share * BAR_CHARS);
  const bar = `${'█'.repeat(filled)}${'░'.repeat(BAR_CHARS - filled)}`;
  const bets = countText(stored).padStart(10);
  const what = hasWinners ? '✓ winners' : hasFinished ? '● finished' : harmless(state);
  return `  agency ${String(agency).padEnd(4)} ${bar} ${bets}  ${what}`;
}

/** Machines only: a socket or a file has no states. */
function treeOf(picture: Picture): string[] {
  const { roots, childrenOf } = forestOf(picture, ({ machine }) => machine !== undefined);
  const lines: string[] = [];
  const add = (actor: ActorPicture, depth: number): void => {
    const name = `${'  '.repeat(depth)}${STATUS_SIGNS[actor.status]} ${harmless(labelOf(actor))}`;
    const note = actor.status === 'gone' ? ' (its process is gone)' : '';
    lines.push(`${name.padEnd(NAME_CHARS)} ${harmless(stateText(actor.value))}${note}`);
    for (const child of childrenOf(actor)) add(child, depth + 1);
  };
  for (const root of roots) add(root, 0);
  return lines;
}

/** Nothing that somebody posted acts on the terminal or fills it. */
const harmless = (text: string): string => {
  const safe = escapeValue(text.slice(0, TEXT_CHARS));
  return safe.length > TEXT_CHARS || text.length > TEXT_CHARS ? `${safe.slice(0, TEXT_CHARS - 1)}…` : safe;
};
