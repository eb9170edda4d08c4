/** The actors as a tree, each with its state, as WAI-ARIA's tree pattern has it. */
import { forestOf } from '../view/forest.ts';
import { countText, labelOf, STATUS_SIGNS, stateText } from '../view/naming.ts';
import type { ActorPicture, Picture } from '../view/picture.ts';
import { byId, element, isNew, keepChildren, setAttribute, setText } from './dom.ts';

/** Where a root stands among the others, and those of the same rank by their number; the newest last. */
type Ranking = (root: ActorPicture) => readonly [rank: number, number: number];

type Row = { actor: ActorPicture; depth: number; hasChildren: boolean; isOpen: boolean };

/** More roots of a machine than this are shown closed, each opened by its user. */
const MOST_OPEN = 12;

/** Rows that a browser shows without being slow. */
const MOST_ROWS = 2_000;

export class TreeView {
  readonly #tree = byId('tree');
  readonly #adapters = byId<HTMLInputElement>('adapters');
  readonly #choose: (id: string) => void;
  readonly #rankOf: Ranking;
  /** Roots that the user has opened or closed. */
  readonly #decided = new Map<string, boolean>();
  #rows: readonly Row[] = [];
  #chosen: string | undefined;

  constructor(choose: (id: string) => void, refresh: () => void, rankOf: Ranking) {
    this.#choose = choose;
    this.#rankOf = rankOf;
    this.#adapters.addEventListener('change', refresh);
    this.#tree.addEventListener('click', ({ target }) => {
      const row = (target as Element).closest<HTMLElement>('[data-actor]');
      if (!row) return;
      if ((target as Element).closest('.twist')) {
        this.#toggle(row.dataset.actor!);
        refresh();
      } else this.#choose(row.dataset.actor!);
    });
    this.#tree.addEventListener('keydown', (event) => {
      if (!this.#move(event.key)) return;
      event.preventDefault();
      event.stopPropagation();
      refresh();
    });
  }

  show(picture: Picture, chosen: string | undefined): void {
    this.#chosen = chosen;
    const rows = this.#rowsOf(picture);
    this.#rows = rows.slice(0, MOST_ROWS);
    const more = rows.length - this.#rows.length;
    setText(byId('more-actors'), more > 0 ? `and ${countText(more)} more, which are not listed` : '');
    byId('no-actors').hidden = picture.actors.size > 0;
    const focusable = this.#rows.some(({ actor }) => actor.id === chosen) ? chosen : this.#rows[0]?.actor.id;
    keepChildren(this.#tree, this.#rows, makeRow, (row, item) => updateRow(row, item, chosen, focusable));
  }

  #rowsOf(picture: Picture): Row[] {
    // Of another program's actors nobody knows which are of no interest.
    const isShown = ({ machine, isForeign }: ActorPicture) =>
      machine !== undefined || isForeign || this.#adapters.checked;
    const forest = forestOf(picture, isShown);
    const ranked = forest.roots.map((root) => [root, ...this.#rankOf(root)] as const);
    const roots = ranked
      .sort(([, rank, number], [, otherRank, other]) => rank - otherRank || number - other)
      .map(([root]) => root);
    const crowds = Map.groupBy(roots, ({ machine }) => machine);
    const rows: Row[] = [];
    const add = (actor: ActorPicture, depth: number): void => {
      const inner = forest.childrenOf(actor);
      const isInCrowd = depth === 0 && (crowds.get(actor.machine)?.length ?? 0) > MOST_OPEN;
      const isOpen = this.#decided.get(actor.id) ?? !isInCrowd;
      rows.push({ actor, depth, hasChildren: inner.length > 0, isOpen });
      if (isOpen) for (const child of inner) add(child, depth + 1);
    };
    for (const root of roots) add(root, 0);
    return rows;
  }

  #toggle(id: string): void {
    const row = this.#rows.find(({ actor }) => actor.id === id);
    if (row) this.#decided.set(id, !row.isOpen);
  }

  #move(key: string): boolean {
    const index = this.#rows.findIndex(({ actor }) => actor.id === this.#chosen);
    const row = this.#rows[index];
    if ((key === 'ArrowRight' || key === 'ArrowLeft') && row?.hasChildren) {
      this.#decided.set(row.actor.id, key === 'ArrowRight');
      return true;
    }
    const steps: Record<string, number> = {
      ArrowUp: index - 1,
      ArrowDown: index + 1,
      Home: 0,
      End: Infinity,
    };
    const wanted = steps[key];
    if (wanted === undefined) return false;
    const next = this.#rows[Math.max(0, Math.min(wanted, this.#rows.length - 1))];
    if (next) this.#choose(next.actor.id);
    requestAnimationFrame(() => this.#tree.querySelector<HTMLElement>('[tabindex="0"]')?.focus());
    return true;
  }
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
  focusable: string | undefined,
): void {
  const isChosen = actor.id === chosen;
  const isFocusable = actor.id === focusable;
  if (!isNew(row, [actor, depth, hasChildren, isOpen, isChosen, isFocusable])) return;
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
    tabindex: isFocusable ? '0' : '-1',
    class: `actor depth-${Math.min(depth, 4)}${actor.machine ? '' : ' adapter'}`,
    title: `${labelOf(actor)}: ${actor.status}${text ? `, ${text}` : ''}`,
  };
  for (const [key, value] of Object.entries(attributes)) setAttribute(row, key, value);
  setText(twist, hasChildren ? (isOpen ? '▾' : '▸') : '');
  setText(sign, STATUS_SIGNS[actor.status]);
  setText(name, labelOf(actor));
  // The deeper the row, the less room; the chart tells the rest.
  setText(
    state,
    text
      .split(' › ')
      .slice(depth > 1 ? -1 : -2)
      .join(' › '),
  );
  setText(count, actor.received > 0 ? countText(actor.received) : '');
}
