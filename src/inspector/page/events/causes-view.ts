/** What caused the event that is opened, back to the first, and what it caused; each where it was when. */
import { type CauseLine, causeTree, routeOf } from '../../view/cause-tree.ts';
import type { Causes } from '../../view/causes.ts';
import type { Moments } from '../../view/moments.ts';
import { countText, eventText, msText } from '../../view/naming.ts';
import { endOf, type Row } from '../../view/rows.ts';
import { byId, element } from '../dom.ts';
import { barBetween } from './waterfall.ts';

export type CausesViewOptions = {
  moments: Moments;
  rows: () => readonly Row[];
  causes: (rows: readonly Row[]) => Causes<Row>;
  nameOf: (id: string | undefined) => string;
  goTo: (number: number) => void;
  changed: () => void;
};

/** Causes that are shown nearest to the event, besides the first of all; and effects. */
const MOST_CAUSES = 12;
const MOST_EFFECTS = 40;

/** Milliseconds between two looks for effects: all rows are gone through. */
const AGAIN_MS = 500;

export class CausesView {
  readonly #options: CausesViewOptions;
  readonly #section = byId('causes');
  #known: { rows: readonly Row[]; next: number; causes: Causes<Row> } | undefined;
  #shown: Row | undefined;
  #step: number | undefined;
  /** What is shown of it, and whether there is no room for more. */
  #key = '';
  #isFull = false;
  /** When more is looked for at the earliest, and what will ask for it. */
  #due = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: CausesViewOptions) {
    this.#options = options;
    this.#section.addEventListener('click', ({ target }) => {
      const number = (target as Element).closest<HTMLElement>('[data-event]')?.dataset.event;
      if (number !== undefined) options.goTo(Number(number));
    });
  }

  show(row: Row | undefined): void {
    const isAnother = row !== this.#shown || row?.step !== this.#step;
    if (!isAnother && (!row || !this.#mayHaveMore())) return;
    this.#shown = row;
    this.#step = row?.step;
    this.#section.hidden = row === undefined;
    if (!row) return;
    const tree = causeTree(this.#causes(), row, { causes: MOST_CAUSES, effects: MOST_EFFECTS });
    const { title, first, hidden, rest } = tree;
    this.#isFull = tree.hasMore;
    const key = [title, ...rest.map(({ row }) => `${row.number} ${row.step}`)].join('\n');
    if (!isAnother && key === this.#key) return;
    this.#key = key;
    const { activeElement } = document;
    const focused = this.#section.contains(activeElement) ? (activeElement as HTMLElement) : undefined;
    this.#section.replaceChildren(element('h4', {}, title), this.#table(first, hidden, rest));
    const number = isAnother ? undefined : focused?.dataset.event;
    if (number !== undefined) this.#section.querySelector<HTMLElement>(`[data-event="${number}"]`)?.focus();
  }

  /** While a run goes on, effects of an event that stays open may come: they are looked for now and then. */
  #mayHaveMore(): boolean {
    if (this.#isFull || this.#known?.next === this.#options.moments.next) return false;
    const isDue = performance.now() >= this.#due;
    if (!isDue)
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        this.#options.changed();
      }, AGAIN_MS);
    return isDue;
  }

  /** The same as long as nothing is new. */
  #causes(): Causes<Row> {
    const rows = this.#options.rows();
    const { next } = this.#options.moments;
    if (this.#known?.rows !== rows || this.#known.next !== next) {
      this.#known = { rows, next, causes: this.#options.causes(rows) };
      this.#due = performance.now() + AGAIN_MS;
    }
    return this.#known.causes;
  }

  #table(first: readonly CauseLine[], hidden: number, rest: readonly CauseLine[]): HTMLElement {
    const all = [...first, ...rest];
    // The first of all may have been long before the others.
    const drawn = hidden > 0 ? rest : all;
    const begin = Math.min(...drawn.map(({ row }) => row.time));
    const whole = {
      begin,
      ms: Math.max(...all.map(({ row }) => endOf(row, this.#options.moments) ?? row.time)) - begin,
    };
    const head = ['event', 'at', 'taken in'].map((text) => element('th', { scope: 'col' }, text));
    const linesOf = (lines: readonly CauseLine[]) => lines.flatMap((line) => this.#line(line, whole));
    const gap =
      hidden > 0
        ? [element('tr', {}, element('td', { colspan: 3 }, `${countText(hidden)} more between them`))]
        : [];
    return element(
      'table',
      { class: 'waterfall' },
      element('thead', {}, element('tr', {}, ...head)),
      element('tbody', {}, ...linesOf(first), ...gap, ...linesOf(rest)),
    );
  }

  #line({ row, depth, how, isOpened }: CauseLine, whole: { begin: number; ms: number }): HTMLElement[] {
    const { number, time, event } = row;
    const text = eventText(event.type);
    const name = isOpened
      ? element('b', {}, text)
      : element('button', { type: 'button', class: 'link', 'data-event': number }, text);
    const title = element(
      'th',
      { scope: 'row' },
      name,
      ` ${routeOf(row, this.#options.nameOf)}`,
      element('span', { class: 'how' }, how && `, ${how}`),
    );
    title.style.setProperty('--depth', String(Math.min(depth, 8)));
    const end = endOf(row, this.#options.moments);
    return [
      element(
        'tr',
        { 'aria-current': isOpened ? 'true' : undefined },
        title,
        element('td', {}, `${time < whole.begin ? '−' : '+'}${msText(Math.abs(time - whole.begin))}`),
        element('td', {}, end === undefined ? '–' : msText(end - time)),
      ),
      element(
        'tr',
        { 'aria-hidden': 'true' },
        element('td', { colspan: 3 }, barBetween(whole, time < whole.begin ? undefined : time, end ?? time)),
      ),
    ];
  }
}
