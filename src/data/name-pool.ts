/** Names by the thousand, in the proportions of the real files, as bytes that are ready to be copied. */
import { Random } from './random.ts';
import {
  LAST_NAME_LENGTHS,
  LAST_NAMES,
  LONG_NAMES,
  MEN,
  ONE_NAME_LENGTHS,
  type Shares,
  TWO_NAMES_LENGTHS,
  WOMEN,
} from './vocabulary.ts';

/** Texts one after the other in one array: copying one costs no object. */
export class TextPool {
  readonly size: number;
  readonly #bytes: Uint8Array;
  readonly #starts: Uint32Array;

  constructor(texts: readonly string[]) {
    this.size = texts.length;
    this.#bytes = Buffer.from(texts.join(''));
    this.#starts = new Uint32Array(texts.length + 1);
    let end = 0;
    texts.forEach((text, i) => {
      end += Buffer.byteLength(text);
      this.#starts[i + 1] = end;
    });
  }

  /** Copies text `index` to `target` at `at`; answers where it ends. */
  copy(index: number, target: Uint8Array, at: number): number {
    const bytes = this.#bytes;
    const end = this.#starts[index + 1] as number;
    let to = at;
    // For a dozen bytes a loop is several times as fast as a call of `set`.
    for (let from = this.#starts[index] as number; from < end; from += 1)
      target[to++] = bytes[from] as number;
    return to;
  }
}

/** Entries of the pool for one in a thousand people: more first names than the real files' 1,000 pairs. */
const PER_MILLE = 4;

/** Fixed: the pool is the same whatever the seed. */
const shuffler = (): Random => new Random([0x7175696e, 0x69656c61, 0]);

function shuffle<T>(items: T[], random: Random): T[] {
  for (let i = items.length - 1; i > 0; i -= 1) {
    const j = random.below(i + 1);
    [items[i], items[j]] = [items[j] as T, items[i] as T];
  }
  return items;
}

/** Of each length as many names as its share says; each name about as often as the others of its length. */
function inShares(names: Iterable<string>, shares: Shares, random: Random): string[] {
  const byLength = new Map<number, string[]>();
  for (const name of names) {
    const same = byLength.get(name.length);
    if (same === undefined) byLength.set(name.length, [name]);
    else same.push(name);
  }
  return Object.entries(shares).flatMap(([length, share]) => {
    const same = shuffle(byLength.get(Number(length)) ?? [], random);
    if (same.length === 0) throw new Error(`the vocabulary has no name of ${length} letters`);
    return Array.from({ length: share * PER_MILLE }, (_, i) => same[i % same.length] as string);
  });
}

function* pairs(): Generator<string> {
  for (const names of [WOMEN, MEN]) {
    for (const first of names) {
      for (const second of names) if (first !== second) yield `${first} ${second}`;
    }
  }
}

/** One, two or more first names of a person; each ends with the comma after the column. */
export function firstNamePool(): TextPool {
  const random = shuffler();
  const names = [
    ...inShares([...WOMEN, ...MEN], ONE_NAME_LENGTHS, random),
    ...inShares(pairs(), TWO_NAMES_LENGTHS, random),
    ...LONG_NAMES.flatMap((name) => Array<string>(PER_MILLE).fill(name)),
  ];
  return new TextPool(names.map((name) => `${name},`));
}

/** Last names; each ends with the comma after the column. */
export const lastNamePool = (): TextPool =>
  new TextPool(inShares(LAST_NAMES, LAST_NAME_LENGTHS, shuffler()).map((name) => `${name},`));
