/** The actors and the agencies' progress as text, for a terminal: what was posted is escaped, and cut. */
import { BOLD, clipped, DIM, GREEN, type Look, RED } from '../../terminal/look.ts';
import { type Forest, forestOf } from './forest.ts';
import { countText, labelOf, STATUS_SIGNS, stateText } from './naming.ts';
import type { ActorPicture, Picture } from './picture.ts';
import { ascii, harmless } from './plain.ts';
import { type AgencyProgress, barrierText, type Progress, progressOf } from './progress.ts';

const BAR_CHARS = 24;
/** Columns up to the state of an actor. */
const NAME_CHARS = 34;

/** Of so many agencies, and of actors of one kind beside one another, each has its line on a screen. */
const MOST_LINES = 20;

type StatusOptions = {
  look: Look;
  /** Of the screen; undefined if it is none, where nothing is left out. */
  columns: number | undefined;
  /** Of a screen that does not scroll. */
  rows: number | undefined;
  /** A line for each, however many there are. */
  isAll: boolean;
  /** What stands above it: why it is not as things are now. */
  trouble?: string | undefined;
};

type Line = { text: string; style?: string };

const EVERYTHING: StatusOptions = {
  look: { isUnicode: true, paint: (text) => text },
  columns: undefined,
  rows: undefined,
  isAll: true,
};

export function statusText(picture: Picture, options: StatusOptions = EVERYTHING): string {
  const { look, columns, isAll, trouble } = options;
  const isShort = columns !== undefined && !isAll;
  const { actors, lost, refused, forgotten } = picture;
  const notes = [
    ...(lost > 0 ? [`${countText(lost)} event${lost === 1 ? ' was' : 's were'} lost on the way`] : []),
    ...(refused > 0
      ? [`${countText(refused)} line${refused === 1 ? ' was no event' : 's were no events'}`]
      : []),
    ...(forgotten > 0
      ? [`${countText(forgotten)} actor${forgotten === 1 ? '' : 's'} more than there is room for`]
      : []),
  ].map((text): Line => ({ text, style: RED }));
  const progress = progressOf(picture);
  const lines: Line[] =
    actors.size === 0
      ? [{ text: 'No process has said anything yet.' }, ...notes]
      : [...drawLines(progress, isShort), ...treeLines(picture, isShort), ...notes];
  if (trouble !== undefined) lines.unshift({ text: trouble, style: RED });
  return fitted(lines, options)
    .map(({ text, style }) => {
      const plain = look.isUnicode ? text : ascii(text);
      const cut = columns ? clipped(plain, columns, look) : plain;
      return style ? look.paint(cut, style) : cut;
    })
    .join('\n');
}

/** Not more than the screen has room for. */
function fitted(lines: readonly Line[], { rows }: StatusOptions): readonly Line[] {
  if (!rows || lines.length < rows) return lines;
  const shown = lines.slice(0, Math.max(0, rows - 2));
  return [...shown, { text: `… ${countText(lines.length - shown.length)} lines more`, style: DIM }];
}

/** Nothing of a draw if nobody takes part in one: any program's actors are listed. */
const drawLines = (progress: Progress, isShort: boolean): Line[] =>
  progress.barrier === undefined && progress.agencies.length === 0
    ? []
    : [{ text: barrierText(progress), style: BOLD }, ...agencyLines(progress, isShort), { text: '' }];

function agencyLines(progress: Progress, isShort: boolean): Line[] {
  const { agencies } = progress;
  const longest = Math.max(1, ...agencies.map(({ total, stored }) => total ?? stored));
  if (!isShort || agencies.length <= MOST_LINES) return agencies.map((agency) => barOf(agency, longest));
  return summary(agencies.map(whatOf)).map(([what, count]) => ({
    text: `  ${countText(count).padStart(6)} ${what}`,
  }));
}

/** How often each text is there, the most frequent one first. */
const summary = (texts: readonly string[]): [string, number][] => {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].sort(([, one], [, other]) => other - one);
};

const whatOf = ({ state, hasFinished, hasWinners }: AgencyProgress): string =>
  hasWinners ? '✓ winners' : hasFinished ? '● finished' : harmless(state);

