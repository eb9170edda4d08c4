/** The actors as a tree, each with its state, as WAI-ARIA's tree pattern has it. */
import { forestOf } from '../view/forest.ts';
import { countText, labelOf, STATUS_SIGNS, stateText } from '../view/naming.ts';
import type { ActorPicture, Picture } from '../view/picture.ts';
import { byId, element, isNew, setAttribute, setText } from './dom.ts';
import { rowPixels, VirtualList } from './virtual-list.ts';

/** Where an actor stands among its siblings, and in the same rank by its number; undefined of one that has none. */
type Ranking = (actor: ActorPicture) => readonly [rank: number, number: number | undefined];

type Row = { actor: ActorPicture; depth: number; hasChildren: boolean; isOpen: boolean };

/** More roots of a machine than this are shown closed, each opened by its user. */
const MOST_OPEN = 12;

/** Levels of actors inside actors of which each stands further in than the one around it. */
const DEEPEST = 16;

/** Pixels of a row, and rows that are all there whether in sight or not. */
const ROW = 26;
const WHOLE_ROWS = 128;

export class TreeView {
  readonly #tree = byId('tree');
  readonly #adapters = byId<HTMLInputElement>('adapters');
  readonly #find = byId<HTMLInputElement>('find-actor');
  readonly #choose: (id: string) => void;
  readonly #rankOf: Ranking;
  readonly #list: VirtualList<Row>;
  /** Those that the user has opened or closed. */
  readonly #decided = new Map<string, boolean>();
  #rows: readonly Row[] = [];
  #chosen: string | undefined;
  /** Who was chosen when its row was brought into sight last. */
  #seen: string | undefined;

