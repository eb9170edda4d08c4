/** The server's machines: sessions, what they are told and when, the draw, and what comes after it. */
import type { Bug } from '../bug.ts';

const CONNECTION = 'machines/connection/connection.ts';
const SESSION = 'machines/connection/session.ts';
const SERVER = 'machines/server/server.ts';

export const SERVER_BUGS: readonly Bug[] = [
  {
    name: 'answers-in-another-order',
    breaks: 'batches are answered in the order in which they came',
    edits: [
      {
        file: SESSION,
        find: 'nexts: batches.map(({ next }) => next)',
        put: 'nexts: batches.map(({ next }) => next).reverse()',
      },
    ],
    seenBy: ['machines/connection.test.ts'],
    isSimulated: true,
  },
  {
    name: 'ends-of-another-request',
    breaks: 'batches that arrived together are answered one by one, each by its own end',
    edits: [
      {
        file: SESSION,
        find: 'batchesOf(outcome, owed[index] ?? [])',
        put: 'batchesOf(outcome, owed[0] ?? [])',
      },
    ],
    seenBy: ['machines/connection.test.ts'],
  },
  {
    name: 'half-closed-peer-not-answered',
    breaks: 'a peer that has ended its side gets the answers that it is owed',
    edits: [
      {
        file: CONNECTION,
        find: 'isNothingOwed: ({ context }) => context.owed.length === 0',
        put: 'isNothingOwed: () => true',
      },
    ],
    seenBy: ['machines/connection.test.ts', 'network/session.test.ts'],
    isSimulated: true,
  },
  {
    name: 'socket-read-while-the-store-is-full',
    breaks: 'what waits for the store has a bound, whatever peers send',
    edits: [
      {
        file: CONNECTION,
        find: 'fillsWindow: ({ context }) => context.owed.length + 1 >= context.limits.inFlight',
        put: 'fillsWindow: ({ context }) => context.owed.length < 0',
      },
    ],
    seenBy: ['machines/connection.test.ts'],
  },
  {
    name: 'answer-to-another-submitter',
    breaks: 'each session is told of its own requests',
    edits: [
      {
        file: 'machines/bet-store/group.ts',
        find: 'own.push(outcome)',
        put: 'own.push(outcomes[0]!)',
      },
    ],
    seenBy: ['machines/bet-store.test.ts'],
    isSimulated: true,
  },
  {
    name: 'draw-before-everybody-has-finished',
    breaks: 'the draw takes place once every agency has said DONE',
    edits: [
      {
        file: SERVER,
        find: 'everyoneFinished: ({ context }) => context.finished.size === context.input.agencies',
        put: 'everyoneFinished: ({ context }) => context.finished.size > 0',
      },
    ],
    seenBy: ['machines/server.test.ts'],
    isSimulated: true,
  },
  {
    name: 'head-not-taken-over-by-a-restart',
    breaks: 'after a restart an agency gets its winners with the hash by which it can check them',
    edits: [
      {
        file: 'machines/server/roll.ts',
        find: 'draw, winners, head, isOver,',
        put: "draw, winners, head: '', isOver,",
      },
    ],
    seenBy: ['machines/server-draw.test.ts'],
  },
  {
    name: 'winners-of-all-agencies',
    breaks: 'an agency is told its own winners, and nobody else’s',
    edits: [
      {
        file: 'machines/server/roll.ts',
        find: 'documents: winners?.get(agency) ?? [],',
        put: 'documents: agency ? [...(winners?.values() ?? [])].flat() : [],',
      },
    ],
    seenBy: ['machines/server-draw.test.ts', 'machines/server.test.ts'],
    isSimulated: true,
  },
  {
    name: 'told-before-it-has-read',
    breaks: 'an agency counts as told once it has closed, with its winners',
    edits: [
      {
        file: 'machines/connection/winners.ts',
        find: "description: 'Wrote all winners: the agency reads the last of them, then closes',",
        put: "description: 'Wrote all winners: the agency reads the last of them, then closes', entry: { type: 'report', params: 'session.told' },",
      },
    ],
    seenBy: [
      'machines/connection.test.ts',
      'machines/connection-end.test.ts',
      'network/announcement.test.ts',
    ],
  },
  {
    name: 'older-session-not-ended',
    breaks: 'of two sessions of an agency one goes on',
    edits: [
      {
        file: SERVER,
        find: 'if (older) enqueue.sendTo(',
        put: 'if (older && agency < 0) enqueue.sendTo(',
      },
    ],
    seenBy: ['machines/server-draw.test.ts'],
  },
  {
    name: 'older-session-takes-the-newer-with-it',
    breaks: 'an agency that came back is not forgotten when its old connection closes',
    edits: [
      {
        file: SERVER,
        find: 'context.sessions.get(agency) === from',
        put: 'context.sessions.get(agency) !== undefined && from !== undefined',
      },
    ],
    seenBy: ['machines/server-draw.test.ts', 'simulation/simulation.long.test.ts'],
    isSimulated: true,
  },
  {
    name: 'draw-not-closed',
    breaks: 'a draw that is over is archived, and another one begun',
    edits: [
      {
        file: 'machines/server/announcing.ts',
        find: "{ type: 'record', params: { kind: 'close' } },",
        put: '',
      },
    ],
    seenBy: ['machines/server-draw.test.ts'],
    isSimulated: true,
  },
  {
    name: 'endless-announcement',
    breaks: 'a draw ends, also where an agency never comes for its winners',
    edits: [
      {
        file: SERVER,
        find: 'announceTimeout: ({ context }) => context.input.announceMs',
        put: 'announceTimeout: ({ context }) => 1_000_000 * context.input.announceMs',
      },
    ],
    seenBy: ['machines/server-draw.test.ts'],
    isSimulated: true,
  },
  {
    name: 'failed-store-exits-with-0',
    breaks: 'a server that could not store what it was given does not end with 0',
    edits: [
      {
        file: SERVER,
        find: 'exitWith: assign({ exitCode: (_, exitCode: number) => exitCode }),',
        put: 'exitWith: assign({ exitCode: 0 }),',
      },
    ],
    seenBy: ['machines/server-shutdown.test.ts'],
  },
  {
    name: 'broken-session-waited-for',
    breaks: 'a session that broke keeps no server from its end',
    edits: [
      {
        file: 'machines/server/connections.ts',
        find: "{ type: 'closeBroken', params: ({ event }: { event: Broken }) => event }, noteLeft,",
        put: "{ type: 'closeBroken', params: ({ event }: { event: Broken }) => event },",
      },
    ],
    seenBy: ['machines/server-shutdown.test.ts'],
  },
  {
    name: 'told-while-it-stops-and-forgotten',
    breaks: 'that an agency has its winners is written down, also while the server stops',
    edits: [
      {
        file: 'machines/server/shutting-down.ts',
        find: "'session.told': { actions: recordTold },",
        put: '',
      },
    ],
    seenBy: ['machines/server-shutdown.test.ts'],
  },
];
