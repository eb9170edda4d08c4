/** Who has stored what: offsets, CRCs, ids, DONE, and the original's clients that start again. */
import type { Bug } from '../bug.ts';

const LEDGER = 'src/store/ledger.ts';
const UPLOAD = 'src/store/upload.ts';
const TP0 = 'src/store/tp0-restart.ts';

export const LEDGER_BUGS: readonly Bug[] = [
  {
    name: 'gap-accepted',
    breaks: 'an upload has no holes: a batch starts at the next bet, or before',
    edits: [{ file: LEDGER, find: 'if (offset > stored) {', put: 'if (offset > stored + 1_000_000) {' }],
    seenBy: ['store/exactly-once.test.ts'],
  },
  {
    name: 'overlap-stored-twice',
    breaks: 'of a batch that reaches back, only what is new is stored',
    edits: [
      {
        file: LEDGER,
        find: 'rows.subarray(endOfRows(rows, known)), changes); upload.hasOffsets',
        put: 'rows, changes); upload.hasOffsets',
      },
    ],
    seenBy: ['store/exactly-once.test.ts'],
  },
  {
    name: 'crc-of-last-batch-only',
    breaks: 'the CRC of an upload is that of all its rows',
    edits: [{ file: UPLOAD, find: 'this.crc = crc32(rows, this.crc);', put: 'this.crc = crc32(rows);' }],
    seenBy: ['store/model.test.ts', 'simulation/simulation.long.test.ts'],
    isSimulated: true,
  },
  {
    name: 'crc-of-done-not-checked',
    breaks: 'a DONE with a CRC other than what is stored is refused',
    edits: [
      { file: LEDGER, find: 'crc !== undefined && crc !== upload.crc', put: 'crc !== undefined && crc < 0' },
    ],
    seenBy: ['store/exactly-once.test.ts'],
  },
  {
    name: 'bets-after-done',
    breaks: 'an agency that has said DONE adds no bets',
    edits: [
      {
        file: LEDGER,
        find: 'if (finished) return refused(',
        put: 'if (finished && agency < 0) return refused(',
      },
    ],
    seenBy: ['store/exactly-once.test.ts'],
  },
  {
    name: 'done-forgotten-by-a-restart',
    breaks: 'an agency that has said DONE need not say it again to a server that was restarted',
    edits: [
      {
        file: 'src/store/draw-record.ts',
        find: 'numbers(({ finished }) => finished)',
        put: 'numbers(({ finished }) => finished && false)',
      },
    ],
    seenBy: ['store/files.test.ts'],
  },
  {
    name: 'single-bet-forgotten-by-a-restart',
    breaks: 'a single bet that is sent again is stored once, whatever happened in between',
    edits: [
      { file: 'src/store/singles.ts', find: 'of ids.entries())', put: 'of ids.slice(0, 0).entries())' },
    ],
    seenBy: ['store/model.test.ts'],
    isSimulated: true,
  },
  {
    name: 'bet-id-used-twice',
    breaks: "a single bet's id is used for one bet only",
    edits: [{ file: LEDGER, find: 'known === sha', put: 'known === sha || id !== ""' }],
    seenBy: ['store/exactly-once.test.ts', 'store/model.test.ts'],
  },
  {
    name: 'tp0-restart-not-recognised',
    breaks: "an original's client that was restarted doubles nothing",
    edits: [{ file: TP0, find: "this.#session === 'appending' || stored === 0", put: 'stored >= 0' }],
    seenBy: ['store/tp0-restart.test.ts'],
    isSimulated: true,
  },
  {
    name: 'tp0-positions-taken-for-offsets',
    breaks: "an original's client is recognised after a restart of the server, too",
    edits: [{ file: LEDGER, find: 'changes.tp0.set(agency,', put: 'changes.agencies.set(agency,' }],
    seenBy: ['store/tp0-restart.test.ts', 'store/model.test.ts'],
    isSimulated: true,
  },
  {
    name: 'said-again-not-compared',
    breaks: 'other bets at a stored offset are never called stored, and dropped',
    edits: [
      {
        file: 'src/store/stored-rows.ts',
        find: 'if (await areStored(stored, ledger.places(agency), agency, from, known)) return from;',
        put: 'return from;',
      },
    ],
    seenBy: ['store/said-again.test.ts', 'store/model.test.ts'],
  },
  {
    name: 'single-bets-without-bound',
    breaks: 'no stranger fills the memory with single bets',
    edits: [
      { file: 'src/store/singles.ts', find: 'ofAgency >= SINGLE_BETS_OF_AN_AGENCY', put: 'ofAgency < 0' },
    ],
    seenBy: ['store/said-again.test.ts'],
  },
  {
    name: 'draw-postponed-for-ever',
    breaks: 'an agency that comes again without a bet holds the draw up until it says DONE, and no longer',
    edits: [{ file: LEDGER, find: 'this.#reopened.delete(agency);', put: '' }],
    seenBy: ['store/conformance.test.ts'],
  },
];
