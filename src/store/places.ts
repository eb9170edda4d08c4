/**
 * Where an agency's uploaded bets stand in bets.csv: for each commit that has some, which is the first of them, and
 * a byte from which on they are found. So a batch that is said again can be compared with what is stored, however it
 * is cut. 16 bytes an entry: a few percent of the journal's line about it.
 */
export class Places {
  /** Of each entry, ascending: how many bets stand before it, and where to begin to look. */
  readonly #bets: number[] = [];
  readonly #bytes: number[] = [];

  /** A commit's first bet of the agency is bet `bet`, at byte `byte` or after it. */
  note(bet: number, byte: number): void {
    this.#bets.push(bet);
    this.#bytes.push(byte);
  }

  get size(): number {
    return this.#bets.length;
  }

  /** Byte of the last entry; -1 if there is none. */
  get last(): number {
    return this.#bytes.at(-1) ?? -1;
  }

  /** The entry that holds a bet, and the bet of the one after it. @throws if there is no entry */
  at(bet: number): { bet: number; byte: number; next: number } {
    let [low, high] = [0, this.#bets.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#bets[middle] ?? Number.POSITIVE_INFINITY) <= bet) low = middle;
      else high = middle - 1;
    }
    const [first, byte] = [this.#bets[low], this.#bytes[low]];
    if (first === undefined || byte === undefined) throw new Error(`no commit has bet ${bet}`);
    return { bet: first, byte, next: this.#bets[low + 1] ?? Number.POSITIVE_INFINITY };
  }
}
