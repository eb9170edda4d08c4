/** Who has stored what: offsets, CRCs, ids, DONE, and the original's clients that start again. */
import type { Bug } from '../bug.ts';

const LEDGER = 'src/store/ledger.ts';
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
    edits: [{ file: LEDGER, find: 'skipRows(rows, stored - offset)', put: 'skipRows(rows, 0)' }],
    seenBy: ['store/exactly-once.test.ts'],
  },
  {
    name: 'crc-of-last-batch-only',
    breaks: 'the CRC of an upload is that of all its rows',
    edits: [
      { file: LEDGER, find: 'upload.crc = crc32(rows, upload.crc);', put: 'upload.crc = crc32(rows);' },
    ],
    seenBy: ['store/model.test.ts', 'simulation/simulation.test.ts'],
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
        file: LEDGER,
        find: 'filter(([, { finished }]) => finished)',
        put: 'filter(([, { finished }]) => finished && false)',
      },
    ],
    seenBy: ['store/files.test.ts'],
  },
  {
    name: 'single-bet-forgotten-by-a-restart',
    breaks: 'a single bet that is sent again is stored once, whatever happened in between',
    edits: [{ file: LEDGER, find: 'of commit.ids ?? []) {', put: 'of commit.ids?.slice(0, 0) ?? []) {' }],
    seenBy: ['store/model.test.ts'],
    isSimulated: true,
  },
  {
    name: 'bet-id-used-twice',
    breaks: "a single bet's id is used for one bet only",
    edits: [{ file: LEDGER, find: 'known !== crc', put: 'known !== crc && id === ""' }],
    seenBy: ['store/exactly-once.test.ts', 'store/model.test.ts'],
  },
  {
    name: 'tp0-restart-not-recognised',
    breaks: "an original's client that was restarted doubles nothing",
    edits: [
      { file: TP0, find: "if (this.#session === 'appending') return 'fresh';", put: "return 'fresh';" },
    ],
    seenBy: ['store/tp0-restart.test.ts'],
    isSimulated: true,
  },
  {
    name: 'tp0-checkpoints-not-in-the-journal',
    breaks: "an original's client is recognised after a restart of the server, too",
    edits: [
      { file: LEDGER, find: 'changes.tp0.push(position);', put: 'changes.agencies.set(agency, position);' },
    ],
    seenBy: ['store/tp0-restart.test.ts', 'store/model.test.ts'],
    isSimulated: true,
  },
];
