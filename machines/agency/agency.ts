/**
 * One agency: reads its file, uploads its bets in batches, says that it is done, and waits for its winners.
 * A lost connection is made anew, and the upload goes on where the server's store stands. What it does `online` has files of
 * its own, in their order: `opening`, `sending`, `winners`; or `betting` (exercise 5).
 */
import { assign, enqueueActions, sendTo, setup } from 'xstate';
import { EXIT_FAILED, EXIT_PERMANENT } from '../exit-codes.ts';
import { agencyLogs, bothLogs } from '../log-lines.ts';
import { notPromised, notProvided } from '../not-provided.ts';
import { endings } from '../root.ts';
import type { BetFileCommand, Tally } from '../vocabulary/bet-file.ts';
import type { Receipt } from '../vocabulary/draw.ts';
import type { LogEntry } from '../vocabulary/log.ts';
import type { ExitOutput } from '../vocabulary/program.ts';
import type { Caller, SocketCommand } from '../vocabulary/socket.ts';
import type { ClientMessage } from '../vocabulary/wire.ts';
import { log, logAll, type Of, tooManyInvalid } from './actions.ts';
import { endedBy } from './ending.ts';
import { online } from './online.ts';
import {
  type AgencyEvent,
  type AgencyInput,
  afterAcknowledgement,
  afterWelcome,
  allowedInvalid,
  backOff,
  confirmsBet,
  isPassing,
  newUpload,
  type Total,
  type Upload,
  type Welcome,
  yieldingFor,
} from './upload.ts';

const agency = setup({
  types: {
    input: {} as AgencyInput,
    context: {} as Upload,
    events: {} as AgencyEvent,
    output: {} as ExitOutput,
    children: {} as { socket: 'socket'; betFile: 'betFile'; signals: 'signals' },
  },
  actors: {
    /** Connects on start; hears and says whole messages of the dialect. */
    socket: notProvided<SocketCommand<ClientMessage>, Caller>('socket'),
    betFile: notProvided<BetFileCommand, { agency: number }>('file of bets'),
    signals: notProvided('signals'),
    /** Writes down that the agency takes part in a draw. */
    enterDraw: notPromised<void, { agency: number; draw: string }>('writer of draws'),
    /** Keeps a receipt; answers where. */
    keepReceipt: notPromised<string, Receipt>('keeper of receipts'),
  },
  delays: {
    connect: ({ context }) => context.connectMs,
    period: ({ context }) => context.loopPeriodMs,
    close: ({ context }) => context.closeMs,
    /** Jitter is added by the adapter: a machine knows no chance. */
    backOff: ({ context }) => backOff(context),
    yield: ({ context }) => yieldingFor(context),
    /** Two processes of one agency take over from each other sooner than that: neither counts as undisturbed. */
    undisturbed: ({ context }) => 2 * context.takeoverCapMs,
  },
  actions: {
    log: (_, _entry: LogEntry) => {},
    /** Lines that belong together, written at once. */
    logAll: (_, _entries: readonly LogEntry[]) => {},
    openFile: enqueueActions(({ context, enqueue }) => {
      if (context.mode !== 'bet')
        enqueue.spawnChild('betFile', { id: 'betFile', input: { agency: context.id } });
    }),
    askFile: sendTo('betFile', (_, command: BetFileCommand) => command),
    hangUp: sendTo('socket', { type: 'socket.end' }),
    write: sendTo(
      'socket',
      (_, data: Buffer): SocketCommand<ClientMessage> => ({ type: 'socket.write', data }),
    ),
    say: sendTo(
      'socket',
      (_, message: ClientMessage): SocketCommand<ClientMessage> => ({ type: 'socket.say', message }),
    ),
    /** Each call goes to the next of several servers: if the last one is down, another may be up. */
    countAttempt: assign({
      attempts: ({ context }) => context.attempts + 1,
      calls: ({ context }) => context.calls + 1,
    }),
    noteReason: assign({ reason: (_, reason: string) => reason }),
    noteCut: assign({ cuts: ({ context }) => context.cuts + 1 }),
    forgetCuts: assign({ cuts: 0 }),
    noteTakenOver: assign({ attempts: 0, takeovers: ({ context }) => context.takeovers + 1 }),
    forgetTakeovers: assign({ takeovers: 0 }),
    noteWelcome: assign(({ context }, welcome: Welcome) => afterWelcome(context, welcome)),
    noteOwed: assign((_, { draw, owed }: Welcome) => ({ draw: owed, next: draw, attempts: 0 })),
    /** The upload begins with its first bet: the next draw has none of them. */
    turnToNext: assign(({ context }) => ({
      draw: context.next,
      next: undefined,
      attempts: 0,
      stored: 0,
      crc: 0,
      unacknowledged: [],
      batches: 0,
      total: undefined,
    })),
    /** TP0 has no offsets: its upload starts again from the first bet. */
    startOver: assign({ stored: 0, crc: 0, batches: 0, unacknowledged: [] }),
    noteSent: assign(({ context }, { ends, invalid }: { ends: readonly number[]; invalid: number }) => ({
      unacknowledged: [...context.unacknowledged, ...ends],
      invalid,
    })),
    noteStored: assign(({ context }, ends: readonly number[]) => afterAcknowledgement(context, ends)),
    noteTotal: assign((_, { count, crc, sha, invalid }: Total & { invalid: number }) => ({
      total: { count, crc, ...(sha !== undefined && { sha }) },
      invalid,
    })),
    countWinners: assign({ winners: (_, winners: number) => winners }),
    noteResult: assign((_, { total, head }: { total: number; head: string }) => ({ winners: total, head })),
    exitWith: assign({ exitCode: (_, exitCode: number) => exitCode }),
  },
  guards: {
    isSingleBet: ({ context }) => context.mode === 'bet',
    isTp0: ({ context }) => context.dialect === 'tp0',
    /** The agency never got its winners of an earlier draw: a process that knows no draw gets those first. */
    isOwed: ({ context: { mode, draw } }, { owed }: Welcome) =>
      mode === 'lottery' && draw === undefined && owed !== undefined,
    isOtherDraw: ({ context }, { draw }: Welcome) => draw !== (context.draw ?? draw),
    /** What was acknowledged is no longer there. */
    isLess: ({ context }, { stored }: Welcome) => stored < context.stored,
    keepsReceipts: ({ context }) => context.keepsReceipts && context.mode === 'lottery',
    isSameFile: ({ context }, file: { count: number; crc: number }) =>
      file.count === context.stored && file.crc === context.crc,
    /** Winners of an earlier draw were looked for; the open draw is known too, and the file may be for that one. */
    isForNext: ({ context }) => context.next !== undefined,
    isNotOwed: ({ context }, fault: string) =>
      context.next !== undefined && (fault === 'FINISHED' || fault === 'DRAW'),
    isTakenOver: (_, fault: string) => fault === 'SUPERSEDED',
    isPassing: (_, fault: string) => isPassing(fault),
    /** The server's refusal is final: it would refuse the same again. */
    isJudged: (_, fault: string) => !isPassing(fault) && fault !== 'SUPERSEDED',
    acknowledges: (_, ends: readonly number[]) => ends.length > 0,
    hasPeriod: ({ context }) => context.loopPeriodMs > 0,
    /** The window is filled again once half of it is free: to fill each gap at once would send batches one by one, at
     * twice the cost. */
    hasRoom: ({ context }) => context.unacknowledged.length <= context.window / 2,
    isLoopOver: ({ context }) =>
      context.mode === 'batches' && context.batches + context.unacknowledged.length >= context.loopAmount,
    allAcknowledged: ({ context }) => context.unacknowledged.length === 0,
    hasTooManyInvalid: ({ context }, tally: Tally) =>
      tally.invalid > allowedInvalid(context.maxInvalid, tally),
    hasNoDraw: ({ context }) => context.mode === 'batches',
    lacksWinners: ({ context }, { total, documents }: { total: number; documents: readonly string[] }) =>
      total !== context.winners + documents.length,
    confirmsBet: ({ context }, count: number) => count > 0 && confirmsBet(context, count),
    mayConfirmBet: ({ context }, count: number) => confirmsBet(context, count),
    isPermanent: (_, exitCode: number) => exitCode === EXIT_PERMANENT,
    /**
     * A server that closes without a word may have let a second process of this number take over: TP0 has no message
     * for that. The two would cut each other for ever, each starting again with its first bet.
     */
    isCutTooOften: ({ context }) => context.dialect === 'tp0' && context.cuts >= context.maxCuts,
    hasGivenUp: ({ context }) => context.attempts >= context.maxAttempts,
  },
});

