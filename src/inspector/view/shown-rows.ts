/** The rows that filter and choice leave, asked again only as far as something is new. */
import { branchesIn } from './branches.ts';
import { type Filter, type Filterable, parseFilter } from './filter.ts';
import type { Moments } from './moments.ts';
import { eventText, labelOf } from './naming.ts';
import { lastBefore, type Row, Rows } from './rows.ts';

/** Rows that are asked again when others follow. */
const RECENT = 256;

/** Types whose words are remembered. */
const MOST_TYPES = 1_000;

export class ShownRows {
  /** Those that are shown, oldest first; undefined if nothing is asked. */
  filtered: Row[] | undefined;
  /** When the first event was that is kept, in milliseconds since 1970. */
  start = 0;
  readonly #moments: Moments;
  readonly #rows: Rows;
  /** What was asked, and of how many rows. */
  #key = '';
  #asked = 0;
  readonly #known = new Map<string, string>();

  constructor(moments: Moments) {
    this.#moments = moments;
    this.#rows = new Rows(moments);
  }

  get all(): readonly Row[] {
    return this.#rows.all;
  }

  get shown(): readonly Row[] {
    return this.filtered ?? this.#rows.all;
  }

  /** @param only id of the one actor that is asked for. @returns whether it is another run or question */
  update(query: string, only: string | undefined): boolean {
    const { isAnother, gone } = this.#rows.update();
    const { all } = this.#rows;
    const { first } = this.#moments;
    if (isAnother || this.start === 0) this.start = this.#moments.timeOf(first);
    const key = `${query}\n${only}`;
    const isNew = isAnother || key !== this.#key;
    const filter = parseFilter(query);
    if (!filter && only === undefined) {
      this.filtered = undefined;
    } else if (isNew || !this.filtered) {
      this.filtered = all.filter((row) => this.#matches(row, filter, only));
    } else {
      if (gone > 0) this.filtered.splice(0, lastBefore(this.filtered, first) + 1);
      // What the newest caused may be known only now.
      const fresh = all.slice(Math.max(0, this.#asked - gone - RECENT));
      this.filtered.length = lastBefore(this.filtered, fresh[0]?.number ?? Number.POSITIVE_INFINITY) + 1;
      for (const row of fresh) if (this.#matches(row, filter, only)) this.filtered.push(row);
    }
    this.#key = key;
    this.#asked = all.length;
    return isNew;
  }

  nameOf(id: string | undefined): string {
    const actor = id === undefined ? undefined : this.#moments.cast.get(id);
    return actor ? labelOf(actor) : id === undefined ? 'its own' : 'unknown';
  }

  #matches(row: Row, filter: Filter | undefined, only: string | undefined): boolean {
    if (only !== undefined && row.source !== only && row.target !== only) return false;
    return !filter || filter(this.#asText(row));
  }

  /** Words of an event's type: a run has a hundred thousand events of a hundred types. */
  #words(type: string): string {
    const words = this.#known.get(type) ?? eventText(type);
    if (this.#known.size < MOST_TYPES) this.#known.set(type, words);
    return words;
  }

  #asText({ event, source, target, gap, took }: Row): Filterable {
    const { type } = event;
    return {
      type,
      text: this.#words(type),
      source: this.nameOf(source),
      target: this.nameOf(target),
      gap,
      took: took.flatMap(branchesIn),
    };
  }
}
