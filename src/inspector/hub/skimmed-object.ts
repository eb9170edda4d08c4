/** What is kept of an object that may have more, and larger, fields than there is room for. */

/** Characters of a value that is kept once there are too many. */
const SHARES = [256, 64];

export type Room = {
  /** Characters of all its fields. */
  readonly chars: number;
  /** The names of those that are kept whatever comes besides. */
  readonly needed: readonly string[];
};

export class SkimmedObject {
  readonly #room: Room;
  readonly #shares = [...SHARES];
  #share = Number.POSITIVE_INFINITY;
  #fields: { readonly name: string; readonly value: string }[] = [];
  #chars = 0;
  #left = 0;

  constructor(room: Room) {
    this.#room = room;
  }

  /** Takes a name, without its quotes, and a value as they stand in JSON. */
  add(name: string, value: string): void {
    while (this.#isTooMuch(name, this.#cut(name, value)) && this.#shares.length > 0) this.#shrink();
    const short = this.#cut(name, value);
    if (this.#isTooMuch(name, short)) this.#left += 1;
    // What is cut out of a long text would keep all of it.
    else this.#keep(copyOf(name), copyOf(short));
  }

  get json(): string {
    const fields = this.#fields.map(({ name, value }) => `"${name}":${value}`);
    if (this.#left > 0) fields.push(`"…":"‹${this.#left} more fields›"`);
    return `{${fields.join(',')}}`;
  }

  #isTooMuch(name: string, value: string): boolean {
    return !this.#room.needed.includes(name) && this.#chars + name.length + value.length > this.#room.chars;
  }

  #cut(name: string, value: string): string {
    return value.length <= this.#share || this.#room.needed.includes(name) ? value : sizeOf(value.length);
  }

  #keep(name: string, value: string): void {
    this.#fields.push({ name, value });
    this.#chars += name.length + value.length;
  }

  #shrink(): void {
    this.#share = this.#shares.shift() ?? this.#share;
    const fields = this.#fields;
    this.#fields = [];
    this.#chars = 0;
    for (const { name, value } of fields) this.#keep(name, this.#cut(name, value));
  }
}

export const sizeOf = (chars: number): string => `"‹some ${chars} characters›"`;

const copyOf = (text: string): string => Buffer.from(text, 'utf16le').toString('utf16le');
