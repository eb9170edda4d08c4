/** Agencies' files: what they are taken for, and what becomes of the rows that are no bets. */
import type { Bug } from '../bug.ts';

const FORMS = ['input/recognise.test.ts'];
const FILE = ['input/bet-file.test.ts'];

export const INPUT_BUGS: readonly Bug[] = [
  {
    name: 'done-with-too-many-bad-rows',
    breaks: 'a file of which most rows are no bets is not said DONE',
    edits: [
      {
        file: 'machines/agency/agency.ts',
        find: 'tally.invalid > allowedInvalid(context.maxInvalid, tally)',
        put: 'tally.invalid > allowedInvalid(context.maxInvalid, tally) + 1e9',
      },
    ],
    seenBy: ['machines/agency.test.ts'],
  },
  {
    name: 'file-not-looked-at-before-done',
    breaks: 'a file that was cut while it was uploaded is not said DONE',
    edits: [
      {
        file: 'src/input/bet-file.ts',
        find: '(await file.change()) ?? (await reading?.change())',
        put: '(await reading?.change())',
      },
    ],
    seenBy: FILE,
  },
  {
    name: 'rows-behind-an-old-time',
    breaks: 'other rows behind an old time are seen',
    edits: [
      {
        file: 'src/input/file-reading.ts',
        find: 'again.crc === told.crc && again.tally.bets === told.count',
        put: 'again.tally.bets === told.count',
      },
    ],
    seenBy: FILE,
  },
  {
    name: 'open-quote-swallows-the-file',
    breaks: 'a quote that is never closed costs one row',
    edits: [
      {
        file: 'src/protocol/csv-file.ts',
        find: 'if (isOtherLine && at - from > QUOTED_BYTES) return NEVER;',
        put: '',
      },
    ],
    seenBy: FORMS,
  },
  {
    name: 'late-accents-left-out',
    breaks: 'a file whose first accent comes late is read in its own encoding',
    edits: [
      {
        file: 'src/input/file-reading.ts',
        find: 'if (!isSameForm(form, this.#known.form)) return this.#beginAnew();',
        put: 'void form;',
      },
    ],
    seenBy: FORMS,
  },
  {
    name: 'months-taken-for-days',
    breaks: 'a file of M/D/YYYY is refused, not read as D/M/YYYY',
    edits: [{ file: 'src/input/columns.ts', find: 'monthFirst.length > dayFirst', put: 'dayFirst < 0' }],
    seenBy: FORMS,
  },
  {
    name: 'any-byte-is-windows-1252',
    breaks: 'a file of CP850 is refused, not read as Windows-1252',
    edits: [
      {
        file: 'src/input/encoding.ts',
        find: 'this.#strange * ACCENTS_A_STRANGE <= this.#accents',
        put: 'this.#strange >= 0',
      },
    ],
    seenBy: FORMS,
  },
  {
    name: 'names-encoded-twice',
    breaks: 'a name whose UTF-8 was taken for Windows-1252 is no name, wherever the file is plain else',
    edits: [{ file: 'src/protocol/plain-bet.ts', find: '[0xc2, 0xe2, 0xef, 0x83]', put: '[0xe2, 0xef]' }],
    seenBy: ['input/damage.test.ts'],
  },
  {
    name: 'numbers-of-as-many-digits',
    breaks: "a number above the lottery's highest is no bet",
    edits: [
      {
        file: 'src/lottery/rules.ts',
        find: 'return number <= maxNumber ? number : -1;',
        put: 'return number;',
      },
    ],
    seenBy: FORMS,
  },
];
