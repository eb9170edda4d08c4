/** The draw's folder: what is on disk, in which order, found again after a crash, kept from others, and checked. */
import type { Bug } from '../bug.ts';

const STORE = 'src/store/bet-store.ts';
const RECOVERY = 'src/store/recovery.ts';
const JOURNAL = 'src/store/journal.ts';

export const FOLDER_BUGS: readonly Bug[] = [
  {
    name: 'acknowledged-before-the-sync',
    breaks: 'what is acknowledged is on disk',
    edits: [
      { file: STORE, find: 'await this.#write(changes);', put: 'void this.#write(changes).catch(() => {});' },
    ],
    seenBy: ['store/model.test.ts', 'crash/power-loss.slow.test.ts'],
    isSimulated: true,
  },
  {
    name: 'memory-of-rows-given-back-before-they-are-written',
    breaks: 'a batch that arrives while others are being written does not touch their rows',
    edits: [
      {
        file: STORE,
        find: 'if (!changes.isEmpty()) await this.#write(changes); for (const request of requests) giveBackRows(request);',
        put: 'for (const request of requests) giveBackRows(request); if (!changes.isEmpty()) await this.#write(changes);',
      },
    ],
    seenBy: ['store/given-back.test.ts'],
  },
  {
    name: 'memory-of-a-batch-given-back-before-the-system-has-it',
    breaks: 'what an agency sends is what it read, also while its server does not read',
    edits: [
      {
        file: 'src/net/channel.ts',
        find: 'this.#outgoing.write(command.data, () => giveBack(command.data));',
        put: 'this.#outgoing.write(command.data); giveBack(command.data);',
      },
    ],
    seenBy: ['network/channel.test.ts'],
  },
  {
    name: 'journal-before-the-rows',
    breaks: 'the journal speaks of no row that is not on disk',
    edits: [
      { file: STORE, find: 'await appendAll(draw.bets, rows);', put: '' },
      {
        file: STORE,
        find: 'await appendCommit(draw, this.#options.now(), { ...place, ...changes.fields() });',
        put: 'await appendCommit(draw, this.#options.now(), { ...place, ...changes.fields() }); if (rows.length > 0) await appendAll(draw.bets, rows);',
      },
    ],
    seenBy: ['simulation/simulation.long.test.ts', 'crash/power-loss.slow.test.ts'],
    isSimulated: true,
  },
  {
    name: 'files-not-opened-for-synced-writes',
    breaks: 'what is acknowledged survives a power failure',
    edits: [{ file: 'src/store/disk.ts', find: 'options.sync === false ? 0 : O_DSYNC', put: '0' }],
    seenBy: ['store/synced-writes.test.ts'],
  },
  {
    name: 'tail-of-the-rows-not-cut',
    breaks: 'rows that a crash left without their commit are gone at the next start',
    edits: [{ file: RECOVERY, find: 'if (betsSize > state.betsEnd)', put: 'if (betsSize > Infinity)' }],
    seenBy: ['crash/kill.test.ts'],
    isSimulated: true,
  },
  {
    name: 'torn-line-of-the-journal-not-cut',
    breaks: 'a line that a crash left half written does not stand before the next one',
    edits: [
      { file: RECOVERY, find: 'if (journalSize > state.journalEnd)', put: 'if (journalSize > Infinity)' },
    ],
    seenBy: ['crash/truncation.test.ts'],
    isSimulated: true,
  },
  {
    name: 'rows-not-compared-with-their-hash',
    breaks: 'a server does not start on rows that are not as they were committed',
    edits: [
      { file: RECOVERY, find: 'if (commit.range && sha256(', put: 'if (commit.range && false && sha256(' },
    ],
    seenBy: ['store/exchanged.test.ts', 'crash/bit-flips.long.test.ts'],
    isSimulated: true,
  },
  {
    name: 'rows-cut-short-taken-back',
    breaks: 'bets.csv that is shorter than the journal says is refused',
    edits: [{ file: RECOVERY, find: 'if (rangeEnd > betsSize) {', put: 'if (rangeEnd > betsSize) { break;' }],
    seenBy: ['crash/truncation.test.ts', 'crash/edited.test.ts'],
  },
  {
    name: 'whole-last-line-cut',
    breaks: 'a commit whose line lacks only its line feed is kept',
    edits: [{ file: JOURNAL, find: 'if (checkSeal(bytes)) {', put: 'if (bytes.length < 0) {' }],
    seenBy: ['crash/edited.test.ts'],
  },
  {
    name: 'copy-of-the-torn-end-before-the-cut',
    breaks: 'a full disk does not keep a server from starting',
    edits: [
      {
        file: 'src/store/cut-off.ts',
        find: 'return { not_kept: messageOf(error) };',
        put: 'throw error;',
      },
    ],
    seenBy: ['crash/failing-disk.test.ts'],
  },
  {
    name: 'new-journal-before-the-new-rows',
    breaks: 'both files of a draw are replaced at once, however the process ends',
    edits: [
      {
        file: 'src/store/rewrite.ts',
        find: 'const FILES = [BETS_FILE, JOURNAL_FILE] as const;',
        put: 'const FILES = [JOURNAL_FILE, BETS_FILE] as const;',
      },
    ],
    seenBy: ['crash/reset.test.ts', 'crash/recover.test.ts'],
  },
  {
    name: 'draw-without-the-hashes-of-commits',
    breaks: 'a bet that was changed since it was acknowledged draws nothing',
    edits: [
      { file: 'src/store/winning.ts', find: "if (digest.digest('hex') !== sha) {", put: 'if (sha === "") {' },
    ],
    seenBy: ['crash/other-writer.test.ts'],
  },
  {
    name: 'other-writers-not-noticed',
    breaks: 'nothing is acknowledged once another program wrote to the files',
    edits: [{ file: STORE, find: 'await this.#expectUnchanged(); const draw', put: 'const draw' }],
    seenBy: ['crash/other-writer.test.ts'],
  },
  {
    name: 'names-never-looked-at-again',
    breaks: 'a file that was moved away or replaced is noticed before the next append',
    edits: [
      {
        file: 'src/store/disk.ts',
        find: 'if (ctimeMs === this.#changed && age >= 0 && age < NAMES_MS) return false;',
        put: 'if (age >= 0 && age < NAMES_MS) return false;',
      },
    ],
    seenBy: ['crash/other-writer.test.ts'],
  },
  {
    name: 'verify-without-the-rules',
    breaks: 'verify holds every row to the rules',
    edits: [
      {
        file: 'src/store/folder-check.ts',
        find: 'if (broken) throw',
        put: 'if (broken && commit.n < 0) throw',
      },
    ],
    seenBy: ['store/row-rules.test.ts'],
  },
  {
    name: 'verify-without-the-hashes-of-commits',
    breaks: 'verify finds every bet that was changed',
    edits: [
      {
        file: 'src/store/folder-check.ts',
        find: 'if (range && sha256(rows) !== sha)',
        put: 'if (range && sha256(rows) === "")',
      },
    ],
    seenBy: ['store/exchanged.test.ts'],
  },
  {
    name: 'line-of-the-journal-not-hashed',
    breaks: 'a changed line of the journal is found',
    edits: [
      {
        file: JOURNAL,
        find: 'return line.toString(',
        put: 'return line.length > SEAL_BYTES ? line.toString("latin1", body.length + SEAL_START.length, body.length + SEAL_START.length + HASH_CHARS) : line.toString(',
      },
    ],
    seenBy: ['store/verify.test.ts', 'store/files.test.ts', 'crash/bit-flips.long.test.ts'],
    isSimulated: true,
  },
  {
    name: 'chain-of-the-journal-not-checked',
    breaks: 'a line that was left out of the journal is missed',
    edits: [{ file: JOURNAL, find: 'if (fields.prev !== prev)', put: 'if (fields.prev === undefined)' }],
    seenBy: ['store/exchanged.test.ts'],
  },
  {
    name: 'forbidden-lock-taken-for-dead',
    breaks: 'of a lock that may not be asked nobody says that it is dead',
    edits: [
      {
        file: 'src/store/lock.ts',
        find: "code === 'ECONNREFUSED' ? 'dead'",
        put: "code === 'ECONNREFUSED' || code === 'EACCES' ? 'dead'",
      },
    ],
    seenBy: ['store/lock-forbidden.test.ts'],
  },
  {
    name: 'own-lock-not-looked-for',
    breaks: 'of two that begin to hold a folder at the same moment one holds it',
    edits: [{ file: 'src/store/lock.ts', find: 'if (!names.includes(own)) break;', put: '' }],
    seenBy: ['store/lock.test.ts'],
  },
  {
    name: 'folder-mended-before-it-is-locked',
    breaks: 'a server touches nothing of a folder that somebody else holds',
    edits: [
      {
        file: STORE,
        find: 'unlock = await disk.lock(dir); await finishRewrite(disk, dir);',
        put: 'await finishRewrite(disk, dir); unlock = await disk.lock(dir);',
      },
    ],
    seenBy: ['crash/reset.test.ts'],
  },
  {
    name: 'rows-that-do-not-follow-one-another',
    breaks: 'each byte of bets.csv is of one commit',
    edits: [
      { file: RECOVERY, find: 'if (start !== good.betsEnd || rangeEnd < start) {', put: 'if (start < 0) {' },
    ],
    seenBy: ['store/exchanged.test.ts'],
  },
  {
    name: 'draw-from-a-journal-of-another-history',
    breaks: 'the winners are those of what was acknowledged',
    edits: [
      {
        file: 'src/store/winning.ts',
        find: 'if (last !== hash) {',
        put: "if (last === '' && hash !== '') {",
      },
    ],
    seenBy: ['crash/other-writer.test.ts'],
  },
  {
    name: 'archive-begins-with-the-journal',
    breaks: 'an archiving that was killed is finished at the next start',
    edits: [
      { file: 'src/store/archive.ts', find: 'BETS_FILE, JOURNAL_FILE];', put: 'JOURNAL_FILE, BETS_FILE];' },
    ],
    seenBy: ['crash/archive.test.ts'],
    isSimulated: true,
  },
  {
    name: 'winner-inside-quotes',
    breaks: 'the text of a name is no bet',
    edits: [{ file: 'src/store/winners.ts', find: 'if (!inside && hasWon(', put: 'if (hasWon(' }],
    seenBy: ['store/winners.test.ts'],
    isSimulated: true,
  },
];
