/** The events between actors as a sequence, newest last; only the rows in sight exist. */
import type { Lanes } from '../../view/lanes.ts';
import type { Moments } from '../../view/moments.ts';
import { countText, eventText, msText } from '../../view/naming.ts';
import type { Picture } from '../../view/picture.ts';
import { lastBefore, type Row } from '../../view/rows.ts';
import { ShownRows } from '../../view/shown-rows.ts';
import { byId, element, isNew, setAttribute, setText } from '../dom.ts';
import { drawArrow, LANE_WIDTH, makeArrow } from '../lanes.ts';
import { rowPixels, VirtualList } from '../virtual-list.ts';

const ROW = 34;
/** Milliseconds of waiting that are worth being said. */
const LONG_MS = 1;

/** What one moment of the page is. */
export type Shown = {
  picture: Picture;
  chosen: string | undefined;
  /** Number of the first event that has not happened yet in what is shown. */
  at: number;
  isLive: boolean;
};

export type SequenceOptions = {
  moments: Moments;
  goTo: (number: number) => void;
  /** The moment that is asked for, shown or not yet. */
  at: () => number;
  /** A row was asked for with all that is known of it. */
  open: () => void;
  changed: () => void;
};

export class SequenceView {
  readonly #filter = byId<HTMLInputElement>('filter');
  readonly #only = byId<HTMLInputElement>('only');
  readonly #empty = byId('no-events');
  readonly #frame = byId('sequence');
  readonly #options: SequenceOptions;
  readonly #rows: ShownRows;
  readonly #list: VirtualList<Row>;
  #cursor = 0;
  #current = -1;
  #chosen: string | undefined;
  #lanes: Lanes = { names: [], of: () => 0 };

