/** What a program tells of itself: to its log while the draw waits, and to whoever watches it. */
import type { Bug } from '../bug.ts';

const METERS = 'src/metrics/meters.ts';
const DOOR = 'src/metrics/door.ts';
const SPANS = 'src/inspector/otlp/spans.ts';
const HUB = 'src/inspector/hub';

export const WATCHING_BUGS: readonly Bug[] = [
  {
    name: 'log-forgets-who-is-gone',
    breaks: 'each bet that is stored is in the log, though who sent it was cut or taken over',
    edits: [
      {
        file: 'machines/connection/connection.ts',
        find: "[{ guard: 'isNothingOwed', target: '.closed' }, { target: '.leaving' }]",
        put: "[{ target: '.closed' }]",
      },
    ],
    seenBy: ['machines/connection-end.test.ts', 'network/takeover.slow.test.ts'],
  },
  {
    name: 'log-waits-a-second',
    breaks: 'each bet that is stored is in the log, however slow the disk is',
    edits: [
      {
        file: 'machines/connection/connection.ts',
        find: "always: { guard: 'isNothingOwed', target: 'closed' },",
        put: "always: { guard: 'isNothingOwed', target: 'closed' }, after: { 1000: 'closed' },",
      },
    ],
    seenBy: ['machines/connection-end.test.ts'],
  },
  {
    name: 'missing-said-once',
    breaks: 'the server says every minute for whom the draw waits',
    edits: [
      {
        file: 'machines/server/collecting.ts',
        find: "guard: 'someFinished', target: 'collecting', reenter: true,",
        put: "guard: 'someFinished',",
      },
    ],
    seenBy: ['machines/server-awaiting.test.ts'],
  },
  {
    name: 'bets-counted-twice',
    breaks: 'a bet that is said again is not counted again',
    edits: [{ file: METERS, find: 'return outcome.fresh;', put: 'return outcome.count;' }],
    seenBy: ['metrics/server.test.ts'],
  },
  {
    name: 'recovering-is-not-alive',
    breaks: 'a server that recovers a large folder is alive, so nobody starts it again',
    edits: [
      {
        file: 'src/metrics/server.ts',
        find: 'livez: () => alive(root.getSnapshot()),',
        put: 'livez: () => ready(root.getSnapshot()),',
      },
    ],
    seenBy: ['metrics/health.test.ts'],
  },
  {
    name: 'every-question-answered',
    breaks: 'a connection to METRICS_PORT has one answer, however many questions it has',
    edits: [
      {
        file: DOOR,
        find: 'const isWhole = HEAD_END.test(head) || !METHOD.test(head);',
        put: "const isWhole = HEAD_END.test(head) || !METHOD.test(head);\n    for (const question of head.split('\\r\\n\\r\\n').slice(2)) answerTo(question + '\\r\\n', answer);",
      },
    ],
    seenBy: ['metrics/door.test.ts'],
  },
  {
    name: 'no-room-for-who-asks',
    breaks: 'whoever says nothing makes room at METRICS_PORT for whoever asks',
    edits: [{ file: DOOR, find: 'makeRoom: () => socket.destroy()', put: 'makeRoom: () => {}' }],
    seenBy: ['metrics/door.test.ts'],
  },
  {
    name: 'trace-sent-anew',
    breaks: 'a run that is sent twice is there once',
    edits: [
      { file: SPANS, find: 'traceId: traceIdOf(track)', put: 'traceId: hashed(String(Math.random()), 16)' },
    ],
    seenBy: ['inspector/otlp.slow.test.ts'],
  },
  {
    name: 'page-keeps-its-place',
    breaks: 'a page that leaves makes room for another one',
    edits: [
      {
        file: `${HUB}/audience.ts`,
        find: "response.on('close', () => this.#seats.delete(seat));",
        put: '',
      },
    ],
    seenBy: ['inspector/leaving.test.ts'],
  },
  {
    name: 'blanked-by-a-socket',
    breaks: 'what the hub has forgotten is for nobody else to say',
    edits: [{ file: `${HUB}/intake.ts`, find: 'if (!event || !isStately(event)) {', put: 'if (!event) {' }],
    seenBy: ['inspector/leaving.test.ts'],
  },
];
