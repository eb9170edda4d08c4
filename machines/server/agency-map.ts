/**
 * An immutable map from agencies, by number, to values. A copied Map costs every event time and garbage in
 * proportion to its size; while thousands of agencies connect, that is most of the server's time. Here a change copies
 * one page, the list of the pages of its book, and that of the books.
 */

/** Agencies of a page, and pages of a book. With 10,000 agencies each list that is copied has about twenty entries. */
const PAGE = 24;

type Page<TValue> = readonly (TValue | undefined)[];
type Book<TValue> = readonly (Page<TValue> | undefined)[];
type Books<TValue> = readonly (Book<TValue> | undefined)[];

const placeOf = (agency: number) => {
  const page = Math.floor(agency / PAGE);
  return { book: Math.floor(page / PAGE), page: page % PAGE, line: agency % PAGE };
};

export class AgencyMap<TValue extends NonNullable<unknown>> {
  readonly #books: Books<TValue>;
  readonly size: number;

  private constructor(books: Books<TValue>, size: number) {
    this.#books = books;
    this.size = size;
  }

  static empty<TValue extends NonNullable<unknown>>(): AgencyMap<TValue> {
    return new AgencyMap<TValue>([], 0);
  }

  get(agency: number): TValue | undefined {
    const { book, page, line } = placeOf(agency);
    return this.#books[book]?.[page]?.[line];
  }

  has(agency: number): boolean {
    return this.get(agency) !== undefined;
  }

  with(agency: number, value: TValue): AgencyMap<TValue> {
    return this.#changed(agency, value, this.has(agency) ? this.size : this.size + 1);
  }

  withAll(agencies: readonly number[], value: TValue): AgencyMap<TValue> {
    let all: AgencyMap<TValue> = this;
    for (const agency of agencies) all = all.with(agency, value);
    return all;
  }

  without(agency: number): AgencyMap<TValue> {
    return this.has(agency) ? this.#changed(agency, undefined, this.size - 1) : this;
  }

  /** In the order of their numbers. */
  *[Symbol.iterator](): IterableIterator<readonly [agency: number, value: TValue]> {
    for (const [number, book] of this.#books.entries()) {
      for (const [place, page] of book?.entries() ?? []) {
        for (const [line, value] of page?.entries() ?? []) {
          if (value !== undefined) yield [(number * PAGE + place) * PAGE + line, value];
        }
      }
    }
  }

  #changed(agency: number, value: TValue | undefined, size: number): AgencyMap<TValue> {
    const place = placeOf(agency);
    const books = [...this.#books];
    const book = [...(books[place.book] ?? [])];
    const page = [...(book[place.page] ?? [])];
    page[place.line] = value;
    book[place.page] = page;
    books[place.book] = book;
    return new AgencyMap(books, size);
  }
}
