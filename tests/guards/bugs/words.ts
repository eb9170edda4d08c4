/** What is read and written: the protocol's lines, rows, configuration. */
import type { Bug } from '../bug.ts';

export const WORD_BUGS: readonly Bug[] = [
  {
    name: 'line-without-a-limit',
    breaks: 'a line has at most 8,192 bytes, and what waits in memory with it',
    edits: [
      {
        file: 'src/protocol/line-buffer.ts',
        find: 'if (length > this.#maxBytes || (!isWhole && length === this.#maxBytes))',
        put: 'if (length > 1024 * this.#maxBytes)',
      },
    ],
    seenBy: ['protocol/server-decoder.test.ts', 'protocol/violations.test.ts'],
  },
  {
    name: 'names-of-any-bytes',
    breaks: 'a name is UTF-8: bets.csv is text',
    edits: [
      {
        file: 'src/protocol/bet-rows.ts',
        find: 'const isText = isUtf8(bytes.subarray(from, to));',
        put: 'const isText = isUtf8(bytes.subarray(to, to));',
      },
    ],
    seenBy: ['protocol/server-decoder.test.ts', 'protocol/fuzz.long.test.ts'],
  },
  {
    name: 'names-with-a-nul',
    breaks: 'a name has no NUL: other programs can read bets.csv',
    edits: [{ file: 'src/lottery/rules.ts', find: ' && !name.includes(NUL)', put: '' }],
    seenBy: ['protocol/control-characters.test.ts', 'store/row-rules.test.ts', 'lottery/bet.test.ts'],
  },
  {
    name: 'separators-not-encoded',
    breaks: 'a name with a comma or a semicolon arrives as it was',
    edits: [
      {
        file: 'src/lottery/row.ts',
        find: 'if (isSeparator(byte) || byte === PERCENT)',
        put: 'if (isControl(byte) || byte === COMMA || byte === PERCENT)',
      },
    ],
    seenBy: ['protocol/round-trip.test.ts', 'lottery/bet.test.ts'],
    isSimulated: true,
  },
  {
    name: 'quotes-not-doubled',
    breaks: 'bets.csv is what Python’s csv module writes',
    edits: [{ file: 'src/lottery/row.ts', find: 'if (byte === QUOTE) out[at++] = QUOTE;', put: '' }],
    seenBy: ['lottery/bet.test.ts', 'protocol/round-trip.test.ts'],
  },
  {
    name: '29-february-of-every-year',
    breaks: 'a birthdate is a day of the calendar',
    edits: [{ file: 'src/lottery/rules.ts', find: 'month === 2 && isLeap(year)', put: 'month === 2' }],
    seenBy: ['lottery/calendar.test.ts'],
  },
  {
    name: 'file-wins-over-the-environment',
    breaks: 'the environment wins over the file',
    edits: [
      {
        file: 'src/config/resolve.ts',
        find: "else if (variable !== '') {",
        put: "else if (variable !== '' && (key.path === undefined || !inFile.has(normalisePath(key.path)))) {",
      },
    ],
    seenBy: ['config/precedence.test.ts'],
  },
  {
    name: 'hello-cut-short',
    breaks: 'HELLO:1 may be the beginning of HELLO:12, and is never taken for the whole',
    edits: [
      {
        file: 'src/protocol/server-decoder.ts',
        find: 'if (rest.length === 0 || startsWith(rest, 0, rest.length, HELLO)) return false;',
        put: 'if (rest.length === 0) return false;',
      },
    ],
    seenBy: ['protocol/server-decoder.test.ts'],
  },
];
