/** How a process ends, and what it says meanwhile: exit codes, deadlines, the log. */
import type { Bug } from '../bug.ts';

export const PROCESS_BUGS: readonly Bug[] = [
  {
    name: 'deadline-that-ends-nothing',
    breaks: 'a process that is told to stop is gone in time, whatever hangs',
    edits: [
      {
        file: 'src/runtime/leave.ts',
        find: 'leave(exitCode || EXIT_FAILED);',
        put: 'process.exitCode = exitCode || EXIT_FAILED;',
      },
    ],
    seenBy: ['processes/deadline.slow.test.ts'],
  },
  {
    name: 'second-signal-in-vain',
    breaks: 'a second signal waits for nothing, also after the last line',
    edits: [
      {
        file: 'src/runtime/run-root.ts',
        find: 'if (signals > 1 && hasEnded()) leave(exitOfSignal(name));',
        put: '',
      },
    ],
    seenBy: ['processes/deadline.slow.test.ts'],
  },
  {
    name: 'answer-lost-in-silence',
    breaks: 'an answer that could not be written is said, with 1',
    edits: [
      {
        file: 'src/runtime/run-command.ts',
        find: '  catchUnwritten();\n  return exitWith(run);',
        put: '  return exitWith(run);',
      },
    ],
    seenBy: ['processes/unwritten.test.ts'],
  },
  {
    name: 'half-an-answer',
    breaks: 'an answer of which a full disk takes a part is said, with 1',
    edits: [
      {
        file: 'src/runtime/unwritten.ts',
        find: 'if (fstatSync(STDOUT).isFile()) stdout._write = writeWhole;',
        put: '',
      },
    ],
    seenBy: ['processes/unwritten.test.ts'],
  },
  {
    name: 'turn-held-against-the-peer',
    breaks: 'what waits for its turn is no silence of the peer',
    edits: [
      {
        file: 'src/net/channel.ts',
        find: "this.#flow !== 'paused' && !this.#isAsking();",
        put: "this.#flow !== 'paused';",
      },
    ],
    seenBy: ['network/channel.test.ts'],
  },
  {
    name: 'permanent-taken-for-passing',
    breaks: 'what a restart cannot mend ends with 2',
    edits: [{ file: 'machines/exit-codes.ts', find: 'EXIT_PERMANENT = 2', put: 'EXIT_PERMANENT = 1 + 0' }],
    seenBy: ['processes/refusals.slow.test.ts'],
  },
  {
    name: 'log-without-a-bound',
    breaks: "a log's reader that stops costs bounded memory",
    edits: [
      {
        file: 'src/log/log-output.ts',
        find: 'if (this.#queuedChars + line.length > this.#mostChars)',
        put: 'if (this.#queuedChars < 0)',
      },
    ],
    seenBy: ['log/slow-reader.test.ts'],
  },
  {
    name: 'forged-log-fields',
    breaks: 'no value of a log line looks like another field',
    edits: [
      {
        file: 'src/printable.ts',
        find: 'text.replace(UNSAFE_IN_FIELD_ALL, escapeChar)',
        put: "text.replace(UNSAFE_IN_FIELD_ALL, (char) => (char === '|' ? char : escapeChar(char)))",
      },
    ],
    seenBy: ['log/forged-fields.test.ts'],
  },
];
