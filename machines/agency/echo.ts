/**
 * The echo loop of exercises 1 to 4: `loop.amount` messages, `loop.period` apart, one connection each. A message whose
 * connection is lost is sent again, as an agency goes on with its upload: a server that is started anew costs nothing.
 */
import { assign, type ErrorActorEvent, type EventObject, sendTo, setup } from 'xstate';
import { EXIT_FAILED, EXIT_PERMANENT } from '../exit-codes.ts';
import { agencyLogs, bothLogs } from '../log-lines.ts';
import { notProvided } from '../not-provided.ts';
import { type Args, logOf } from '../params.ts';
import { endings } from '../root.ts';
import type { LogEntry } from '../vocabulary/log.ts';
import type { ExitOutput, ProgramEvent } from '../vocabulary/program.ts';
import type { Caller, SocketCommand, SocketEvent } from '../vocabulary/socket.ts';
import type { ClientMessage, ServerEvent } from '../vocabulary/wire.ts';
import { CLOSED, SILENT } from './ending.ts';
import { type AgencyInput, backOff, isPassing } from './upload.ts';

/** `loopAmount`: how many messages; `loopPeriodMs`: between two of them; `maxAttempts`: without an echo in between. */
export type EchoClientInput = Pick<
  AgencyInput,
  | 'id'
  | 'loopAmount'
  | 'loopPeriodMs'
  | 'maxAttempts'
  | 'connectMs'
  | 'backOffMs'
  | 'backOffCapMs'
  | 'closeMs'
>;

type Context = EchoClientInput & {
  /** Number of the message that is being sent, from 1. */
  message: number;
  /** Attempts to connect since the last echo. */
  attempts: number;
  /** Why the last connection was lost. */
  reason: string;
  exitCode: number;
};

/** The message as the original's users know it. */
const textOf = ({ id, message }: Context): string => `[CLIENT ${id}] Message N°${message}`;

/** The fault, if the server says one. It does so in our dialect, as it does not know yet how the peer speaks. */
const faultIn = (line: string): string => /^ERROR:(\w+)/.exec(line)?.[1] ?? '';

const echoClient = setup({
  types: {
    input: {} as EchoClientInput,
    context: {} as Context,
    events: {} as ServerEvent | SocketEvent | ProgramEvent | ErrorActorEvent,
    output: {} as ExitOutput,
    children: {} as { socket: 'socket'; signals: 'signals' },
  },
  actors: {
    socket: notProvided<SocketCommand<ClientMessage>, Caller>('socket'),
    signals: notProvided('signals'),
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
    say: sendTo(
      'socket',
      ({ context }): SocketCommand<ClientMessage> => ({
        type: 'socket.say',
        message: { kind: 'line', text: textOf(context) },
      }),
    ),
    hangUp: sendTo('socket', { type: 'socket.end' }),
    countAttempt: assign({ attempts: ({ context }) => context.attempts + 1 }),
    noteReason: assign({ reason: (_, reason: string) => reason }),
    turnToNext: assign({ message: ({ context }) => context.message + 1, attempts: 0 }),
    exitWith: assign({ exitCode: (_, exitCode: number) => exitCode }),
  },
  guards: {
    isEcho: ({ context }, line: string) => line === `${textOf(context)}\n`,
    isPassing: (_, line: string) => isPassing(faultIn(line)),
    isForIdentity: (_, line: string) => faultIn(line) === 'IDENTITY',
    isLoopOver: ({ context }) => context.message > context.loopAmount,
    isFirst: ({ context }) => context.message === 1,
    hasGivenUp: ({ context }) => context.attempts >= context.maxAttempts,
  },
});

type At<TEvent> = Args<Context, TEvent>;
type Reason<TEvent> = string | ((at: At<TEvent>) => string);

const log = logOf<Context>();

/** The connection came to nothing. */
const lost = <TEvent extends EventObject>(reason: Reason<TEvent>, line = agencyLogs.connectionLost) =>
  ({
    target: '#echoClient.reconnecting',
    actions: [{ type: 'noteReason', params: reason }, log(({ context: { id, reason } }) => line(id, reason))],
  }) as const;

type Echo = At<Extract<ServerEvent, { type: 'server.echo' }>>;
const lineOf = ({ event }: Echo) => event.line;
const answerOf = ({ event }: Echo) => `the server answered ${event.line.trimEnd()}`;
const notEchoed = log((at: Echo) => agencyLogs.notEchoed(at.context.id, answerOf(at)));

