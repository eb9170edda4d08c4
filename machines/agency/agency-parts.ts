/** What an agency can do and ask: its actors, actions, guards and delays. The statechart is in agency.ts. */
import { assign, fromCallback, fromPromise, sendTo, setup } from 'xstate';
import { EXIT_PERMANENT } from '../exit-codes.ts';
import { agencyLogs, bothLogs } from '../log-lines.ts';
import type { BetFileCommand, Tally } from '../vocabulary/bet-file.ts';
import type { Receipt } from '../vocabulary/draw.ts';
import type { LogEntry } from '../vocabulary/log.ts';
import type { ExitOutput } from '../vocabulary/program.ts';
import type { SocketCommand } from '../vocabulary/socket.ts';
import type { ClientMessage, Tongue } from '../vocabulary/wire.ts';
import {
  type AgencyEvent,
  type AgencyInput,
  acknowledged,
  afterAcknowledgement,
  afterWelcome,
  allowedInvalid,
  backOff,
  confirmsBet,
  isKept,
  isOwed,
  isPassing,
  reasonOf,
  roomOf,
  type Upload,
  type Welcome,
  yieldingFor,
} from './upload.ts';

const parts = setup({
  types: {
    input: {} as AgencyInput,
    context: {} as Upload,
    events: {} as AgencyEvent,
    output: {} as ExitOutput,
    children: {} as { socket: 'socket'; betFile: 'betFile'; signals: 'signals' },
  },
  actors: {
    /** Connects on start; hears and says whole messages of the dialect. */
    socket: fromCallback<SocketCommand<ClientMessage>, { dialect: Tongue }>(() => {}),
    betFile: fromCallback<BetFileCommand, { agency: number }>(() => {}),
    signals: fromCallback(() => {}),
    /** Writes down that the agency takes part in a draw. */
    enterDraw: fromPromise<void, { agency: number; draw: string }>(() => Promise.reject()),
    /** Keeps a receipt; answers where. */
    keepReceipt: fromPromise<string, Receipt>(() => Promise.reject()),
  },
  delays: {
    connect: ({ context }) => context.connectMs,
    period: ({ context }) => context.loopPeriodMs,
    close: ({ context }) => context.closeMs,
    /** Jitter is added by the adapter: a machine knows no chance. */
    backOff: ({ context }) => backOff(context),
    yield: ({ context }) => yieldingFor(context),
    /** Two of one agency come back sooner than that: they never count as undisturbed. */
    undisturbed: ({ context }) => 2 * context.takeoverCapMs,
  },
  actions: {
    log: (_, _entry: LogEntry) => {},
    /** Lines that belong together, written at once. */
    logAll: (_, _entries: readonly LogEntry[]) => {},
    say: sendTo(
      'socket',
      (_, message: ClientMessage): SocketCommand<ClientMessage> => ({ type: 'socket.say', message }),
    ),
    command: sendTo('socket', (_, command: SocketCommand<ClientMessage>) => command),
    countAttempt: assign({ attempts: ({ context }) => context.attempts + 1 }),
    noteWelcome: assign(({ context, event }) =>
      event.type === 'server.welcome' ? afterWelcome(context, event) : {},
    ),
    /** TP0 has no offsets: its upload starts again from the first bet. */
    startOver: assign({ stored: 0, crc: 0, batches: 0, unacknowledged: [] }),
    rewindFile: sendTo('betFile', ({ context }) => ({ type: 'file.rewind', to: context.stored })),
    checkFile: sendTo('betFile', { type: 'file.check' }),
    noteInvalid: assign({ invalid: (_, invalid: number) => invalid }),
    wantBatches: sendTo('betFile', ({ context }) => ({ type: 'file.read', most: roomOf(context) })),
    /** What is done for every batch is plain actions: `enqueueActions` makes a dozen functions for each. */
    sendBatches: sendTo(
      'socket',
      (_, data: Buffer): SocketCommand<ClientMessage> => ({ type: 'socket.write', data }),
    ),
    noteSent: assign({
      unacknowledged: ({ context, event }) =>
        event.type === 'batches.ready' ? [...context.unacknowledged, ...event.ends] : context.unacknowledged,
    }),
    noteStored: assign(({ context, event }) => afterAcknowledgement(context, event)),
    noteTotal: assign(({ event }) =>
      event.type === 'file.exhausted' ? { total: { count: event.count, crc: event.crc } } : {},
    ),
    noteDraw: assign((_, draw: { winners: number; head: string }) => draw),
    noteWinners: assign({ winners: (_, winners: number) => winners }),
    noteOwed: assign((_, { draw, owed }: { draw: string; owed?: string | undefined }) => ({
      draw: owed,
      next: draw,
      attempts: 0,
    })),
    /** From the first bet: nothing of it is in the next draw. */
    turnToNext: assign(({ context }) => ({
      draw: context.next,
      next: undefined,
      ...{ attempts: 0, stored: 0, crc: 0, unacknowledged: [], batches: 0, total: undefined },
    })),
    noteTakenOver: assign({ attempts: 0, takeovers: ({ context }) => context.takeovers + 1 }),
    forgetTakeovers: assign({ takeovers: 0 }),
    noteReason: assign({ reason: ({ context, event }) => reasonOf(context, event) }),
    noteCut: assign({ cuts: ({ context }) => context.cuts + 1 }),
    forgetCuts: assign({ cuts: 0 }),
    fail: assign({ exitCode: (_, exitCode: number) => exitCode }),
  },
  guards: {
    isSingleBet: ({ context }) => context.mode === 'bet',
    isTp0: ({ context }) => context.dialect === 'tp0',
    isSameFile: ({ context, event }) =>
      event.type === 'file.positioned' && event.count === context.stored && event.crc === context.crc,
    isPermanent: (_, exitCode: number) => exitCode === EXIT_PERMANENT,
    hasTooManyInvalid: ({ context }, tally: Tally) =>
      tally.invalid > allowedInvalid(context.maxInvalid, tally),
    isKept: ({ context, event }) => event.type === 'server.welcome' && isKept(context, event),
    isOwed: ({ context }, welcome: Welcome) => isOwed(context, welcome),
    /** The file is not that of the draw of which winners are owed: it is for the one that is open. */
    isForNext: ({ context }) => context.next !== undefined,
    isNotOwed: ({ context }, fault: string) =>
      context.next !== undefined && (fault === 'FINISHED' || fault === 'DRAW'),
    isTakenOver: (_, fault: string) => fault === 'SUPERSEDED',
    isPassing: ({ event }) => isPassing(event),
    acknowledges: ({ context, event }) => acknowledged(context, event).length > 0,
    hasPeriod: ({ context }) => context.loopPeriodMs > 0,
    /** Half a window at a time: to fill each gap as it opens would send batches one by one, at twice the cost. */
    hasRoom: ({ context }) => context.unacknowledged.length <= context.window / 2,
    isLoopOver: ({ context }) =>
      context.mode === 'batches' && context.batches + context.unacknowledged.length >= context.loopAmount,
    allAcknowledged: ({ context }) => context.unacknowledged.length === 0,
    isAllWinners: ({ context }, { total, last }: { total: number; last: number }) =>
      total === context.winners + last,
    keepsReceipts: ({ context }) => context.keepsReceipts && context.mode === 'lottery',
    hasNoDraw: ({ context }) => context.mode === 'batches',
    confirmsBet: ({ context }, count: number) => count > 0 && confirmsBet(context, count),
    mayConfirmBet: ({ context }, count: number) => confirmsBet(context, count),
    isCutTooOften: ({ context }) => context.cuts >= context.maxCuts,
    hasGivenUp: ({ context }) => context.attempts >= context.maxAttempts,
  },
});

