/** The rows of one agency's file, made as bytes. */
import { ZERO } from '../bytes.ts';
import { firstNamePool, lastNamePool, TextPool } from './name-pool.ts';
import { Random } from './random.ts';
import { BIRTHDATES, DOCUMENTS, NUMBERS } from './vocabulary.ts';

const DAY_MS = 86_400_000;

/** More than any row takes: 23 and 10 letters of names, two bytes each at most, and 29 bytes of the rest. */
export const ROW_BYTES = 128;

/** Every birthdate between the two, with the commas around it. */
function birthdatePool(): TextPool {
  const first = Date.parse(BIRTHDATES.first);
  const days = (Date.parse(BIRTHDATES.last) - first) / DAY_MS + 1;
  const dates = Array.from({ length: days }, (_, day) => new Date(first + day * DAY_MS).toISOString());
  return new TextPool(dates.map((date) => `,${date.slice(0, 10)},`));
}

/** The same for all agencies, and made once: some milliseconds. */
let pools: { first: TextPool; last: TextPool; birthdates: TextPool; numbers: TextPool } | undefined;

function getPools(): NonNullable<typeof pools> {
  pools ??= {
    first: firstNamePool(),
    last: lastNamePool(),
    birthdates: birthdatePool(),
    numbers: new TextPool(Array.from({ length: NUMBERS }, (_, number) => `${number}\r\n`)),
  };
  return pools;
}

/** Makes an agency's rows: `first,last,document,birthdate,number` and CRLF, in UTF-8. */
export class RowMaker {
  readonly #random: Random;

  /** The same seed and agency give the same rows, whatever other agencies there are. */
  constructor(seed: number, agency: number) {
    this.#random = new Random([seed % 2 ** 32, Math.floor(seed / 2 ** 32), agency]);
  }

  /**
   * Puts rows into `target` from its start, as many as fit and at most `most`.
   *
   * @returns how many rows, and how many bytes they take
   */
  fill(target: Uint8Array, most: number): { rows: number; bytes: number } {
    const { first, last, birthdates, numbers } = getPools();
    const random = this.#random;
    const documents = DOCUMENTS.last - DOCUMENTS.first + 1;
    const lastStart = target.length - ROW_BYTES;
    let at = 0;
    let rows = 0;
    while (rows < most && at <= lastStart) {
      at = first.copy(random.below(first.size), target, at);
      at = last.copy(random.below(last.size), target, at);
      let document = DOCUMENTS.first + random.below(documents);
      for (let digit = at + 7; digit >= at; digit -= 1) {
        const tenth = Math.floor(document / 10);
        target[digit] = ZERO + document - tenth * 10;
        document = tenth;
      }
      at = birthdates.copy(random.below(birthdates.size), target, at + 8);
      at = numbers.copy(random.below(numbers.size), target, at);
      rows += 1;
    }
    return { rows, bytes: at };
  }
}