/** What its states in other files are made with. */
export type AgencySetup = typeof agency;

export const agencyMachine = agency.createMachine({
  id: 'agency',
  context: ({ input }) => newUpload(input),
  output: ({ context }) => ({ exitCode: context.exitCode }),
  invoke: { src: 'signals', id: 'signals' },
  exit: logAll(({ context }) => (context.mode === 'bet' ? [] : [bothLogs.closed('file of bets')])),
  on: {
    ...endings,
    'file.failed': endedBy(
      ({ event }: Of<'file.failed'>) => event.exitCode,
      log(({ context, event }) => agencyLogs.fileFailed(context.id, event.reason)),
    ),
    'file.recognised': {
      actions: log(({ context, event }) => agencyLogs.fileOpened(context.id, event.form)),
    },
    'file.surveyed': {
      guard: { type: 'hasTooManyInvalid', params: ({ event }) => event },
      target: '.failed',
      actions: log(({ context, event }) => tooManyInvalid(context, event)),
    },
    'file.changed': {
      target: '.failed',
      actions: log(({ context, event }) => agencyLogs.fileChanged(context.id, event.reason)),
    },
    'row.invalid': {
      actions: log(({ context, event }) => agencyLogs.rowInvalid(context.id, event.line, event.text)),
    },
  },
  initial: 'preparing',
  states: {
    preparing: {
      description: 'Opens the file of bets',
      entry: 'openFile',
      always: { guard: 'isSingleBet', target: 'online' },
      on: { 'file.opened': { target: 'online' } },
    },
    online: online(agency),
    reconnecting: {
      description: 'Lost the connection: calls again, after a longer pause each time',
      always: [
        {
          guard: 'isCutTooOften',
          target: 'failed',
          actions: log(({ context }) => agencyLogs.cutTooOften(context.id, context.cuts)),
        },
        {
          guard: 'hasGivenUp',
          target: 'failed',
          actions: log(({ context: { id, attempts, reason } }) => agencyLogs.gaveUp(id, attempts, reason)),
        },
      ],
      after: { backOff: { target: 'online' } },
    },
    yielding: {
      description: 'Another connection of this agency took over: calls again, after a longer pause each time',
      after: { yield: { target: 'online' } },
    },
    finished: { description: 'Every bet is stored, and the winners are known', type: 'final' },
    interrupted: { description: 'Told to stop', type: 'final' },
    failed: {
      description: 'Gave up; a log line says why',
      type: 'final',
      entry: { type: 'exitWith', params: EXIT_FAILED },
    },
    refused: {
      description:
        'Gave up for good: the file, the bets or the configuration must be mended; a log line says why',
      type: 'final',
      entry: { type: 'exitWith', params: EXIT_PERMANENT },
    },
  },
});
