/**
 * An immutable map from agencies, by number, to values. A copied Map costs every event time and garbage in
 * proportion to its size: with 1,000 agencies connecting, a sixth of the server's time, with 5,000 most of it.
 * Here a change copies one page, and the list of the pages.
 */

/** Agencies of a page: with 10,000 of them, both copies are of about a hundred. */
const PAGE = 100;

type Page<TValue> = readonly (TValue | undefined)[];

export class AgencyMap<TValue extends NonNullable<unknown>> {
  readonly #pages: readonly (Page<TValue> | undefined)[];
  readonly size: number;

  private constructor(pages: readonly (Page<TValue> | undefined)[], size: number) {
    this.#pages = pages;
    this.size = size;
  }

  static empty<TValue extends NonNullable<unknown>>(): AgencyMap<TValue> {
    return new AgencyMap<TValue>([], 0);
  }

  get(agency: number): TValue | undefined {
    return this.#pages[Math.floor(agency / PAGE)]?.[agency % PAGE];
  }

  has(agency: number): boolean {
    return this.get(agency) !== undefined;
  }

  with(agency: number, value: TValue): AgencyMap<TValue> {
    return this.#changed(agency, value, this.has(agency) ? this.size : this.size + 1);
  }

  without(agency: number): AgencyMap<TValue> {
    return this.has(agency) ? this.#changed(agency, undefined, this.size - 1) : this;
  }

  /** In the order of their numbers. */
  *[Symbol.iterator](): IterableIterator<readonly [agency: number, value: TValue]> {
    for (const [number, page] of this.#pages.entries()) {
      for (const [place, value] of page?.entries() ?? []) {
        if (value !== undefined) yield [number * PAGE + place, value];
      }
    }
  }

  #changed(agency: number, value: TValue | undefined, size: number): AgencyMap<TValue> {
    const number = Math.floor(agency / PAGE);
    const pages = [...this.#pages];
    const page = [...(pages[number] ?? [])];
    page[agency % PAGE] = value;
    pages[number] = page;
    return new AgencyMap(pages, size);
  }
}
