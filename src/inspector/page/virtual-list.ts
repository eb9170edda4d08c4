/**
 * A list of any length of which only the rows in sight exist, each as high as the others. What the browser would have to lay
 * the page out for is remembered instead: its height and how far it is scrolled.
 */

import { setAttribute } from './dom.ts';

export type VirtualListOptions<T> = {
  /** What scrolls, and the element inside of it that is as high as all rows. */
  frame: HTMLElement;
  list: HTMLElement;
  /** Pixels. */
  rowHeight: () => number;
  make: () => HTMLElement;
  update: (row: HTMLElement, item: T, index: number) => void;
  /** Which id `update` gives to the row that is current; the frame names it to a screen reader as long as it exists. */
  currentId: string;
  /** So many rows are all there, also those out of sight: a search by the browser finds them. */
  wholeUpTo?: number;
};

/** Rows above and below what is in sight, so that a scroll shows no gap. */
const SPARE = 4;

/** Pixels from the end within which new rows are followed. */
const NEAR_END = 40;

export class VirtualList<T> {
  readonly #options: VirtualListOptions<T>;
  #items: readonly T[] = [];
  #sight: 'end' | number | undefined;
  #isAtEnd = true;
  /** Pixels of the frame, and those above what is in sight: as they were set here, or seen last. */
  #height = 0;
  #top = 0;
  /** Index of the first row that exists. */
  #from = 0;

  constructor(options: VirtualListOptions<T>) {
    this.#options = options;
    const { frame } = options;
    frame.addEventListener('scroll', () => {
      // What was scrolled here is told of later: it does not end the following.
      if (!this.#isMoved()) return;
      this.#top = frame.scrollTop;
      this.#paint();
      // The frame may have another height by now, which only the observer takes over: together with what is to be seen.
      this.#isAtEnd = this.#lowest(frame.clientHeight) - this.#top < NEAR_END;
    });
    new ResizeObserver(() => {
      const wasSeen = this.isHidden || this.#isInSight();
      this.#height = frame.clientHeight;
      if (this.#isMoved()) this.#top = frame.scrollTop;
      this.#paint();
      if (wasSeen) this.show(this.#items, this.#sight);
    }).observe(frame);
  }

  /** By others than this list; the browser puts it between two pixels as it likes. */
  #isMoved(): boolean {
    return Math.abs(this.#options.frame.scrollTop - this.#top) >= 1;
  }

  /** @param sight what is to be seen: the newest row, if it was before; or the row of this index */
  show(items: readonly T[], sight?: 'end' | number): void {
    this.#items = items;
    this.#sight = sight;
    const { list, frame, rowHeight } = this.#options;
    const height = `${items.length * rowHeight()}px`;
    if (list.style.height !== height) list.style.height = height;
    // What is hidden cannot be scrolled, and a list that was empty may grow.
    if (this.isHidden) {
      this.#paint();
      return;
    }
    const before = this.#top;
    if (typeof sight === 'number') this.#top = this.#topFor(sight);
    if (sight === 'end' && this.#isAtEnd) this.#top = this.#lowest();
    this.#top = Math.min(this.#top, this.#lowest());
    this.#paint();
    // Last, as the browser lays out all that is new for it.
    if (this.#top !== before) frame.scrollTop = this.#top;
  }

  /** From now on the newest is followed. */
  toEnd(): void {
    this.#isAtEnd = true;
  }

  get isHidden(): boolean {
    return this.#height < this.#options.rowHeight();
  }

  /** What is to be seen, and no user has scrolled away from it. */
  #isInSight(): boolean {
    if (typeof this.#sight !== 'number') return this.#sight === 'end' && this.#isAtEnd;
    return this.#topFor(this.#sight) === this.#top;
  }

  #lowest(height = this.#height): number {
    return Math.max(0, this.#items.length * this.#options.rowHeight() - height);
  }

  /** Scrolled as little as brings a row into sight; with it in the middle, if it was far out of it. */
  #topFor(index: number): number {
    const height = this.#options.rowHeight();
    const top = Math.max(0, index) * height;
    const end = this.#top + this.#height;
    if (top < this.#top - height || top > end) return Math.max(0, top - this.#height / 2);
    if (top < this.#top) return top;
    return top + height > end ? top + height - this.#height : this.#top;
  }

  #paint(): void {
    const { frame, list, rowHeight, make, update, currentId, wholeUpTo = 0 } = this.#options;
    const height = rowHeight();
    const isWhole = this.#items.length <= wholeUpTo;
    const from = isWhole ? 0 : Math.max(0, Math.floor(this.#top / height) - SPARE);
    const inSight = isWhole ? wholeUpTo : Math.ceil(this.#height / height) + 2 * SPARE;
    const to = Math.min(this.#items.length, from + inSight);
    const count = Math.max(0, to - from);
    while (list.children.length > count) list.lastElementChild?.remove();
    while (list.children.length < count) list.append(make());
    this.#turn(from);
    for (let index = from; index < to; index += 1) {
      const row = list.children[index - from] as HTMLElement;
      const place = `translateY(${index * height}px)`;
      if (row.style.transform !== place) row.style.transform = place;
      update(row, this.#items[index] as T, index);
    }
    const hasCurrent = list.querySelector(`#${currentId}`) !== null;
    setAttribute(frame, 'aria-activedescendant', hasCurrent ? currentId : undefined);
  }

  /** Rows that stay in sight stay as they are: those that leave at one end come in at the other. */
  #turn(from: number): void {
    const { list } = this.#options;
    const by = from - this.#from;
    this.#from = from;
    if (Math.abs(by) >= list.children.length) return;
    if (by > 0) list.append(...[...list.children].slice(0, by));
    if (by < 0) list.prepend(...[...list.children].slice(by));
  }
}

const COARSE = matchMedia('(pointer: coarse)');

/** Pixels of a row: a finger needs 44 of them. */
export const rowPixels = (pixels: number): number => (COARSE.matches ? Math.max(44, pixels) : pixels);
