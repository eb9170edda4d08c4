/**
 * Draws a machine's description as a Mermaid state diagram, as GitHub shows it.
 *
 * Two habits of Mermaid shape the text: an arrow in a nested block moves both its ends into that block, so only
 * arrows between two states of one block stand there and all others stand outside; and no arrow may join a
 * composite state to a state inside it, so such arrows leave from a box "in every state" of their own.
 */
import type {
  MachineDescription,
  StateDescription,
  TransitionDescription,
} from '../../src/inspector/charts/description.ts';
import { isWithin, type Outline, outlineOf } from '../../src/inspector/charts/outline.ts';
import { triggerName } from '../../src/inspector/charts/words.ts';
import { assignIds } from './outline.ts';

/** @returns the lines of a `stateDiagram-v2`, without the code fence. */
export function toMermaid({ root }: MachineDescription): string {
  const outline = outlineOf(root);
  const drawing: Drawing = {
    root: root.id,
    outline,
    ids: assignIds(outline),
    arrows: new Map(),
    everywhere: new Map(),
  };
  for (const { state } of outline.values()) {
    for (const transition of state.transitions) place(drawing, state, transition);
  }
  return ['stateDiagram-v2', ...bodyOf(drawing, root).map((line) => `  ${line}`)].join('\n');
}

type Drawing = {
  root: string;
  outline: Outline;
  ids: ReadonlyMap<string, string>;
  /** By the block that they stand in, then by `from --> to`: the labels of one arrow. */
  arrows: Map<string, Map<string, string[]>>;
  /** By state: what it answers without leaving; a composite state says so in a box of its own. */
  everywhere: Map<string, string[]>;
};

const everywhereId = (drawing: Drawing, state: StateDescription): string =>
  `${drawing.ids.get(state.id)}_everywhere`;

/** Puts a transition where it is drawn: as an arrow, or as a line in the state's own box. */
function place(drawing: Drawing, source: StateDescription, transition: TransitionDescription): void {
  if (transition.targets.length === 0) addAnswer(drawing, source, answerOf(source, transition));
  for (const target of transition.targets) {
    const from = startOf(drawing, source, target);
    const to = endOf(drawing, source, target);
    const block = from.block === to.block ? from.block : drawing.root;
    addArrow(drawing, block, `${from.id} --> ${to.id}`, labelOf(transition));
  }
}

/** One end of an arrow, and the composite state in whose block it stands. */
type End = { id: string; block: string };

function startOf(drawing: Drawing, source: StateDescription, target: string): End {
  const isFromInside = source.states.length > 0 && isWithin(drawing.outline, target, source.id);
  if (!isFromInside) return endAt(drawing, source.id);
  addAnswer(drawing, source);
  return { id: everywhereId(drawing, source), block: source.id };
}

/** An arrow from inside a composite state to that state ends at what is entered there. */
function endOf(drawing: Drawing, source: StateDescription, target: string): End {
  const { state } = drawing.outline.get(target)!;
  const isFromInside = state.states.length > 0 && isWithin(drawing.outline, source.id, target);
  return endAt(drawing, isFromInside ? (state.initial ?? state.states[0]!.id) : target);
}

const endAt = ({ ids, outline }: Drawing, id: string): End => ({
  id: ids.get(id)!,
  block: outline.get(id)!.lineage.at(-2)!,
});

/** The guard matters only if another branch of the same event does leave the state. */
function answerOf(source: StateDescription, transition: TransitionDescription): string {
  const event = triggerName(transition.trigger);
  const branches = source.transitions.filter(({ trigger }) => triggerName(trigger) === event);
  const label = branches.every(({ targets }) => targets.length === 0) ? safeText(event) : labelOf(transition);
  return branches.some(({ actions }) => actions.length > 0) ? label : `ignores ${label}`;
}

function addAnswer({ everywhere }: Drawing, { id }: StateDescription, ...lines: string[]): void {
  everywhere.set(id, [...new Set([...(everywhere.get(id) ?? []), ...lines])]);
}

function addArrow({ arrows }: Drawing, block: string, arrow: string, label: string): void {
  const ofBlock = arrows.get(block) ?? new Map<string, string[]>();
  const labels = new Set([...(ofBlock.get(arrow) ?? []), label]);
  arrows.set(block, ofBlock.set(arrow, [...labels]));
}

/** What stands in a composite state's block: its states, where it starts, and the arrows among them. */
function bodyOf(drawing: Drawing, state: StateDescription): string[] {
  const { ids, everywhere } = drawing;
  const answers = everywhere.get(state.id);
  const initial = state.initial ? [`[*] --> ${ids.get(state.initial)}`] : [];
  const ends = [...initial, ...(drawing.arrows.get(state.id)?.keys() ?? [])];
  const named = new Set(ends.flatMap((arrow) => arrow.split(' --> ')));
  const states = state.states.map((child) => drawState(drawing, child, named));
  return [
    ...(answers ? drawBox(everywhereId(drawing, state), 'in every state', answers) : []),
    ...initial,
    ...states.flatMap((lines, index) => (state.kind === 'parallel' && index > 0 ? ['--', ...lines] : lines)),
    ...arrowsOf(drawing, state),
    ...state.states.filter(({ kind }) => kind === 'final').map(({ id }) => `${ids.get(id)} --> [*]`),
  ];
}

function arrowsOf({ arrows }: Drawing, { id }: StateDescription): string[] {
  return [...(arrows.get(id) ?? [])].map(([arrow, labels]) => {
    const label = labels.filter((text) => text !== '').join('<br/>');
    return label ? `${arrow} : ${label}` : arrow;
  });
}

/** A plain state that an arrow of its block names needs no line of its own. */
function drawState(drawing: Drawing, state: StateDescription, named: ReadonlySet<string>): string[] {
  const id = drawing.ids.get(state.id)!;
  const answers = drawing.everywhere.get(state.id) ?? [];
  if (state.states.length > 0) {
    const opening = state.key === id ? `state ${id} {` : `state "${safeText(state.key)}" as ${id} {`;
    return [opening, ...bodyOf(drawing, state).map((line) => `  ${line}`), '}'];
  }
  if (state.key !== id || answers.length > 0) return drawBox(id, safeText(state.key), answers);
  return named.has(id) ? [] : [id];
}

/** A box with a title and lines below it. */
const drawBox = (id: string, title: string, lines: readonly string[]): string[] => [
  `state "${title}" as ${id}`,
  ...lines.map((line) => `${id} : ${line}`),
];

/** `event [guard]`; the branch after all guards says `[else]`. */
function labelOf({ trigger, guard, otherwise }: TransitionDescription): string {
  const condition = guard ? `[${guard}]` : otherwise ? '[else]' : '';
  return safeText(`${triggerName(trigger)} ${condition}`.trim());
}

/** Characters that Mermaid reads as its own are written as entities. */
const safeText = (text: string): string =>
  text.replace(/[:;#"<>{}%\\]/g, (char) => `#${char.codePointAt(0)};`);
