/**
 * One agency: reads its file, uploads its bets in batches, says that it is done, and waits for its winners.
 * A lost connection is made anew, and the upload goes on where the server's store stands.
 */
import { and } from 'xstate';
import { EXIT_FAILED, EXIT_PERMANENT } from '../exit-codes.ts';
import { agencyLogs, bothLogs } from '../log-lines.ts';
import type { Tally } from '../vocabulary/bet-file.ts';
import { agencyParts } from './agency-parts.ts';
import { entering, filing } from './agency-receipts.ts';
import { type AgencyEvent, allowedInvalid, doneOf, logsOfAcknowledgement, type Upload } from './upload.ts';

const lost = { target: '#agency.reconnecting', actions: ['noteReason', 'logLost'] } as const;
/**
 * Who is closed without a word may have a twin: TP0 has none for that, and two of one number would cut each other for
 * ever, each starting again at its first bet.
 */
const cut = { guard: 'isTp0', ...lost, actions: [...lost.actions, 'noteCut'] } as const;
const wrong = { target: '#agency.failed', actions: ['noteReason', 'logNotSent'] } as const;

/** No fault of this agency: whoever it is, it may be gone soon. */
const takenOver = {
  guard: {
    type: 'isTakenOver',
    params: ({ event }: { event: Extract<AgencyEvent, { type: 'server.error' }> }) => event.fault,
  },
  target: '#agency.yielding',
  actions: ['noteReason', 'noteTakenOver', 'logLost'],
} as const;

/** The winners that are owed are those of another file: this one is for the draw that is open. */
const forNext = {
  target: '#agency.turning',
  actions: [
    {
      type: 'log',
      params: ({ context }: { context: Upload }) => agencyLogs.otherFile(context.id, context.draw!),
    },
    'turnToNext',
  ],
} as const;
const isNotOwed = {
  type: 'isNotOwed',
  params: ({ event }: { event: Extract<AgencyEvent, { type: 'server.error' }> }) => event.fault,
} as const;

/** The server has judged: to say the same again would not change it. */
const judged = { target: '#agency.refused', actions: ['noteReason', 'logNotSent'] } as const;

/** All bets are stored, but the winners are not to be had. */
const untold = { target: '#agency.failed', actions: ['noteReason', 'logNoWinners'] } as const;
const judgedUntold = { target: '#agency.refused', actions: ['noteReason', 'logNoWinners'] } as const;

const sendBatches = [
  {
    type: 'sendBatches',
    params: ({ event }: { event: Extract<AgencyEvent, { type: 'batches.ready' }> }) => event.lines,
  },
  'noteSent',
  {
    type: 'noteInvalid',
    params: ({ event }: { event: Extract<AgencyEvent, { type: 'batches.ready' }> }) => event.invalid,
  },
] as const;

/** The rows of the file that the upload stands for. */
const tallyOf = ({ context: { stored, invalid } }: { context: Upload }): Tally => ({ bets: stored, invalid });

const logFileRead = {
  type: 'log',
  params: ({ context }: { context: Upload }) => agencyLogs.fileRead(context.id, tallyOf({ context })),
} as const;

const tooManyInvalid = ({ id, maxInvalid }: Upload, tally: Tally) =>
  agencyLogs.tooManyInvalid(id, tally, allowedInvalid(maxInvalid, tally));

/** A log line for each batch, all in one write. */
const noteStored = [
  {
    type: 'logAll',
    params: ({ context, event }: { context: Upload; event: AgencyEvent }) =>
      logsOfAcknowledgement(context, event),
  },
  'noteStored',
] as const;

const logFileFailed = {
  type: 'log',
  params: ({ context, event }: { context: Upload; event: Extract<AgencyEvent, { type: 'file.failed' }> }) =>
    agencyLogs.fileFailed(context.id, event.reason),
} as const;

type LastWinners = { event: Extract<AgencyEvent, { type: 'server.winners' }> };

const lastOf = ({ event }: LastWinners) => ({ total: event.total, last: event.documents.length });