  constructor(choose: (id: string) => void, refresh: () => void, rankOf: Ranking) {
    this.#choose = choose;
    this.#rankOf = rankOf;
    this.#list = new VirtualList({
      frame: this.#tree,
      list: byId('tree-rows'),
      rowHeight: () => rowPixels(ROW),
      make: makeRow,
      update: (row, item, index) => updateRow(row, item, this.#chosen, index + 1, this.#rows.length),
      currentId: 'chosen-actor',
      wholeUpTo: WHOLE_ROWS,
    });
    this.#adapters.addEventListener('change', refresh);
    this.#find.addEventListener('input', refresh);
    this.#tree.addEventListener('click', ({ target }) => {
      const id = (target as Element).closest<HTMLElement>('[data-actor]')?.dataset.actor;
      const row = this.#rows.find(({ actor }) => actor.id === id);
      if (!row) return;
      if ((target as Element).closest('.twist') && row.hasChildren) {
        this.#decided.set(row.actor.id, !row.isOpen);
        refresh();
      } else this.#choose(row.actor.id);
    });
    this.#tree.addEventListener('keydown', (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || !this.#move(event.key)) return;
      event.preventDefault();
      event.stopPropagation();
      refresh();
    });
  }

  show(picture: Picture, chosen: string | undefined): void {
    this.#chosen = chosen;
    this.#rows = this.#rowsOf(picture);
    setText(byId('more-actors'), this.#noteOf(picture));
    const index = this.#rows.findIndex(({ actor }) => actor.id === chosen);
    const isUnseen = chosen !== this.#seen && index >= 0;
    // Where the list is hidden, or the row still to come, it is brought into sight later.
    if (isUnseen && !this.#list.isHidden) this.#seen = chosen;
    this.#list.show(this.#rows, isUnseen ? index : undefined);
  }

  #noteOf({ actors }: Picture): string {
    if (actors.size === 0) return 'No actor has been made yet at this moment';
    const asked = this.#find.value.trim();
    return this.#rows.length === 0 && asked !== ''
      ? `No actor of ${countText(actors.size)} matches “${asked}”`
      : '';
  }

  #rowsOf(picture: Picture): Row[] {
    // Of another program's actors nobody knows which are of no interest.
    const isShown = ({ machine, isForeign }: ActorPicture) =>
      machine !== undefined || isForeign || this.#adapters.checked;
    const found = foundIn(picture, isShown, wordsIn(this.#find.value));
    const forest = forestOf(picture, found);
    const roots = inOrder(forest.roots, this.#rankOf);
    const crowds = Map.groupBy(roots, crowdOf);
    const rows: Row[] = [];
    const add = (actor: ActorPicture, depth: number): void => {
      const inner = inOrder(forest.childrenOf(actor), this.#rankOf);
      const isInCrowd =
        depth === 0 && found === isShown && (crowds.get(crowdOf(actor))?.length ?? 0) > MOST_OPEN;
      const isOpen = this.#decided.get(actor.id) ?? !isInCrowd;
      rows.push({ actor, depth, hasChildren: inner.length > 0, isOpen });
      if (isOpen) for (const child of inner) add(child, depth + 1);
    };
    for (const root of roots) add(root, 0);
    return rows;
  }

  /** As WAI-ARIA has it: right opens, or goes to the first child; left closes, or goes to the parent. */
  #move(key: string): boolean {
    const index = this.#rows.findIndex(({ actor }) => actor.id === this.#chosen);
    const row = this.#rows[index];
    const go = (wanted: number): boolean => {
      const next = this.#rows[Math.max(0, Math.min(wanted, this.#rows.length - 1))];
      if (next) this.#choose(next.actor.id);
      return true;
    };
    switch (key) {
      case 'ArrowUp':
        return go(index - 1);
      case 'ArrowDown':
        return go(index + 1);
      case 'Home':
        return go(0);
      case 'End':
        return go(this.#rows.length - 1);
      case 'ArrowRight':
        if (row?.hasChildren && row.isOpen) return go(index + 1);
        if (row?.hasChildren) this.#decided.set(row.actor.id, true);
        return true;
      case 'ArrowLeft':
        if (row?.hasChildren && row.isOpen) this.#decided.set(row.actor.id, false);
        else if (row && row.depth > 0)
          return go(this.#rows.findLastIndex(({ depth }, at) => at < index && depth < row.depth));
        return true;
      default:
        return false;
    }
  }
}

/** By rank, those that are there before those that were; by number, or the newest last. */
function inOrder(siblings: readonly ActorPicture[], rankOf: Ranking): readonly ActorPicture[] {
  if (siblings.length < 2) return siblings;
  const ranked = siblings.map((actor) => {
    const [rank, number] = rankOf(actor);
    // Whoever has a number is looked for in its place.
    return { actor, rank, isPast: number === undefined && isOfThePast(actor), number: number ?? 0 };
  });
  return ranked
    .sort(
      (one, other) =>
        one.rank - other.rank || Number(one.isPast) - Number(other.isPast) || one.number - other.number,
    )
    .map(({ actor }) => actor);
}

/** A child that has ended; and a root of another program, which may have been started again. */
const isOfThePast = ({ isForeign, parentId, status }: ActorPicture): boolean =>
  (isForeign || parentId !== undefined) && status !== 'active';

/** However often a program was started again, the one that is there is no crowd. */
const crowdOf = (actor: ActorPicture): string => `${isOfThePast(actor)} ${actor.machine}`;

type IsShown = (actor: ActorPicture) => boolean;

const wordsIn = (text: string): string[] => text.toLowerCase().split(/\s+/).filter(Boolean);

/** Those with all of the words in their name or state, and whoever they are inside of; all where nothing is asked. */
function foundIn({ actors }: Picture, isShown: IsShown, words: readonly string[]): IsShown {
  if (words.length === 0) return isShown;
  const found = new Set<ActorPicture>();
  for (const actor of actors.values()) {
    const text =
      `${labelOf(actor)} ${actor.machine ? stateText(actor.value) : ''} ${actor.status}`.toLowerCase();
    if (!isShown(actor) || !words.every((word) => text.includes(word))) continue;
    let one: ActorPicture | undefined = actor;
    while (one && !found.has(one)) {
      found.add(one);
      one = one.parentId === undefined ? undefined : actors.get(one.parentId);
    }
  }
  return (actor) => isShown(actor) && found.has(actor);
}

const makeRow = (): HTMLElement =>
  element(
    'div',
    { role: 'treeitem', class: 'actor' },
    element('span', { class: 'twist', 'aria-hidden': 'true' }),
    element('span', { class: 'sign' }),
    element('span', { class: 'name' }),
    element('span', { class: 'state' }),
    element('span', { class: 'count', title: 'events that it was sent' }),
  );

function updateRow(
  row: HTMLElement,
  { actor, depth, hasChildren, isOpen }: Row,
  chosen: string | undefined,
  place: number,
  rows: number,
): void {
  const isChosen = actor.id === chosen;
  if (!isNew(row, [actor, depth, hasChildren, isOpen, isChosen, place, rows])) return;
  const [twist, sign, name, state, count] = row.children as unknown as [
    Element,
    Element,
    Element,
    Element,
    Element,
  ];
  const text = actor.machine ? stateText(actor.value) : '';
  const attributes: Record<string, string | undefined> = {
    'data-actor': actor.id,
    'data-status': actor.status,
    'data-value': JSON.stringify(actor.value) ?? '',
    'aria-level': String(depth + 1),
    'aria-selected': String(isChosen),
    'aria-expanded': hasChildren ? String(isOpen) : undefined,
    'aria-posinset': String(place),
    'aria-setsize': String(rows),
    id: isChosen ? 'chosen-actor' : undefined,
    class: `actor${depth > 1 ? ' deep' : ''}${actor.machine ? '' : ' adapter'}`,
    title: `${labelOf(actor)}: ${actor.status}${text ? `, ${text}` : ''}`,
  };
  for (const [key, value] of Object.entries(attributes)) setAttribute(row, key, value);
  row.style.setProperty('--depth', String(Math.min(depth, DEEPEST)));
  setText(twist, hasChildren ? (isOpen ? '▾' : '▸') : '');
  setText(sign, STATUS_SIGNS[actor.status]);
  setText(name, labelOf(actor));
  // The deeper the row, the less room; the chart tells the rest.
  setText(state, actor.machine ? stateText(actor.value, depth > 1 ? 1 : 2) : '');
  setText(count, actor.received > 0 ? countText(actor.received) : '');
}