export const agencyParts = parts.extend({
  actions: {
    openFile: parts.enqueueActions(({ context, enqueue }) => {
      if (context.mode !== 'bet')
        enqueue.spawnChild('betFile', { id: 'betFile', input: { agency: context.id } });
    }),
    logConnectFailed: parts.enqueueActions(({ context, enqueue }) =>
      enqueue({ type: 'log', params: agencyLogs.connectFailed(context.id, context.reason) }),
    ),
    logLost: parts.enqueueActions(({ context, enqueue }) =>
      enqueue({ type: 'log', params: agencyLogs.connectionLost(context.id, context.reason) }),
    ),
    logNotSent: parts.enqueueActions(({ context, enqueue }) =>
      enqueue({ type: 'log', params: agencyLogs.betsNotSent(context.reason) }),
    ),
    logNoWinners: parts.enqueueActions(({ context, enqueue }) =>
      enqueue({ type: 'log', params: agencyLogs.winnersUnknown(context.reason) }),
    ),
    logBroken: parts.enqueueActions(({ event, enqueue }) => {
      enqueue({ type: 'log', params: bothLogs.broken(event) });
    }),
    logBetSent: parts.enqueueActions(({ context, enqueue }) => {
      const { document, number } = context.bet!;
      enqueue({ type: 'log', params: agencyLogs.betSent(document, number) });
    }),
    logGivenUp: parts.enqueueActions(({ context, enqueue }) =>
      enqueue({ type: 'log', params: agencyLogs.gaveUp(context.id, context.attempts, context.reason) }),
    ),
    logFileClosed: parts.enqueueActions(({ context, enqueue }) => {
      if (context.mode !== 'bet') enqueue({ type: 'log', params: bothLogs.closed('file of bets') });
    }),
  },
});