const connected = { target: 'awaitingEcho', actions: 'say' } as const;
const notConnected = lost(
  ({ event }: At<Extract<SocketEvent, { type: 'socket.failed' }>>) => event.reason,
  agencyLogs.connectFailed,
);

const online = echoClient.createStateConfig({
  description: 'Has a connection for one message, or makes it',
  entry: 'countAttempt',
  invoke: {
    src: 'socket',
    id: 'socket',
    input: ({ context: { id, message, attempts } }) => ({
      dialect: 'echo',
      agency: id,
      call: id + message + attempts,
    }),
  },
  exit: { type: 'log', params: bothLogs.closed('connection') },
  on: {
    'handshake.failed': {
      target: '#echoClient.refused',
      actions: log(({ context, event }) => agencyLogs.connectFailed(context.id, event.reason)),
    },
  },
  initial: 'connecting',
  states: {
    connecting: {
      description: 'Calls the server',
      after: { connect: lost('the connection could not be made in time', agencyLogs.connectFailed) },
      on: {
        'handshake.begun': { target: 'securing' },
        'socket.connected': connected,
        'socket.failed': notConnected,
      },
    },
    securing: {
      description: 'TLS: the server shows its certificate',
      on: { 'socket.connected': connected, 'socket.failed': notConnected, 'socket.idled': lost(SILENT) },
    },
    awaitingEcho: {
      description: 'Sent the message: it must come back unchanged',
      on: {
        'server.echo': [
          {
            guard: { type: 'isEcho', params: lineOf },
            target: 'closing',
            actions: [log(({ context }) => agencyLogs.echoed(context.id, textOf(context))), 'turnToNext'],
          },
          { guard: { type: 'isPassing', params: lineOf }, ...lost(answerOf) },
          {
            guard: { type: 'isForIdentity', params: lineOf },
            target: '#echoClient.refused',
            actions: notEchoed,
          },
          { target: '#echoClient.failed', actions: notEchoed },
        ],
        'protocol.violated': {
          target: '#echoClient.failed',
          actions: log(({ context, event }) => agencyLogs.notEchoed(context.id, event.text)),
        },
        'socket.ended': lost(CLOSED),
        'socket.closed': lost(CLOSED),
        'socket.choked': lost('the server does not read'),
        'socket.idled': lost(SILENT),
        'frame.expired': lost(SILENT),
      },
    },
    closing: {
      description: 'The message came back: closes the connection',
      entry: 'hangUp',
      after: { close: { target: '#echoClient.pausing' } },
      on: {
        'socket.closed': { target: '#echoClient.pausing' },
        'socket.broken': { description: 'All was said before' },
      },
    },
  },
});

export const echoClientMachine = echoClient.createMachine({
  id: 'echoClient',
  context: ({ input }) => ({ ...input, message: 1, attempts: 0, reason: '', exitCode: 0 }),
  output: ({ context }) => ({ exitCode: context.exitCode }),
  invoke: { src: 'signals', id: 'signals' },
  on: endings,
  initial: 'pausing',
  states: {
    pausing: {
      description: 'Waits loop.period before the next message; each has a connection of its own',
      always: [
        { guard: 'isLoopOver', target: 'finished' },
        { guard: 'isFirst', target: 'online' },
      ],
      after: { period: { target: 'online' } },
    },
    online,
    reconnecting: {
      description: 'Lost the connection: sends the message over another one, after a longer pause each time',
      always: {
        guard: 'hasGivenUp',
        target: 'failed',
        actions: log(({ context: { id, attempts, reason } }) => agencyLogs.gaveUp(id, attempts, reason)),
      },
      after: { backOff: { target: 'online' } },
    },
    finished: {
      description: 'Every message came back',
      type: 'final',
      entry: log(({ context }) => agencyLogs.loopFinished(context.id)),
    },
    interrupted: { description: 'Told to stop', type: 'final' },
    failed: {
      description: 'Got no connection, or no echo; a log line says why',
      type: 'final',
      entry: { type: 'exitWith', params: EXIT_FAILED },
    },
    refused: {
      description: "TLS: the server's certificate or its own is not good; a log line says why",
      type: 'final',
      entry: { type: 'exitWith', params: EXIT_PERMANENT },
    },
  },
});
