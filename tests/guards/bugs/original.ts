/** The original's dialect, and echo: words without offsets and ends, answered in the order in which they came. */
import type { Bug } from '../bug.ts';

export const ORIGINAL_BUGS: readonly Bug[] = [
  {
    name: 'done-of-a-shorter-number',
    breaks: 'DONE:1 may be the beginning of DONE:12, and is not taken for the whole at once',
    edits: [
      {
        file: 'src/protocol/tp0-reader.ts',
        find: 'return said.length >= own.length || !own.startsWith(said);',
        put: 'return said.length > 0 || !own.startsWith(said);',
      },
    ],
    seenBy: ['protocol/tp0-done.test.ts'],
  },
  {
    name: 'bad-batch-answered-first',
    breaks: 'answers keep the order of what was said, also of a batch that is refused',
    edits: [
      {
        file: 'machines/connection/receiving.ts',
        find: "{ guard: 'isNothingOwed', target: 'reading', actions: sayKept },",
        put: "{ target: 'reading', actions: sayKept },",
      },
    ],
    seenBy: ['machines/connection-tp0.test.ts', 'machines/connection.test.ts'],
    isSimulated: true,
  },
  {
    name: 'stranger-ends-an-upload',
    breaks: 'the words of the original’s dialect never touch an upload that has offsets',
    edits: [
      {
        file: 'src/store/ledger.ts',
        find: 'if (count === undefined && upload.hasOffsets)',
        put: 'if (count === undefined && upload.stored < 0)',
      },
    ],
    seenBy: ['store/tp0-restart.test.ts', 'store/model.test.ts'],
    isSimulated: true,
  },
  {
    name: 'echo-that-a-pause-does-not-end',
    breaks: 'a netcat that never ends its side is answered, and closed',
    edits: [
      {
        file: 'machines/connection/opening.ts',
        find: "{ guard: { type: 'isMidLine', params: ({ event }) => event }, actions: take }, close],",
        put: "{ guard: { type: 'isMidLine', params: ({ event }) => event }, actions: take }],",
      },
    ],
    seenBy: ['machines/connection.test.ts', 'network/echo.test.ts'],
  },
  {
    name: 'session-of-many-agencies',
    breaks: 'a session’s bets are of one agency, that of its first bet',
    edits: [
      {
        file: 'src/protocol/tp0-reader.ts',
        find: 'if (this.#agency !== UNKNOWN) return; const agency',
        put: 'const agency',
      },
    ],
    seenBy: ['protocol/server-decoder.test.ts'],
  },
];
