/** Many servers, one log: what counts in its order, and what may be said when. */
import type { Bug } from '../bug.ts';

const FOLD = 'src/cluster/fold.ts';
const SIMULATION = 'simulation/cluster/cluster.long.test.ts';

export const CLUSTER_BUGS: readonly Bug[] = [
  {
    name: 'acknowledged-at-publish',
    breaks:
      'bets are acknowledged when they have come back in the log, not when the engine says that it has them',
    edits: [
      {
        file: 'src/cluster/proposer.ts',
        find: 'if (sequence === undefined || entry.isBack) return;',
        put: `if (sequence === undefined || entry.isBack) return;
          for (const { fact, resolve } of waiting) {
            if (fact.kind !== 'bets') continue;
            const count = fact.next - fact.from;
            resolve({ kind: 'stored', next: fact.next, count, fresh: count });
          }`,
      },
    ],
    seenBy: ['cluster/trouble.test.ts', SIMULATION],
  },
  {
    name: 'old-session-adds',
    breaks: 'a server whose agency goes on at another one adds nothing to its upload',
    edits: [{ file: FOLD, find: 'fact.session === this.sessionOf(fact.agency)', put: "fact.session !== ''" }],
    seenBy: ['cluster/fold.test.ts'],
  },
  {
    name: 'old-session-comes-back',
    breaks: 'an `open` that comes late gives no session back to who has lost it',
    edits: [
      { file: FOLD, find: 'after !== this.sessionOf(agency)', put: 'session === this.sessionOf(agency)' },
    ],
    seenBy: ['cluster/fold.test.ts'],
  },
  {
    name: 'crc-before-not-checked',
    breaks: 'bets count only after those that their server has folded',
    edits: [
      { file: FOLD, find: 'stored === count && crc === rowsCrc', put: 'stored === count || crc === rowsCrc' },
    ],
    seenBy: ['cluster/fold.test.ts'],
  },
  {
    name: 'second-draw-wins',
    breaks: 'the first draw of the log is the draw',
    edits: [
      {
        file: FOLD,
        find: 'return winners && this.isDue(fact)',
        put: `if (winners && fact.of === this.hash) this.ledger.ending.winners = undefined;
        return winners && this.isDue(fact)`,
      },
    ],
    seenBy: ['cluster/fold.test.ts'],
  },
  {
    name: 'draw-of-less-than-all',
    breaks: 'a draw counts only if its winners were searched in all that is stored',
    edits: [
      {
        file: FOLD,
        find: 'this.isComplete && draw.of === this.hash',
        put: "this.isComplete && draw.of !== ''",
      },
    ],
    seenBy: ['cluster/fold.test.ts', 'cluster/many-servers.test.ts'],
  },
  {
    name: 'reading-not-made-again',
    breaks: 'a reading of the log that stalls is made again',
    edits: [
      {
        file: 'src/cluster/follower.ts',
        find: 'if (isStalled || isShort)',
        put: 'if (isShort)',
      },
    ],
    seenBy: ['cluster/trouble.test.ts', SIMULATION],
  },
  {
    name: 'other-log-folded-on',
    breaks: 'a log that was set back is folded anew',
    edits: [
      {
        file: 'src/cluster/follower.ts',
        find: 'if (isSame(entry, this.#last)) continue;',
        put: 'if (entry.sequence === this.sequence) continue;',
      },
    ],
    seenBy: ['cluster/trouble.test.ts'],
  },
  {
    name: 'folded-by-what-one-server-knows',
    breaks: 'every server folds a fact to the same, whatever was said to it before',
    edits: [
      {
        file: FOLD,
        find: 'const refused = this.ledger.whyClosed(agency, dialect); if (refused) return refused;',
        put: `const known = this.ledger.judge({ kind: 'bets', agency, dialect, offset: from, count });
        if (typeof known !== 'number') return known;`,
      },
    ],
    seenBy: [SIMULATION],
  },
  {
    name: 'groups-of-one-agency-at-once',
    breaks: 'each agency has one group on its way to the log, and is answered in its order',
    edits: [
      {
        file: 'machines/bet-store/group.ts',
        find: "? 'itsAgency' : 'nothing'",
        put: "? 'nothing' : 'nothing'",
      },
    ],
    seenBy: ['machines/bet-store.test.ts'],
  },
  {
    name: 'mute-log-said-again-and-again',
    breaks: 'a log that cannot be read is waited for with one line, however long that lasts',
    edits: [{ file: 'src/cluster/follower.ts', find: 'this.#heard ??= patience.inVain();', put: '' }],
    seenBy: ['cluster/trouble.test.ts'],
  },
  {
    name: 'strange-message-ends-all',
    breaks: "what somebody publishes to a draw's subject by mistake ends no server",
    edits: [{ file: 'src/cluster/codec.ts', find: "if (id === '' && text === '') return [];", put: '' }],
    seenBy: ['cluster/codec.test.ts'],
  },
  {
    name: 'single-bet-of-two-servers',
    breaks: 'a single bet that two servers have proposed is stored once',
    edits: [
      {
        file: FOLD,
        find: 'if (known === 0) this.#addRows(fact, place, { ids',
        put: 'this.#addRows(fact, place, { ids',
      },
    ],
    seenBy: ['cluster/fold.test.ts'],
  },
  {
    name: 'rows-of-the-engine-not-hashed',
    breaks: 'no draw takes place with other rows than those that were stored',
    edits: [
      {
        file: 'src/cluster/log-rows.ts',
        find: 'if (sha256(own) === sha) return own;',
        put: 'if (own.length === bytes || sha256(own) === sha) return own;',
      },
    ],
    seenBy: ['cluster/many-servers.test.ts'],
  },
  {
    name: 'search-of-a-log-that-was-set-back',
    breaks: 'no draw takes place with the winners of a search that ended as the log was set back',
    edits: [
      {
        file: 'src/cluster/log-store.ts',
        find: 'this.#search = undefined; this.#setBack',
        put: 'this.#setBack',
      },
    ],
    seenBy: ['cluster/trouble.test.ts'],
  },
  {
    name: 'joined-with-what-it-does-not-follow',
    breaks: 'a batch that is said twice, or after a gap, is no part of the one before it',
    edits: [
      {
        file: 'src/cluster/lane.ts',
        find: "dialect === 'tp0' || offset !== next ||",
        put: "dialect === 'tp0' ||",
      },
    ],
    seenBy: ['cluster/trouble.test.ts'],
  },
  {
    name: 'rows-of-the-entry-read-last',
    breaks: 'what is said again is compared with the rows that are stored, so it is stored once',
    edits: [
      {
        file: 'src/cluster/log-rows.ts',
        find: 'if (this.#read?.sequence === sequence) return',
        put: 'if (this.#read) return',
      },
    ],
    seenBy: ['cluster/log-rows.test.ts'],
  },
];
