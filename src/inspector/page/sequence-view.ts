/** The events between actors as a sequence, newest last; only the rows in sight exist. */
import type { EventSummary, InspectorEvent } from '../view/events.ts';
import { countText, eventText, labelOf } from '../view/naming.ts';
import type { Picture } from '../view/picture.ts';
import { byId, element, setAttribute, setText } from './dom.ts';
import { arrowBetween, LANES, laneOf } from './lanes.ts';
import type { Moments } from './moments.ts';

const ROW = 34;
/** Pixels from the end within which new rows are followed. */
const NEAR_END = 40;

type Item = { number: number; time: number; source: string | undefined; target: string; event: EventSummary };

export class SequenceView {
  readonly #list = byId('sequence');
  readonly #rows = byId('rows');
  readonly #filter = byId<HTMLInputElement>('filter');
  readonly #only = byId<HTMLInputElement>('only');
  readonly #moments: Moments;
  readonly #goTo: (number: number) => void;
  #items: Item[] = [];
  #read = 0;
  #start = 0;
  #chosen: string | undefined;
  #key = '';
  #picture: Picture | undefined;
  #cursor = 0;
  #isAtEnd = true;

  constructor(moments: Moments, goTo: (number: number) => void) {
    this.#moments = moments;
    this.#goTo = goTo;
    byId('lanes').append(
      ...LANES.map((lane) => element('span', {}, lane)),
      element('b', {}, 'event'),
      element('b', {}, 'seconds'),
    );
    for (const input of [this.#filter, this.#only]) input.addEventListener('input', () => this.#refresh());
    this.#list.addEventListener('scroll', () => {
      this.#isAtEnd = this.#list.scrollHeight - this.#list.scrollTop - this.#list.clientHeight < NEAR_END;
      this.#paint();
    });
    this.#rows.addEventListener('click', ({ target }) => {
      const number = (target as Element).closest<HTMLElement>('[data-number]')?.dataset.number;
      if (number !== undefined) this.#goTo(Number(number) + 1);
    });
    new ResizeObserver(() => this.#paint()).observe(this.#list);
  }

  /** @param cursor number of the first event that has not happened yet in what is shown */
  show(picture: Picture, latest: Picture, chosen: string | undefined, cursor: number, isLive: boolean): void {
    this.#picture = latest;
    this.#chosen = chosen;
    this.#cursor = cursor;
    this.#collect();
    this.#rows.style.height = `${this.#items.length * ROW}px`;
    if (isLive && this.#isAtEnd) this.#list.scrollTop = this.#list.scrollHeight;
    else if (!isLive) this.#reveal();
    this.#paint();
    const all = this.#moments.next - this.#moments.first;
    const lost = picture.lost > 0 ? `, ${countText(picture.lost)} lost on the way` : '';
    const refused = picture.refused > 0 ? `, ${countText(picture.refused)} that were none` : '';
    const shown = `${countText(this.#items.length)} shown of ${countText(all)} kept`;
    setText(byId('event-count'), `${shown}${lost}${refused}`);
  }

  #refresh(): void {
    this.#key = '?';
    if (this.#picture) this.#collect();
    this.#rows.style.height = `${this.#items.length * ROW}px`;
    this.#paint();
  }

  /** Takes in what is new; everything, where filter or choice have changed. */
  #collect(): void {
    const { first, next } = this.#moments;
    const words = this.#filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    const only = this.#only.checked ? this.#chosen : undefined;
    const key = `${words.join(' ')}|${only}`;
    if (key !== this.#key || this.#read > next || this.#read < first) {
      this.#key = key;
      this.#items = [];
      this.#read = first;
    }
    const gone = this.#items.findIndex(({ number }) => number >= first);
    if (gone > 0) this.#items.splice(0, gone);
    if (this.#start === 0 || first === this.#read) this.#start = this.#moments.timeOf(first);
    for (; this.#read < next; this.#read += 1) {
      const item = itemOf(this.#read, this.#moments.event(this.#read)!);
      if (item && this.#matches(item, words, only)) this.#items.push(item);
    }
  }

  #matches({ source, target, event }: Item, words: readonly string[], only: string | undefined): boolean {
    if (only !== undefined && source !== only && target !== only) return false;
    if (words.length === 0) return true;
    const text =
      `${event.type} ${eventText(event.type)} ${this.#name(source)} ${this.#name(target)}`.toLowerCase();
    return words.every((word) => text.includes(word));
  }

  #name(id: string | undefined): string {
    const actor = id === undefined ? undefined : this.#moments.cast.get(id);
    return actor ? labelOf(actor) : id === undefined ? 'its own' : 'unknown';
  }

  /** Scrolls so that the moment that is shown is in sight. */
  #reveal(): void {
    const index = this.#lastBefore(this.#cursor);
    const top = index * ROW;
    const { scrollTop, clientHeight } = this.#list;
    if (top < scrollTop || top + ROW > scrollTop + clientHeight)
      this.#list.scrollTop = top - clientHeight / 2;
  }

  #lastBefore(cursor: number): number {
    let low = 0;
    let high = this.#items.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#items[middle]!.number < cursor) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  #paint(): void {
    const from = Math.max(0, Math.floor(this.#list.scrollTop / ROW) - 2);
    const to = Math.min(this.#items.length, from + Math.ceil(this.#list.clientHeight / ROW) + 4);
    const current = this.#lastBefore(this.#cursor);
    while (this.#rows.children.length > Math.max(0, to - from)) this.#rows.lastElementChild!.remove();
    while (this.#rows.children.length < to - from) this.#rows.append(makeRow());
    for (let index = from; index < to; index += 1)
      this.#update(this.#rows.children[index - from] as HTMLElement, this.#items[index]!, index, current);
  }

  #update(
    row: HTMLElement,
    { number, time, source, target, event }: Item,
    index: number,
    current: number,
  ): void {
    row.style.transform = `translateY(${index * ROW}px)`;
    const { cast } = this.#moments;
    const from = source === undefined ? undefined : laneOf(cast, source);
    const kind = index === current ? 'event current' : number >= this.#cursor ? 'event later' : 'event';
    setAttribute(row, 'class', kind);
    if (row.dataset.number === String(number)) return;
    row.dataset.number = String(number);
    const [lanes, when, type, route] = row.children as unknown as [Element, Element, Element, Element];
    lanes.replaceChildren(arrowBetween(from, laneOf(cast, target)));
    setText(when, secondsText(time - this.#start));
    setText(type, eventText(event.type));
    setText(
      route,
      source === undefined || source === target
        ? this.#name(target)
        : `${this.#name(source)} → ${this.#name(target)}`,
    );
    const { type: _, ...rest } = event;
    row.title = `${event.type}  ${JSON.stringify(rest)}`;
  }
}

/** `1.234` seconds since the first event that is kept. */
export const secondsText = (ms: number): string => (ms / 1000).toFixed(3);

function itemOf(number: number, event: InspectorEvent): Item | undefined {
  if (event.type !== '@xstate.event') return undefined;
  return {
    number,
    time: Number(event.createdAt),
    source: event.sourceId,
    target: event.sessionId,
    event: event.event,
  };
}

const makeRow = (): HTMLElement =>
  element(
    'li',
    { class: 'event' },
    element('span', { class: 'lanes' }),
    element('span', { class: 'when' }),
    element('span', { class: 'type' }),
    element('span', { class: 'route' }),
  );
