/**
 * A machine's description as what is drawn of it: boxes inside boxes, and arrows between them.
 *
 * An arrow from a composite state into itself would have to start at its own inside: it starts at a small box
 * "in every state" there, which also lists what the composite answers without leaving its state.
 */
import type { MachineDescription, StateDescription, TransitionDescription } from './description.ts';
import { isWithin, type Outline, outlineOf } from './outline.ts';
import { triggerName } from './words.ts';

/** One transition's words, as they stand in a box or at an arrow. */
export type ChartLine = {
  transition: string;
  /** Id of the state that it belongs to: its own id begins with XState's name of that. */
  source: string;
  text: string;
};

export type ChartBox = {
  /** The state's id; `<state id>:every` for the box "in every state", `<state id>:initial` for the dot. */
  id: string;
  kind: StateDescription['kind'] | 'every' | 'initial';
  title: string;
  description: string | undefined;
  /** Actors that live as long as the machine is in this state. */
  actors: readonly string[];
  /** What is answered here without leaving the state. */
  answers: readonly ChartLine[];
  boxes: readonly ChartBox[];
  /** A composite of which only its name is to be seen. */
  isFolded?: boolean;
  /** Where it is written, if that is known. */
  source?: string | undefined;
};

/** With a summary, that stands at the arrow, and its lines are told only if somebody asks. */
export type ChartArrow = {
  id: string;
  from: string;
  to: string;
  lines: readonly ChartLine[];
  summary?: string;
};

export type ChartGraph = { root: ChartBox; arrows: readonly ChartArrow[] };

/** Of more lines at one arrow, a wall to look at, a chart for the screen tells how many they are. */
const MOST_LINES = 4;

/** For the screen, where what is at an arrow is told if it is pointed at. */
export function summarised({ root, arrows }: ChartGraph): ChartGraph {
  const shortened = arrows.map((arrow) =>
    arrow.lines.length > MOST_LINES ? { ...arrow, summary: `${arrow.lines.length} events` } : arrow,
  );
  return { root, arrows: shortened };
}

export function graphOf({ root }: MachineDescription): ChartGraph {
  const outline = outlineOf(root);
  const arrows = new Map<string, { from: string; to: string; lines: ChartLine[] }>();
  const isEvery = (transition: TransitionDescription, target: string) =>
    outline.get(transition.source)!.state.states.length > 0 && isWithin(outline, target, transition.source);
  for (const { state } of outline.values()) {
    for (const transition of state.transitions) {
      for (const target of transition.targets) {
        const from = isEvery(transition, target) ? `${state.id}:every` : state.id;
        const key = `${from} ${target}`;
        const arrow = arrows.get(key) ?? { from, to: target, lines: [] };
        arrows.set(key, arrow);
        arrow.lines.push(lineOf(transition));
      }
    }
  }
  for (const { state } of outline.values()) {
    if (state.initial !== undefined)
      arrows.set(`${state.id}:initial`, { from: startOf(state), to: state.initial, lines: [] });
  }
  return {
    root: boxOf(outline, root),
    arrows: [...arrows.values()].map((arrow, index) => ({ id: `arrow-${index}`, ...arrow })),
  };
}

function boxOf(outline: Outline, state: StateDescription): ChartBox {
  const isComposite = state.states.length > 0;
  const answers = state.transitions.filter(({ targets }) => targets.length === 0).map(lineOf);
  const reachesInside = state.transitions.some(({ targets }) =>
    targets.some((target) => isWithin(outline, target, state.id)),
  );
  const extra: ChartBox[] = [];
  if (state.kind === 'compound' && state.initial !== undefined)
    extra.push({ ...BARE, id: startOf(state), kind: 'initial' });
  if (isComposite && (answers.length > 0 || reachesInside))
    extra.push({ ...BARE, id: `${state.id}:every`, kind: 'every', title: 'in every state', answers });
  return {
    id: state.id,
    kind: state.kind,
    title: cut(state.kind === 'history' ? `H ${state.key}` : state.key),
    description: state.description,
    actors: state.invokes.map(({ actor }) => actor),
    answers: isComposite ? [] : answers,
    boxes: [...extra, ...state.states.map((child) => boxOf(outline, child))],
  };
}

/** Where the arrow to the first state begins: at a dot inside, or at the history itself. */
const startOf = ({ id, kind }: StateDescription): string => (kind === 'history' ? id : `${id}:initial`);

const BARE = { title: '', description: undefined, actors: [], answers: [], boxes: [] } as const;

const lineOf = (transition: TransitionDescription): ChartLine => ({
  transition: transition.id,
  source: transition.source,
  text: textOf(transition),
});

/** `client.batch [fillsWindow]`, `after 2 s`, `[isIdle]`, `[else]`. */
function textOf({ trigger, guard, otherwise }: TransitionDescription): string {
  const condition = guard ?? (otherwise ? 'else' : undefined);
  return cut([triggerName(trigger), condition && `[${condition}]`].filter(Boolean).join(' ') || 'at once');
}

/** Characters of a line; ours have 50. */
const LINE_CHARS = 80;

const cut = (text: string): string => (text.length > LINE_CHARS ? `${text.slice(0, LINE_CHARS - 1)}…` : text);