  constructor(options: SequenceOptions) {
    this.#options = options;
    this.#rows = new ShownRows(options.moments);
    const rows = byId('rows');
    this.#list = new VirtualList({
      frame: this.#frame,
      list: rows,
      rowHeight: () => rowPixels(ROW),
      make: makeRow,
      update: (row, item, index) => this.#update(row, item, index),
      currentId: 'current-event',
    });
    for (const input of [this.#filter, this.#only]) input.addEventListener('input', options.changed);
    byId('clear-filter').addEventListener('click', () => this.setFilter(''));
    rows.addEventListener('click', ({ target }) => {
      const number = (target as Element).closest<HTMLElement>('[data-number]')?.dataset.number;
      if (number !== undefined) this.#open(Number(number));
    });
    this.#frame.addEventListener('keydown', (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || !this.#move(event.key)) return;
      event.preventDefault();
      event.stopPropagation();
    });
  }

  get filter(): string {
    return this.#filter.value;
  }

  setFilter(text: string, isOnly = text === '' ? false : this.isOnly): void {
    this.#filter.value = text;
    this.#only.checked = isOnly;
    this.#options.changed();
  }

  /** The row that happened last, the time of the moment, and how many there are of those that are shown. */
  get current(): { row: Row | undefined; seconds: string; index: number; count: number } {
    const row = this.#rows.shown[this.#current];
    const seconds = secondsText(
      this.#cursor > this.#options.moments.first ? this.#time() - this.#rows.start : 0,
    );
    return { row, seconds, index: this.#current + 1, count: this.#rows.shown.length };
  }

  #time(): number {
    return this.#options.moments.timeOf(this.#cursor - 1);
  }

  /** Other lanes make all rows new. */
  setLanes(lanes: Lanes): void {
    const isSame = lanes.names.join('\n') === this.#lanes.names.join('\n');
    this.#lanes = lanes;
    if (isSame) return;
    byId('lanes').replaceChildren(
      ...lanes.names.map((lane) => element('span', { title: lane }, lane)),
      element('b', {}, 'event'),
      element('b', {}, 'seconds'),
    );
    this.#frame.style.setProperty('--lanes', `${lanes.names.length * LANE_WIDTH}px`);
    byId('rows').replaceChildren();
  }

  /** Rows that the filter shows; undefined where nothing is asked. */
  get filtered(): readonly Row[] | undefined {
    return this.#rows.filtered;
  }

  /** All that are kept, shown or not. */
  get all(): readonly Row[] {
    return this.#rows.all;
  }

  get isOnly(): boolean {
    return this.#only.checked;
  }

  /** The moment after so many rows more, or fewer; undefined where there is none. */
  momentAfter(steps: number, at: number): number | undefined {
    this.#ask();
    const index = lastBefore(this.#rows.shown, at) + steps;
    if (this.#rows.shown.length === 0) return undefined;
    if (index < 0) return this.#options.moments.first;
    const row = this.#rows.shown[Math.min(index, this.#rows.shown.length - 1)];
    return row && row.number + 1;
  }

  /** Whoever steps on right after typing steps among the rows that were asked for. */
  #ask(): boolean {
    return this.#rows.update(this.#filter.value, this.isOnly ? this.#chosen : undefined);
  }

  show({ picture, chosen, at, isLive }: Shown): void {
    this.#cursor = at;
    this.#chosen = chosen;
    const isAnother = this.#ask();
    this.#current = lastBefore(this.#rows.shown, at);
    if (isLive && isAnother) this.follow();
    this.#list.show(this.#rows.shown, isLive ? 'end' : this.#current);
    this.#tellCounts(picture);
  }

  /** From now on the newest is seen. */
  follow(): void {
    this.#list.toEnd();
  }

  #tellCounts({ lost, refused }: Picture): void {
    const all = this.#rows.all.length;
    const of = this.#rows.filtered ? `${countText(this.#rows.shown.length)} of ` : '';
    const events = `${of}${countText(all)} ${all === 1 ? 'event' : 'events'}`;
    const notes = [
      ...(lost > 0 ? [`${countText(lost)} lost on the way`] : []),
      ...(refused > 0 ? [`${countText(refused)} that were none`] : []),
    ];
    setText(byId('event-count'), [events, ...notes].join(', '));
    this.#empty.hidden = this.#rows.shown.length > 0;
    byId('clear-filter').hidden = all === 0;
    const asked = [
      ...(this.#filter.value.trim() ? [`“${this.#filter.value.trim()}”`] : []),
      ...(this.#only.checked ? ['the chosen actor'] : []),
    ].join(' and ');
    setText(
      byId('no-events-text'),
      all === 0 ? 'No actor has been sent an event yet.' : `No event of ${countText(all)} matches ${asked}.`,
    );
  }

  nameOf(id: string | undefined): string {
    return this.#rows.nameOf(id);
  }

  #open(number: number): void {
    this.#options.open();
    this.#options.goTo(number + 1);
  }

  /** As a listbox has it. */
  #move(key: string): boolean {
    this.#ask();
    const page = Math.max(1, Math.floor(this.#frame.clientHeight / rowPixels(ROW)) - 1);
    const current = lastBefore(this.#rows.shown, this.#options.at());
    const row = this.#rows.shown[current];
    if (key === 'Enter' && row) {
      this.#open(row.number);
      return true;
    }
    const steps: Readonly<Record<string, number>> = {
      ArrowUp: -1,
      ArrowDown: 1,
      PageUp: -page,
      PageDown: page,
      Home: -current,
      End: this.#rows.shown.length,
    };
    const by = steps[key];
    if (by === undefined) return false;
    // Above the first row there is none to be current.
    const index = Math.max(0, Math.min(current + by, this.#rows.shown.length - 1));
    const wanted = this.#rows.shown[index];
    if (wanted) this.#options.goTo(wanted.number + 1);
    return true;
  }

  #update(row: HTMLElement, item: Row, index: number): void {
    const { number, time, gap, source, target, event } = item;
    const isCurrent = index === this.#current;
    const kind = isCurrent ? 'event current' : number >= this.#cursor ? 'event later' : 'event';
    setAttribute(row, 'class', number < this.#options.moments.begun ? `${kind} earlier` : kind);
    setAttribute(row, 'id', isCurrent ? 'current-event' : undefined);
    setAttribute(row, 'aria-selected', String(isCurrent));
    setAttribute(row, 'aria-posinset', String(index + 1));
    setAttribute(row, 'aria-setsize', String(this.#rows.shown.length));
    // Another run has other events of the same numbers.
    if (!isNew(row, [item])) return;
    row.dataset.number = String(number);
    const from = source === undefined ? undefined : this.#lanes.of(source);
    const [lanes, when, type, route, waited] = row.children as unknown as [
      Element,
      Element,
      Element,
      Element,
      Element,
    ];
    drawArrow(lanes, from, this.#lanes.of(target));
    setText(when, secondsText(time - this.#rows.start));
    setText(type, eventText(event.type));
    const way = source === undefined || source === target ? '' : `${this.nameOf(source)} → `;
    setText(route, `${way}${this.nameOf(target)}`);
    setText(waited, gap >= LONG_MS ? `+${msText(gap)}` : '');
    const { type: _, ...rest } = event;
    setAttribute(row, 'title', `${event.type}  ${JSON.stringify(rest).slice(0, TITLE_CHARS)}`);
  }
}

/** Characters of a row's tooltip. */
const TITLE_CHARS = 500;

/** `1.234` seconds since the first event that is kept. */
const secondsText = (ms: number): string => (ms / 1000).toFixed(3);

const makeRow = (): HTMLElement =>
  element(
    'li',
    { class: 'event', role: 'option' },
    element('span', { class: 'lanes', 'aria-hidden': 'true' }, makeArrow()),
    element('span', { class: 'when' }),
    element('span', { class: 'type' }),
    element('span', { class: 'route' }),
    element('span', { class: 'waited' }),
  );
