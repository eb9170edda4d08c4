/** What a connection can do and ask: its actor, actions, guards and delays. The statechart is in connection.ts. */
import { assign, fromCallback, sendTo, setup } from 'xstate';
import { serverLogs } from '../log-lines.ts';
import type { Announcement } from '../vocabulary/draw.ts';
import type { LogEntry } from '../vocabulary/log.ts';
import type { SessionEvent } from '../vocabulary/session.ts';
import type { SocketCommand } from '../vocabulary/socket.ts';
import type { RecallCommand } from '../vocabulary/store.ts';
import type { ClientEvent, ServerMessage } from '../vocabulary/wire.ts';
import {
  type BadBatch,
  type ConnectionEvent,
  type ConnectionInput,
  dialectOf,
  endsOf,
  isHealthCheck,
  isRecalledUpload,
  outcomesOf,
  recallOf,
  refusalOf,
  refusalReply,
  requestOf,
  type Session,
  textOf,
  winnersReply,
} from './session.ts';

const parts = setup({
  types: { input: {} as ConnectionInput, context: {} as Session, events: {} as ConnectionEvent },
  actors: {
    socket: fromCallback<SocketCommand, { handle: unknown }>(() => {}),
  },
  delays: {
    identify: ({ context }) => context.limits.identifyMs,
    linger: ({ context }) => context.limits.lingerMs,
    close: ({ context }) => context.limits.closeMs,
  },
  actions: {
    log: (_, _entry: LogEntry) => {},
    /** Lines that belong together, written at once. */
    logAll: (_, _entries: readonly LogEntry[]) => {},
    command: sendTo('socket', (_, command: SocketCommand) => command),
    reply: sendTo('socket', (_, message: ServerMessage): SocketCommand => ({ type: 'socket.say', message })),
    replyAll: sendTo(
      'socket',
      (_, messages: readonly ServerMessage[]): SocketCommand => ({ type: 'socket.sayAll', messages }),
    ),
    /** What is done for every batch is plain actions: `enqueueActions` makes a dozen functions for each. */
    submit: sendTo(
      ({ context }) => context.store,
      ({ context, event, self }) => ({
        type: 'store.submit',
        request: requestOf(context, event),
        from: self,
        weight: endsOf(event).length || 1,
      }),
    ),
    noteSubmitted: assign({ owed: ({ context, event }) => [...context.owed, endsOf(event)] }),
    noteAnswered: assign({
      owed: ({ context, event }) =>
        context.owed.slice(event.type === 'store.answered' ? event.outcomes.length : 0),
    }),
    report: sendTo(
      ({ context }) => context.server,
      ({ context, self }, type: SessionEvent['type']) => ({
        type,
        agency: context.agency,
        draw: context.draw,
        dialect: dialectOf(context),
        saysDone: context.opening?.type === 'client.tp0Done',
        ip: context.ip,
        from: self,
      }),
    ),
    /** The first message said who this is. A TP0 message is also the first to be handled, once open. */
    identify: assign(({ event }) => {
      if (event.type === 'client.hello')
        return { agency: event.agency, draw: event.draw, dialect: 'quiniela' };
      if (
        event.type === 'client.batch' ||
        event.type === 'client.badBatch' ||
        event.type === 'client.tp0Bet' ||
        event.type === 'client.badTp0Bet' ||
        event.type === 'client.tp0Done'
      )
        return { agency: event.agency, dialect: 'tp0', opening: event };
      return {};
    }),
    noteDraw: assign(({ context, event }) => ({
      draw: outcomesOf(event, 'opened')[0]?.draw ?? context.draw,
      recalled: outcomesOf(event, 'over')[0],
    })),
    /** The archive is asked, not the store: who comes late must not make the others wait. */
    askArchive: sendTo(
      ({ context }) => context.store,
      ({ context, self }, bet: Extract<ClientEvent, { type: 'client.bet' }>): RecallCommand => ({
        type: 'store.recall',
        request: recallOf(context, bet),
        from: self,
      }),
    ),
    announce: sendTo(
      'socket',
      ({ context }, announcement: Announcement): SocketCommand => ({
        type: 'socket.sayInParts',
        message: winnersReply(context, announcement),
      }),
    ),
    noteRejected: assign(({ context }, rejected: BadBatch) => ({
      rejected,
      rejections: context.rejections + 1,
    })),
    refuse: assign(({ context, event }, refusal?: Session['refusal']) => ({
      refusal: refusal ?? refusalOf(context, event),
    })),
  },
  guards: {
    isTp0: ({ context }) => context.dialect === 'tp0',
    isOver: ({ event }) => outcomesOf(event, 'over').length > 0,
    isRecalledUpload: ({ context }, done: Extract<ClientEvent, { type: 'client.done' }>) =>
      isRecalledUpload(context, done),
    isMidLine: (_, { midLine }: { midLine: boolean }) => midLine,
    isOwnAgency: ({ context, event }) => 'agency' in event && event.agency === context.agency,
    fillsWindow: ({ context }) => context.owed.length + 1 >= context.limits.inFlight,
    hasRoom: ({ context }) => context.owed.length < context.limits.inFlight,
    isHopeless: ({ context }) => context.rejections >= context.limits.rejections,
    isNothingOwed: ({ context }) => context.owed.length === 0,
    isGranted: ({ event }) => outcomesOf(event, 'refused').length === 0,
    isRefused: ({ event }) => outcomesOf(event, 'refused').length > 0,
    isFinished: ({ event }) => outcomesOf(event, 'finished').length > 0,
    isFault: ({ event }) => event.type === 'session.end' && event.fault !== undefined,
  },
});

