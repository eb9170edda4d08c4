/**
 * One agency: reads its file, uploads its bets in batches, says that it is done, and waits for its winners.
 * A lost connection is made anew, and the upload goes on where the server's store stands.
 */
import { and, assign, enqueueActions, fromCallback, sendTo, setup } from 'xstate';
import type { BetFileCommand, Dialect, ExitOutput, LogEntry, SocketCommand } from './events.ts';
import { agencyLogs, bothLogs } from './log-lines.ts';
import {
  type AgencyEvent,
  type AgencyInput,
  acknowledges,
  backOff,
  isPassing,
  reasonOf,
  type Upload,
} from './upload.ts';

const lost = { target: '#agency.reconnecting', actions: ['noteReason', 'logLost'] } as const;
const wrong = { target: '#agency.failed', actions: ['noteReason', 'logNotSent'] } as const;

export const agencyMachine = setup({
  types: {
    input: {} as AgencyInput,
    context: {} as Upload,
    events: {} as AgencyEvent,
    output: {} as ExitOutput,
    children: {} as { socket: 'socket'; betFile: 'betFile'; signals: 'signals' },
  },
  actors: {
    /** Connects on start; hears and says whole messages of the dialect. */
    socket: fromCallback<SocketCommand, { dialect: Dialect }>(() => {}),
    betFile: fromCallback<BetFileCommand>(() => {}),
    signals: fromCallback(() => {}),
  },
  delays: {
    connect: ({ context }) => context.connectMs,
    period: ({ context }) => context.loopPeriodMs,
    close: ({ context }) => context.closeMs,
    /** Jitter is added by the adapter: a machine knows no chance. */
    backOff: ({ context }) => backOff(context),
  },
  actions: {
    log: (_, _entry: LogEntry) => {},
    openFile: enqueueActions(({ context, enqueue }) => {
      if (context.mode !== 'bet') enqueue.spawnChild('betFile', { id: 'betFile' });
    }),
    /** These two lines are written by the adapter, which knows the dialect's spelling. */
    sayHello: (_, _params: { agency: number }) => {},
    sayDone: (_, _params: { agency: number; dialect: Dialect; count: number; crc: number }) => {},
    command: sendTo('socket', (_, command: SocketCommand) => command),
    countAttempt: assign({ attempts: ({ context }) => context.attempts + 1 }),
    noteWelcome: assign(({ event }) =>
      event.type === 'welcome.received' ? { attempts: 0, stored: event.stored, crc: event.crc } : {},
    ),
    /** TP0 has no offsets: its upload starts again from the first bet. */
    startOver: assign({ stored: 0, crc: 0 }),
    rewindFile: sendTo('betFile', ({ context }) => ({ type: 'file.rewound', to: context.stored })),
    forgetUnacknowledged: assign({ unacknowledged: [] }),
    wantBatch: sendTo('betFile', { type: 'batch.wanted' }),
    sendBatch: enqueueActions(({ context, event, enqueue }) => {
      if (event.type !== 'batch.ready') return;
      enqueue({ type: 'command', params: { type: 'socket.write', data: event.line } });
      enqueue.assign({
        unacknowledged: [...context.unacknowledged, event.next],
        batches: context.batches + 1,
      });
    }),
    noteStored: enqueueActions(({ context, enqueue }) => {
      const [oldest, ...rest] = context.unacknowledged;
      if (oldest === undefined) return;
      enqueue({ type: 'log', params: agencyLogs.batchSent(oldest - context.stored) });
      enqueue.assign({ stored: oldest, unacknowledged: rest, attempts: 0 });
    }),
    logInvalidRow: enqueueActions(({ context, event, enqueue }) => {
      if (event.type !== 'row.invalid') return;
      enqueue({ type: 'log', params: agencyLogs.rowInvalid(context.id, event.line, event.text) });
    }),
    noteTotal: assign(({ event }) =>
      event.type === 'file.exhausted' ? { total: { count: event.count, crc: event.crc } } : {},
    ),
    noteReason: assign({ reason: ({ context, event }) => reasonOf(context, event) }),
    logConnectFailed: enqueueActions(({ context, enqueue }) =>
      enqueue({ type: 'log', params: agencyLogs.connectFailed(context.id, context.reason) }),
    ),
    logLost: enqueueActions(({ context, enqueue }) =>
      enqueue({ type: 'log', params: agencyLogs.connectionLost(context.id, context.reason) }),
    ),
    logNotSent: enqueueActions(({ context, enqueue }) =>
      enqueue({ type: 'log', params: agencyLogs.betsNotSent(context.reason) }),
    ),
    logBetSent: enqueueActions(({ context, enqueue }) => {
      const { document, number } = context.bet!;
      enqueue({ type: 'log', params: agencyLogs.betSent(document, number) });
    }),
    logGivenUp: enqueueActions(({ context, enqueue }) =>
      enqueue({ type: 'log', params: agencyLogs.gaveUp(context.id, context.attempts, context.reason) }),
    ),
    logFileClosed: enqueueActions(({ context, enqueue }) => {
      if (context.mode !== 'bet') enqueue({ type: 'log', params: bothLogs.closed('file of bets') });
    }),
    fail: assign({ exitCode: 1 }),
  },
  guards: {
    isSingleBet: ({ context }) => context.mode === 'bet',
    isTp0: ({ context }) => context.dialect === 'tp0',
    isSameFile: ({ context, event }) =>
      event.type === 'file.positioned' && event.count === context.stored && event.crc === context.crc,
    isPassing: ({ event }) => isPassing(event),
    acknowledges: ({ context, event }) => acknowledges(context, event),
    hasPeriod: ({ context }) => context.loopPeriodMs > 0,
    hasRoom: ({ context }) => context.unacknowledged.length < context.window,
    isLoopOver: ({ context }) => context.mode === 'batches' && context.batches >= context.loopAmount,
    allAcknowledged: ({ context }) => context.unacknowledged.length === 0,
    hasNoDraw: ({ context }) => context.mode === 'batches',
    isOne: ({ event }) => event.type === 'count.received' && event.count === 1,
    hasGivenUp: ({ context }) => context.attempts >= context.maxAttempts,
  },
}).createMachine({
  id: 'agency',
  context: ({ input }) => ({
    ...input,
    attempts: 0,
    stored: 0,
    crc: 0,
    unacknowledged: [],
    batches: 0,
    total: undefined,
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
    'file.failed': {
      target: '.failed',
      actions: {
        type: 'log',
        params: ({ context, event }) => agencyLogs.fileFailed(context.id, event.reason),
      },
    },
    'row.invalid': { actions: 'logInvalidRow' },
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
      on: {
        'socket.ended': lost,
        'socket.closed': lost,
        'socket.idled': lost,
        'socket.choked': lost,
        'error.received': [{ guard: 'isPassing', ...lost }, wrong],
        'rejected.received': wrong,
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
            'socket.failed': { target: '#agency.reconnecting', actions: ['noteReason', 'logConnectFailed'] },
          },
        },
        greeting: {
          description: 'The server is asked where this upload stands',
          entry: 'forgetUnacknowledged',
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
              entry: { type: 'sayHello', params: ({ context }) => ({ agency: context.id }) },
              on: {
                'welcome.received': [
                  { guard: 'isSingleBet', target: '#agency.online.betting', actions: 'noteWelcome' },
                  { target: '#agency.online.positioning', actions: 'noteWelcome' },
                ],
              },
            },
          },
        },
        positioning: {
          description: 'The file is read up to what the server has, and must be the same',
          entry: 'rewindFile',
          on: {
            'file.positioned': [{ guard: 'isSameFile', target: 'sending' }, wrong],
            'socket.idled': { description: 'The server owes nothing' },
          },
        },
        sending: {
          description: 'Batches are on their way, up to a window unacknowledged',
          on: {
            'stored.received': [{ guard: 'acknowledges', actions: 'noteStored' }, wrong],
            'count.received': [{ guard: 'acknowledges', actions: 'noteStored' }, wrong],
          },
          initial: 'reading',
          states: {
            reading: {
              description: 'The next batch is being read',
              always: { guard: 'isLoopOver', target: '#agency.online.finishing' },
              entry: 'wantBatch',
              on: {
                'batch.ready': [
                  { guard: 'hasPeriod', target: 'pausing', actions: 'sendBatch' },
                  { target: 'windowing', actions: 'sendBatch' },
                ],
                'file.exhausted': { target: '#agency.online.finishing', actions: 'noteTotal' },
              },
            },
            windowing: {
              description: 'The window may be full: the next batch waits for an acknowledgement',
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
          always: [
            { guard: and(['allAcknowledged', 'hasNoDraw']), target: 'closing' },
            { guard: 'allAcknowledged', target: 'awaitingWinners' },
          ],
          on: {
            'stored.received': [{ guard: 'acknowledges', actions: 'noteStored' }, wrong],
            'count.received': [{ guard: 'acknowledges', actions: 'noteStored' }, wrong],
          },
        },
        awaitingWinners: {
          description: 'DONE is said: the draw takes place once all agencies have',
          entry: {
            type: 'sayDone',
            params: ({ context }) => ({ agency: context.id, dialect: context.dialect, ...context.total! }),
          },
          on: {
            'winners.received': {
              target: 'closing',
              actions: { type: 'log', params: ({ event }) => agencyLogs.winners(event.documents.length) },
            },
            'count.received': {
              target: 'closing',
              actions: { type: 'log', params: ({ event }) => agencyLogs.winners(event.count) },
            },
            'socket.idled': { description: 'Other agencies may take as long as they need' },
          },
        },
        betting: {
          description: 'One bet is sent, and its number awaited',
          entry: {
            type: 'command',
            params: ({ context }) => ({ type: 'socket.write', data: context.bet!.line }),
          },
          on: {
            'betStored.received': { target: 'closing', actions: 'logBetSent' },
            'count.received': [{ guard: 'isOne', target: 'closing', actions: 'logBetSent' }, wrong],
          },
        },
        closing: {
          description: 'All is done: the connection is being closed',
          entry: { type: 'command', params: { type: 'socket.end' } },
          after: { close: { target: '#agency.finished' } },
          on: {
            'socket.ended': { description: 'The server closes as well' },
            'socket.closed': { target: '#agency.finished' },
          },
        },
      },
    },
    reconnecting: {
      description: 'The connection was lost: it is made again, later each time',
      always: { guard: 'hasGivenUp', target: 'failed', actions: 'logGivenUp' },
      after: { backOff: { target: 'online' } },
    },
    finished: {
      description: 'All bets are stored, and the winners known',
      type: 'final',
      entry: 'logFileClosed',
    },
    interrupted: { description: 'Told to stop', type: 'final', entry: 'logFileClosed' },
    failed: { description: 'Given up; a log line says why', type: 'final', entry: ['logFileClosed', 'fail'] },
  },
});
