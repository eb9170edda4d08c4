/** Draws that have names: nothing goes from one into another, and who comes back finds its own. */
import type { Bug } from '../bug.ts';

export const DRAW_BUGS: readonly Bug[] = [
  {
    name: 'upload-into-the-next-draw',
    breaks: 'an agency that comes back to a draw that is over adds nothing to the next one',
    edits: [
      {
        file: 'machines/server/roll.ts',
        find: 'draw === undefined || draw === server.draw',
        put: "draw !== '' || draw === server.draw",
      },
    ],
    seenBy: ['machines/server-draw.test.ts', 'network/draws.slow.test.ts'],
    isSimulated: true,
  },
  {
    name: 'agency-forgets-its-draw',
    breaks: 'an agency that comes back says which draw it is of',
    edits: [
      {
        file: 'machines/agency/opening.ts',
        find: "kind: 'hello', agency: context.id, draw: context.draw",
        put: "kind: 'hello', agency: context.id, draw: undefined",
      },
    ],
    seenBy: ['machines/agency-connection.test.ts'],
    isSimulated: true,
  },
  {
    name: 'less-stored-than-was-acknowledged',
    breaks: 'an agency whose acknowledged bets are gone says so, and fails',
    edits: [
      {
        file: 'machines/agency/agency.ts',
        find: 'stored < context.stored',
        put: 'stored < 0 * context.stored',
      },
    ],
    seenBy: ['machines/agency-connection.test.ts'],
  },
  {
    name: 'winners-of-another-agency-from-the-archive',
    breaks: 'an agency that comes back to a draw that is over is told its own winners',
    edits: [
      {
        file: 'src/store/recall.ts',
        find: 'result.winners.get(agency) ?? []',
        put: '(agency < 0 ? undefined : [...result.winners.values()][0]) ?? []',
      },
    ],
    seenBy: ['store/draw-names.test.ts', 'network/draws.slow.test.ts'],
    isSimulated: true,
  },
  {
    name: 'another-number-of-agencies',
    breaks: 'a draw that was begun is not gone on with for more agencies, or fewer',
    edits: [{ file: 'src/store/configured.ts', find: 'agencies !== said', put: 'agencies < 0' }],
    seenBy: ['store/draw-names.test.ts'],
    isSimulated: true,
  },
  {
    name: 'head-of-another-line',
    breaks: 'the head that agencies are told is the hash of the journal at the draw',
    edits: [
      {
        file: 'src/store/bet-store.ts',
        find: 'if (changes.draw) draw.ledger.ending.head = draw.hash;',
        put: "if (changes.draw) draw.ledger.head = '0'.repeat(64);",
      },
    ],
    seenBy: ['store/draw-names.test.ts', 'network/draws.slow.test.ts', 'simulation/simulation.long.test.ts'],
    isSimulated: true,
  },
  {
    name: 'taken-over-for-good',
    breaks: 'whoever says to be an agency does not end it for good',
    edits: [
      {
        file: 'machines/agency/agency.ts',
        find: "isTakenOver: (_, fault: string) => fault === 'SUPERSEDED'",
        put: "isTakenOver: (_, fault: string) => fault === ''",
      },
    ],
    seenBy: ['machines/agency-connection.test.ts'],
    isSimulated: true,
  },
  {
    name: 'name-of-a-draw-used-twice',
    breaks: 'each draw has a name of its own',
    edits: [
      {
        file: 'src/store/archive.ts',
        find: 'if (!isTaken && !(await disk.exists(folder))) return;',
        put: 'if (folder.length > 0) return;',
      },
    ],
    seenBy: ['store/draw-names.test.ts'],
  },
  {
    name: 'an-older-draw-taken-for-the-one-before',
    breaks: 'a single bet of the draw before, said again, is not stored in the next one',
    edits: [
      { file: 'src/store/before.ts', find: 'header.at >= last.header.at', put: 'header.at < last.header.at' },
    ],
    seenBy: ['store/draw-names.test.ts'],
  },
];
