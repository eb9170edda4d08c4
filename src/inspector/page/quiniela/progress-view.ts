/** Each agency's upload: a bar, or of many a square each, as full as its file is stored. Either is a list to choose from. */

import { countText } from '../../view/naming.ts';
import type { AgencyProgress, Progress } from '../../view/progress.ts';
import { byId, element, isNew, keepChildren, setAttribute, setText } from '../dom.ts';

/** Agencies of which each has a bar; of more, each has a square. */
const MOST_BARS = 20;
/** Squares that a browser shows without being slow; all agencies are counted nevertheless. */
const MOST_SQUARES = 5_000;
/** Pixels of a square, with its gap: as large as there is room for in this height. */
const SQUARE = { least: 8, most: 22, height: 240 } as const;

export class ProgressView {
  readonly #list = byId('progress');
  readonly #legend = byId('progress-legend');
  readonly #choose: (id: string) => void;
  #agencies: readonly AgencyProgress[] = [];
  #chosen = -1;
  /** Pixels of the list, as it was seen last: to ask for them in each frame makes the browser lay the page out. */
  #width = 0;

  constructor(choose: (id: string) => void) {
    this.#choose = choose;
    this.#list.addEventListener('click', ({ target }) => {
      const actor = (target as Element).closest<HTMLElement>('[data-of]')?.dataset.of;
      if (actor) this.#choose(actor);
    });
    this.#list.addEventListener('keydown', (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || !this.#move(event.key)) return;
      event.preventDefault();
      event.stopPropagation();
    });
    new ResizeObserver(() => {
      this.#width = this.#list.clientWidth;
      this.#size();
    }).observe(this.#list);
  }

  /** @param latest what is known by now: a file's length is learnt at its end, and gives its bar the scale */
  show({ agencies }: Progress, latest: Progress, chosen: string | undefined): void {
    const lengths = new Map(latest.agencies.map(({ agency, total }) => [agency, total]));
    const longest = agencies.reduce((most, { stored, total }) => Math.max(most, total ?? stored), 1);
    const isGrid = agencies.length > MOST_BARS;
    byId('progress-title').hidden = agencies.length === 0;
    byId('adapters-label').hidden = false;
    this.#list.hidden = agencies.length === 0;
    this.#agencies = agencies.slice(0, MOST_SQUARES);
    if (this.#list.classList.toggle('grid', isGrid) !== (this.#list.dataset.kind === 'grid'))
      this.#list.replaceChildren();
    this.#list.dataset.kind = isGrid ? 'grid' : 'bars';
    this.#size();
    const before = this.#chosen;
    this.#chosen = this.#agencies.findIndex(({ actor }) => actor !== undefined && actor === chosen);
    keepChildren(this.#list, this.#agencies, isGrid ? makeSquare : makeBar, (item, agency) =>
      update(
        item,
        agency,
        lengths.get(agency.agency) ?? longest,
        agency.actor !== undefined && agency.actor === chosen,
      ),
    );
    setAttribute(this.#list, 'aria-activedescendant', this.#chosen >= 0 ? 'chosen-agency' : undefined);
    if (this.#chosen !== before) this.#list.children[this.#chosen]?.scrollIntoView({ block: 'nearest' });
    setText(this.#legend, isGrid ? legendOf(agencies) : '');
  }

  hide(): void {
    byId('progress-title').hidden = true;
    byId('adapters-label').hidden = true;
    this.#list.hidden = true;
    this.#list.replaceChildren();
    setText(this.#legend, '');
  }

  #size(): void {
    if (this.#agencies.length === 0) return;
    const pixels = Math.sqrt((this.#width * SQUARE.height) / this.#agencies.length);
    const size = `${Math.max(SQUARE.least, Math.min(SQUARE.most, Math.floor(pixels)))}px`;
    if (this.#list.style.getPropertyValue('--square') !== size)
      this.#list.style.setProperty('--square', size);
  }

  #move(key: string): boolean {
    const [first, second] = this.#list.children as unknown as [HTMLElement?, HTMLElement?];
    const isGrid = this.#list.dataset.kind === 'grid';
    const step = second && first ? second.offsetLeft - first.offsetLeft : 0;
    const columns = isGrid && step > 0 ? Math.max(1, Math.floor(this.#list.clientWidth / step)) : 1;
    const steps: Readonly<Record<string, number>> = {
      ArrowUp: -columns,
      ArrowDown: columns,
      ...(isGrid ? { ArrowLeft: -1, ArrowRight: 1 } : {}),
      Home: Number.NEGATIVE_INFINITY,
      End: Number.POSITIVE_INFINITY,
    };
    const by = steps[key];
    if (by === undefined) return false;
    const index = Math.max(0, Math.min(this.#chosen + by, this.#agencies.length - 1));
    const actor = this.#agencies[index]?.actor;
    if (actor !== undefined) this.#choose(actor);
    return true;
  }
}

/** `812 have their winners, 120 have finished, 68 reading`. */
function legendOf(agencies: readonly AgencyProgress[]): string {
  const counts = new Map<string, number>();
  for (const agency of agencies) counts.set(wordsOf(agency), (counts.get(wordsOf(agency)) ?? 0) + 1);
  const shown = [...counts].sort(([, one], [, other]) => other - one);
  const more =
    agencies.length > MOST_SQUARES ? ` (a square for each of the first ${countText(MOST_SQUARES)})` : '';
  return `${shown.map(([words, count]) => `${countText(count)} ${words}`).join(', ')}${more}`;
}

const wordsOf = ({ hasWinners, hasFinished, state }: AgencyProgress): string =>
  hasWinners ? 'with winners' : hasFinished ? 'finished' : state;

const makeSquare = (): HTMLElement => element('div', { role: 'option' });

const makeBar = (): HTMLElement =>
  element(
    'div',
    { role: 'option' },
    element('span', { class: 'who' }),
    element('span', { class: 'meter' }, element('span', { class: 'fill' })),
    element('span', { class: 'bets' }),
    element('span', { class: 'flags' }),
  );

/** @param scale bets of its file as far as anybody knows */
function update(item: HTMLElement, progress: AgencyProgress, scale: number, isChosen: boolean): void {
  const { agency, actor, state, stored, total, hasFinished, hasWinners } = progress;
  if (!isNew(item, [agency, actor, state, stored, total, hasFinished, hasWinners, scale, isChosen])) return;
  const share = Math.min(1, stored / Math.max(1, total ?? scale));
  const words = hasWinners ? 'has its winners' : hasFinished ? 'has finished' : state;
  const title = `agency ${agency}: ${countText(stored)} bet${stored === 1 ? '' : 's'} stored${total === undefined ? '' : ` of ${countText(total)}`}, ${words}`;
  const known = hasWinners
    ? 'known won'
    : hasFinished
      ? 'known done'
      : total === undefined
        ? 'open'
        : 'known';
  const attributes: Readonly<Record<string, string | undefined>> = {
    'data-of': actor,
    'data-agency': String(agency),
    class: known,
    title,
    id: isChosen ? 'chosen-agency' : undefined,
    'aria-selected': String(isChosen),
  };
  for (const [key, value] of Object.entries(attributes)) setAttribute(item, key, value);
  item.style.setProperty('--share', share.toFixed(4));
  const [who, , bets, flags] = item.children as unknown as [Element?, Element?, Element?, Element?];
  if (!who || !bets || !flags) {
    setAttribute(item, 'aria-label', title);
    return;
  }
  setText(who, String(agency));
  setText(bets, stored > 0 ? countText(stored) : '');
  setText(flags, hasWinners ? '✓ winners' : hasFinished ? '● finished' : state);
}