/** The winners are known: how many, and of which draw. */
const noteDraw = [
  { type: 'log', params: ({ event }: LastWinners) => agencyLogs.winners(event.total) },
  {
    type: 'log',
    params: ({ context, event }: LastWinners & { context: Upload }) =>
      agencyLogs.drawn(context.draw!, event.head),
  },
  { type: 'noteDraw', params: ({ event }: LastWinners) => ({ winners: event.total, head: event.head }) },
] as const;

const unheeded = { description: 'All was said before' } as const;

export const agencyMachine = agencyParts.createMachine({
  id: 'agency',
  context: ({ input }) => ({
    ...input,
    attempts: 0,
    stored: 0,
    crc: 0,
    unacknowledged: [],
    batches: 0,
    invalid: 0,
    total: undefined,
    winners: 0,
    head: '',
    next: undefined,
    takeovers: 0,
    furthest: 0,
    cuts: 0,
    reason: '',
    exitCode: 0,
  }),
  output: ({ context }) => ({ exitCode: context.exitCode }),
  invoke: { src: 'signals', id: 'signals' },
  on: {
    'signal.received': {
      target: '.interrupted',
      actions: { type: 'log', params: ({ event }) => bothLogs.signalReceived(event.signal) },
    },
    'file.failed': [
      {
        guard: { type: 'isPermanent', params: ({ event }) => event.exitCode },
        target: '.refused',
        actions: logFileFailed,
      },
      { target: '.failed', actions: logFileFailed },
    ],
    'file.recognised': {
      actions: { type: 'log', params: ({ context, event }) => agencyLogs.fileOpened(context.id, event.form) },
    },
    'file.surveyed': {
      guard: { type: 'hasTooManyInvalid', params: ({ event }) => event },
      target: '.failed',
      actions: { type: 'log', params: ({ context, event }) => tooManyInvalid(context, event) },
    },
    'file.changed': {
      target: '.failed',
      actions: {
        type: 'log',
        params: ({ context, event }) => agencyLogs.fileChanged(context.id, event.reason),
      },
    },
    'row.invalid': {
      actions: {
        type: 'log',
        params: ({ context, event }) => agencyLogs.rowInvalid(context.id, event.line, event.text),
      },
    },
    'program.broken': { target: '.failed', actions: 'logBroken' },
    'xstate.error.actor.*': { target: '.failed', actions: 'logBroken' },
  },
  initial: 'preparing',
  states: {
    preparing: {
      description: 'The file of bets is being opened',
      entry: 'openFile',
      always: { guard: 'isSingleBet', target: 'online' },
      on: { 'file.opened': { target: 'online' } },
    },
    online: {
      description: 'There is a connection, or one is being made',
      entry: 'countAttempt',
      invoke: { src: 'socket', id: 'socket', input: ({ context }) => ({ dialect: context.dialect }) },
      exit: { type: 'log', params: bothLogs.closed('connection') },
      after: { undisturbed: { actions: 'forgetTakeovers' } },
      on: {
        'socket.ended': [cut, lost],
        'socket.closed': [cut, lost],
        'socket.idled': lost,
        'socket.choked': lost,
        'socket.broken': { target: '#agency.failed', actions: 'logBroken' },
        'frame.expired': lost,
        'server.error': [
          { guard: isNotOwed, ...forNext },
          takenOver,
          { guard: 'isPassing', ...lost },
          judged,
        ],
        'server.rejected': judged,
        'protocol.violated': wrong,
      },
      initial: 'connecting',
      states: {
        connecting: {
          description: 'The server is being called',
          after: {
            connect: { target: '#agency.reconnecting', actions: ['noteReason', 'logConnectFailed'] },
          },
          on: {
            'socket.connected': { target: 'greeting' },
            'socket.failed': {
              target: '#agency.reconnecting',
              // No twin but the server was to blame.
              actions: ['noteReason', 'logConnectFailed', 'forgetCuts'],
            },
          },
        },
        greeting: {
          description: 'The server is asked where this upload stands',
          initial: 'asking',
          states: {
            asking: {
              description: 'HELLO is said; the TP0 dialect has no such word',
              always: [
                { guard: and(['isTp0', 'isSingleBet']), target: '#agency.online.betting' },
                { guard: 'isTp0', target: '#agency.online.positioning', actions: 'startOver' },
                { target: 'awaitingWelcome' },
              ],
            },
            awaitingWelcome: {
              description: 'The server answers once all that it had of this agency is stored',
              entry: {
                type: 'say',
                params: ({ context }) => ({ kind: 'hello', agency: context.id, draw: context.draw }),
              },
              on: {
                'server.welcome': [
                  {
                    guard: { type: 'isOwed', params: ({ event }) => event },
                    target: '#agency.turning',
                    actions: [
                      { type: 'noteOwed', params: ({ event }) => event },
                      {
                        type: 'log',
                        params: ({ context, event }) => agencyLogs.winnersOwed(context.id, event.owed!),
                      },
                    ],
                  },
                  {
                    guard: and(['isKept', 'isSingleBet']),
                    target: '#agency.online.betting',
                    actions: 'noteWelcome',
                  },
                  {
                    guard: and(['isKept', 'keepsReceipts']),
                    target: '#agency.online.entering',
                    actions: 'noteWelcome',
                  },
                  { guard: 'isKept', target: '#agency.online.positioning', actions: 'noteWelcome' },
                  wrong,
                ],
              },
            },
          },
        },
        entering,
        positioning: {
          description: 'The file is read up to what the server has, and must be the same',
          entry: 'rewindFile',
          on: {
            'file.positioned': [
              { guard: 'isSameFile', target: 'sending' },
              { guard: 'isForNext', ...forNext },
              judged,
            ],
            'socket.idled': { description: 'The server owes nothing' },
          },
        },
        sending: {
          description: 'Batches are on their way, up to a window unacknowledged',
          on: {
            'server.stored': [{ guard: 'acknowledges', actions: noteStored }, wrong],
            'server.count': [{ guard: 'acknowledges', actions: noteStored }, wrong],
          },
          initial: 'reading',
          states: {
            reading: {
              description: 'The next batches are being read, as many as the window has room for',
              always: { guard: 'isLoopOver', target: '#agency.online.finishing' },
              entry: 'wantBatches',
              on: {
                'batches.ready': [
                  { guard: 'hasPeriod', target: 'pausing', actions: sendBatches },
                  { target: 'windowing', actions: sendBatches },
                ],
                'file.exhausted': {
                  target: '#agency.online.finishing',
                  actions: ['noteTotal', { type: 'noteInvalid', params: ({ event }) => event.invalid }],
                },
              },
            },
            windowing: {
              description: 'The next batches wait until half of the window is acknowledged',
              always: { guard: 'hasRoom', target: 'reading' },
            },
            pausing: {
              description: 'loop.period passes between two batches',
              after: { period: { target: 'windowing' } },
              on: { 'socket.idled': { description: 'The server owes nothing' } },
            },
          },
        },
        finishing: {
          description: 'All is sent: the last acknowledgements are awaited',
          always: { guard: 'allAcknowledged', target: 'checkingFile' },
          on: {
            'server.stored': [{ guard: 'acknowledges', actions: noteStored }, wrong],
            'server.count': [{ guard: 'acknowledges', actions: noteStored }, wrong],
          },
        },
        checkingFile: {
          description: 'All is stored: is the file still the same, and nearly all of it bets?',
          entry: 'checkFile',
          on: {
            'file.unchanged': [
              {
                guard: { type: 'hasTooManyInvalid', params: tallyOf },
                target: '#agency.failed',
                actions: {
                  type: 'log',
                  params: ({ context }) => tooManyInvalid(context, tallyOf({ context })),
                },
              },
              { guard: 'hasNoDraw', target: 'closing', actions: logFileRead },
              { target: 'awaitingWinners', actions: logFileRead },
            ],
            'socket.idled': { description: 'The server owes nothing' },
          },
        },
        awaitingWinners: {
          description: 'DONE is said: the draw takes place once all agencies have',
          entry: [
            { type: 'noteWinners', params: 0 },
            { type: 'say', params: ({ context }) => doneOf(context) },
          ],
          on: {
            'server.someWinners': {
              actions: {
                type: 'noteWinners',
                params: ({ context, event }) => context.winners + event.documents.length,
              },
            },
            'server.winners': [
              { guard: { type: 'isAllWinners', params: lastOf }, target: 'filing', actions: noteDraw },
              untold,
            ],
            'server.count': {
              target: 'closing',
              actions: { type: 'log', params: ({ event }) => agencyLogs.winners(event.count) },
            },
            'socket.idled': { description: 'Other agencies may take as long as they need' },
            'server.error': [takenOver, { guard: 'isPassing', ...lost }, judgedUntold],
            'protocol.violated': untold,
          },
        },
        filing,
        betting: {
          description: 'One bet is sent, and its number awaited',
          entry: {
            type: 'command',
            params: ({ context }) => ({ type: 'socket.write', data: context.bet!.line }),
          },
          on: {
            'server.betStored': { target: 'closing', actions: 'logBetSent' },
            'server.count': [
              {
                guard: { type: 'confirmsBet', params: ({ event }) => event.count },
                target: 'closing',
                actions: 'logBetSent',
              },
              {
                guard: { type: 'mayConfirmBet', params: ({ event }) => event.count },
                target: 'doubting',
                actions: 'noteReason',
              },
              wrong,
            ],
          },
        },
        doubting: {
          description: 'TP0: 0 is the number that was bet on, or a no: who says no closes',
          after: { close: { target: 'closing', actions: 'logBetSent' } },
          on: {
            'socket.ended': { target: '#agency.failed', actions: 'logNotSent' },
            'socket.closed': { target: '#agency.failed', actions: 'logNotSent' },
          },
        },
        closing: {
          description: 'All is done: the connection is being closed',
          entry: { type: 'command', params: { type: 'socket.end' } },
          after: { close: { target: '#agency.finished' } },
          on: {
            'socket.ended': { description: 'The server closes as well' },
            // The upload is over: nothing that the server still says changes that.
            'server.error': unheeded,
            'server.rejected': unheeded,
            'protocol.violated': unheeded,
            'socket.idled': unheeded,
            'socket.choked': unheeded,
            'socket.broken': unheeded,
            'frame.expired': unheeded,
            // Our end is with the kernel: the server's is not waited for.
            'socket.flushed': { target: '#agency.finished' },
            'socket.closed': { target: '#agency.finished' },
          },
        },
      },
    },
    reconnecting: {
      description: 'The connection was lost: it is made again, later each time',
      always: [
        {
          guard: 'isCutTooOften',
          target: 'failed',
          actions: { type: 'log', params: ({ context }) => agencyLogs.cutTooOften(context.id, context.cuts) },
        },
        { guard: 'hasGivenUp', target: 'failed', actions: 'logGivenUp' },
      ],
      after: { backOff: { target: 'online' } },
    },
    turning: {
      description: 'The agency turns to another draw, on another connection',
      always: 'online',
    },
    yielding: {
      description: 'Another connection of this agency took over: it is let be, longer each time',
      after: { yield: { target: 'online' } },
    },
    finished: {
      description: 'All bets are stored, and the winners known',
      type: 'final',
      entry: 'logFileClosed',
    },
    interrupted: { description: 'Told to stop', type: 'final', entry: 'logFileClosed' },
    failed: {
      description: 'Given up; a log line says why',
      type: 'final',
      entry: ['logFileClosed', { type: 'fail', params: EXIT_FAILED }],
    },
    refused: {
      description:
        'Given up for good: the file, the bets or the configuration must be mended; a log line says why',
      type: 'final',
      entry: ['logFileClosed', { type: 'fail', params: EXIT_PERMANENT }],
    },
  },
});