/** @param longest bets of the longest file that is known */
function barOf(progress: AgencyProgress, longest: number): Line {
  const { agency, stored, total, hasWinners } = progress;
  const share = Math.max(0, Math.min(1, stored / Math.max(1, total ?? longest)));
  const filled = Math.round(share * BAR_CHARS);
  const bar = `${'█'.repeat(filled)}${'░'.repeat(BAR_CHARS - filled)}`;
  const bets = countText(stored).padStart(10);
  const text = `  agency ${String(agency).padEnd(4)} ${bar} ${bets}  ${whatOf(progress)}`;
  return hasWinners ? { text, style: GREEN } : { text };
}

const BY_NUMBER = new Intl.Collator('en', { numeric: true });

/** The server first, as all others speak with it; the others by their names, and numbers in them. */
const inOrder = (actors: readonly ActorPicture[]): ActorPicture[] =>
  actors.toSorted(
    (one, other) =>
      Number(other.machine === 'server') - Number(one.machine === 'server') ||
      BY_NUMBER.compare(labelOf(one), labelOf(other)),
  );

const STYLES: Readonly<Partial<Record<ActorPicture['status'], string>>> = {
  done: GREEN,
  error: RED,
  stopped: DIM,
  gone: DIM,
};

/** Machines only: a socket or a file has no states. */
function treeLines(picture: Picture, isShort: boolean): Line[] {
  const forest = forestOf(picture, ({ machine }) => machine !== undefined);
  const lines: Line[] = [];
  const add = (siblings: readonly ActorPicture[], depth: number): void => {
    const crowded = isShort ? crowdsIn(siblings, forest) : new Map<string, ActorPicture[]>();
    for (const [machine, crowd] of crowded) lines.push(...crowdLines(machine, crowd, depth));
    for (const actor of inOrder(siblings)) {
      if (crowded.has(actor.machine ?? '')) continue;
      lines.push(lineOf(actor, depth));
      add(forest.childrenOf(actor), depth + 1);
    }
  };
  add(forest.roots, 0);
  return lines;
}

/** Machines of which more stand beside one another than can be looked at. */
function crowdsIn(siblings: readonly ActorPicture[], { childrenOf }: Forest): Map<string, ActorPicture[]> {
  const all = Map.groupBy(siblings, ({ machine = '' }) => machine);
  for (const [machine, actors] of all) {
    const isCrowd = actors.length > MOST_LINES && actors.every((actor) => childrenOf(actor).length === 0);
    if (!isCrowd) all.delete(machine);
  }
  return all;
}

/** A crowd by what its members are doing. */
const crowdLines = (machine: string, crowd: readonly ActorPicture[], depth: number): Line[] =>
  summary(crowd.map(({ status, value }) => `${STATUS_SIGNS[status]}\n${harmless(stateText(value))}`)).map(
    ([key, count]) => {
      const [sign = '', state = ''] = key.split('\n');
      const name = `${'  '.repeat(depth)}${sign} ${countText(count)} × ${harmless(machine)}`;
      return { text: `${name.padEnd(NAME_CHARS)} ${state}` };
    },
  );

function lineOf(actor: ActorPicture, depth: number): Line {
  const { status, value } = actor;
  const name = `${'  '.repeat(depth)}${STATUS_SIGNS[status]} ${harmless(labelOf(actor))}`;
  const note = status === 'gone' ? ' (its process is gone)' : '';
  const text = `${name.padEnd(NAME_CHARS)} ${harmless(stateText(value))}${note}`;
  const style = STYLES[status];
  return style ? { text, style } : { text };
}

/** The picture for programs. */
export function statusData(picture: Picture) {
  const { barrier, agencies } = progressOf(picture);
  const { lost, refused, forgotten, time } = picture;
  return {
    time: time > 0 ? new Date(time).toISOString() : null,
    draw: barrier ?? null,
    agencies: agencies.map(({ actor: _, total = null, ...agency }) => ({ ...agency, total })),
    machines: [...picture.actors.values()].flatMap((actor) =>
      actor.machine === undefined
        ? []
        : {
            id: actor.id,
            name: labelOf(actor),
            machine: actor.machine,
            parent: actor.parentId ?? null,
            status: actor.status,
            state: stateText(actor.value),
          },
    ),
    lost,
    refused,
    forgotten,
  };
}
