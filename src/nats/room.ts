/** Bytes that may be held at once; whoever finds no room waits for its turn. */
export class Room {
  readonly #size: number;
  #taken = 0;
  readonly #waiting: { bytes: number; enter: () => void }[] = [];

  constructor(size: number) {
    this.#size = size;
  }

  /** One that is larger than the whole room has it for itself. */
  async take(bytes: number): Promise<void> {
    if (this.#waiting.length === 0 && this.#fits(bytes)) this.#taken += bytes;
    else await new Promise<void>((enter) => this.#waiting.push({ bytes, enter }));
  }

  give(bytes: number): void {
    this.#taken -= bytes;
    for (let next = this.#waiting[0]; next && this.#fits(next.bytes); next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#taken += next.bytes;
      next.enter();
    }
  }

  #fits(bytes: number): boolean {
    return this.#taken === 0 || this.#taken + bytes <= this.#size;
  }
}