export const connectionParts = parts.extend({
  actions: {
    echo: parts.enqueueActions(({ context, event, enqueue }) => {
      if (event.type !== 'client.echo') return;
      // Who says anything else besides is logged like everybody.
      const level = isHealthCheck(context, event) ? context.level : 'info';
      enqueue.assign({ level, echoes: context.echoes + 1 });
      if (context.echoes < context.limits.logLines)
        enqueue({ type: 'log', params: serverLogs.echoed(context.ip, textOf(event.line), level) });
      enqueue({ type: 'reply', params: { kind: 'echo', line: event.line } });
    }),
    welcome: parts.enqueueActions(({ context, event, enqueue }) => {
      const [position] = [...outcomesOf(event, 'opened'), ...outcomesOf(event, 'over')];
      if (context.opening) enqueue.raise(context.opening);
      else if (position) {
        const { draw, stored, crc } = position;
        const owed = position.kind === 'opened' ? position.owed : undefined;
        enqueue({
          type: 'reply',
          params: { kind: 'welcome', draw, stored, crc, ...(owed !== undefined && { owed }) },
        });
      }
      enqueue.assign({ opening: undefined });
    }),
    /** Told with the first message, which may show that it is nobody but a health check. */
    logAccepted: parts.enqueueActions(({ context, event, enqueue }) => {
      const level = isHealthCheck(context, event) ? 'debug' : 'info';
      enqueue.assign({ level });
      enqueue({ type: 'log', params: serverLogs.accepted(context.ip, level) });
      enqueue({ type: 'log', params: serverLogs.acceptingAgain(level) });
    }),
    logClosed: parts.enqueueActions(({ context, enqueue }) => {
      const { ip, agency, level, echoes, limits } = context;
      if (echoes > limits.logLines)
        enqueue({ type: 'log', params: serverLogs.echoesNotLogged(ip, echoes - limits.logLines) });
      enqueue({ type: 'log', params: serverLogs.connectionClosed(ip, agency, level) });
    }),
    logRefusal: parts.enqueueActions(({ context, enqueue }) => {
      enqueue({ type: 'log', params: serverLogs.sessionRefused(context, context.refusal!) });
    }),
    sayRefusal: parts.enqueueActions(({ context, enqueue }) => {
      enqueue({ type: 'log', params: serverLogs.sessionRefused(context, context.refusal!) });
      const reply = refusalReply(context.dialect, context.refusal!);
      if (reply) enqueue({ type: 'reply', params: reply });
    }),
  },
});
