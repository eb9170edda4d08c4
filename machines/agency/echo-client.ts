/**
 * The echo loop of exercises 1 to 4: `loop.amount` messages, `loop.period` apart, one connection each. A message whose
 * connection is lost is sent again, as an agency goes on with its upload: a server that is started anew costs nothing.
 */
import { assign, fromCallback, sendTo, setup } from 'xstate';
import { agencyLogs, bothLogs } from '../log-lines.ts';
import type { LogEntry } from '../vocabulary/log.ts';
import type { ExitOutput, ProgramEvent } from '../vocabulary/program.ts';
import type { SocketCommand, SocketEvent } from '../vocabulary/socket.ts';
import type { ClientMessage, ServerEvent, Tongue } from '../vocabulary/wire.ts';
import { backOff, PASSING_FAULTS } from './upload.ts';

export type EchoClientInput = {
  id: number;
  loopAmount: number;
  /** Milliseconds between two messages. */
  loopPeriodMs: number;
  /** Attempts to connect without an echo in between before giving up. */
  maxAttempts: number;
  /** Milliseconds for one attempt to connect. */
  connectMs: number;
  /** Milliseconds before the second attempt, doubled for each further one, up to the cap. */
  backOffMs: number;
  backOffCapMs: number;
  /** Milliseconds for the connection to close. */
  closeMs: number;
};

type Context = EchoClientInput & {
  /** Number of the message that is being sent, from 1. */
  message: number;
  /** Attempts to connect since the last echo. */
  attempts: number;
  /** Why the last connection was lost. */
  reason: string;
  exitCode: number;
};

export type EchoClientEvent = ServerEvent | SocketEvent | ProgramEvent;

/** The message as the original's users know it. */
export const messageText = ({ id, message }: Pick<Context, 'id' | 'message'>): string =>
  `[CLIENT ${id}] Message N°${message}`;

/** The server may be there again soon: it says so in our dialect, as it does not know whom it talks to. */
const isPassing = (line: string): boolean => PASSING_FAULTS.has(/^ERROR:(\w+)/.exec(line)?.[1] ?? '');

const answered = (line: Buffer): string => `the server answered ${line.toString('utf8').trimEnd()}`;

const CLOSED = 'the server closed the connection';
const SILENT = 'the server did not answer in time';

type WithContext = { context: Context };

const logLost = {
  type: 'log',
  params: ({ context: { id, reason } }: WithContext) => agencyLogs.connectionLost(id, reason),
} as const;

const logConnectFailed = {
  type: 'log',
  params: ({ context: { id, reason } }: WithContext) => agencyLogs.connectFailed(id, reason),
} as const;

/** The connection came to nothing. */
const lost = (reason: string) =>
  ({
    target: '#echoClient.reconnecting',
    actions: [{ type: 'noteReason', params: reason }, logLost],
  }) as const;

const capable = setup({
  types: {
    input: {} as EchoClientInput,
    context: {} as Context,
    events: {} as EchoClientEvent,
    output: {} as ExitOutput,
    children: {} as { socket: 'socket'; signals: 'signals' },
  },
  actors: {
    socket: fromCallback<SocketCommand<ClientMessage>, { dialect: Tongue }>(() => {}),
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
    command: sendTo('socket', (_, command: SocketCommand<ClientMessage>) => command),
    say: sendTo(
      'socket',
      ({ context }): SocketCommand<ClientMessage> => ({
        type: 'socket.write',
        data: Buffer.from(`${messageText(context)}\n`),
      }),
    ),
    countAttempt: assign({ attempts: ({ context }) => context.attempts + 1 }),
    forgetAttempts: assign({ attempts: 0 }),
    noteReason: assign({ reason: (_, reason: string) => reason }),
    nextMessage: assign({ message: ({ context }) => context.message + 1 }),
    fail: assign({ exitCode: 1 }),
  },
  guards: {
    isEcho: ({ context }, line: Buffer) => line.toString('utf8') === `${messageText(context)}\n`,
    isPassing: (_, line: Buffer) => isPassing(line.toString('utf8')),
    hasNothingToSay: ({ context }) => context.loopAmount < 1,
    isLoopOver: ({ context }) => context.message >= context.loopAmount,
    hasGivenUp: ({ context }) => context.attempts >= context.maxAttempts,
  },
});

export const echoClientMachine = capable.createMachine({
  id: 'echoClient',
  context: ({ input }) => ({ ...input, message: 1, attempts: 0, reason: '', exitCode: 0 }),
  output: ({ context }) => ({ exitCode: context.exitCode }),
  invoke: { src: 'signals', id: 'signals' },
  on: {
    'signal.received': {
      target: '.interrupted',
      actions: { type: 'log', params: ({ event }) => bothLogs.signalReceived(event.signal) },
    },
    'program.broken': {
      target: '.failed',
      actions: { type: 'log', params: ({ event }) => bothLogs.broken(event) },
    },
    'xstate.error.actor.*': {
      target: '.failed',
      actions: { type: 'log', params: ({ event }: { event: object }) => bothLogs.broken(event) },
    },
  },
  initial: 'starting',
  states: {
    starting: {
      description: 'There may be nothing to say',
      always: [{ guard: 'hasNothingToSay', target: 'finished' }, { target: 'online' }],
    },
    online: {
      description: 'The connection of one message',
      entry: 'countAttempt',
      invoke: { src: 'socket', id: 'socket', input: { dialect: 'echo' } },
      exit: { type: 'log', params: bothLogs.closed('connection') },
      initial: 'connecting',
      states: {
        connecting: {
          description: 'The server is being called',
          after: {
            connect: {
              target: '#echoClient.reconnecting',
              actions: [
                { type: 'noteReason', params: 'the connection could not be made in time' },
                logConnectFailed,
              ],
            },
          },
          on: {
            'socket.connected': { target: 'awaitingEcho', actions: 'say' },
            'socket.failed': {
              target: '#echoClient.reconnecting',
              actions: [{ type: 'noteReason', params: ({ event }) => event.reason }, logConnectFailed],
            },
          },
        },
        awaitingEcho: {
          description: 'The message is sent: it must come back as it went',
          on: {
            'server.echo': [
              {
                guard: { type: 'isEcho', params: ({ event }) => event.line },
                target: 'closing',
                actions: [
                  {
                    type: 'log',
                    params: ({ context }) => agencyLogs.echoed(context.id, messageText(context)),
                  },
                  'forgetAttempts',
                ],
              },
              {
                guard: { type: 'isPassing', params: ({ event }) => event.line },
                target: '#echoClient.reconnecting',
                actions: [{ type: 'noteReason', params: ({ event }) => answered(event.line) }, logLost],
              },
              {
                target: '#echoClient.failed',
                actions: {
                  type: 'log',
                  params: ({ context, event }) => agencyLogs.notEchoed(context.id, answered(event.line)),
                },
              },
            ],
            'protocol.violated': {
              target: '#echoClient.failed',
              actions: {
                type: 'log',
                params: ({ context, event }) => agencyLogs.notEchoed(context.id, event.text),
              },
            },
            'socket.ended': lost(CLOSED),
            'socket.closed': lost(CLOSED),
            'socket.choked': lost('the server does not read'),
            'socket.broken': {
              target: '#echoClient.failed',
              actions: { type: 'log', params: ({ event }) => bothLogs.broken(event) },
            },
            'socket.idled': lost(SILENT),
            'frame.expired': lost(SILENT),
          },
        },
        closing: {
          description: 'The message is back: the connection is being closed',
          entry: { type: 'command', params: { type: 'socket.end' } },
          after: { close: { target: 'closed' } },
          on: { 'socket.closed': { target: 'closed' } },
        },
        closed: {
          description: 'The next message, if there is one, has a connection of its own',
          always: [
            { guard: 'isLoopOver', target: '#echoClient.finished' },
            { target: '#echoClient.pausing', actions: 'nextMessage' },
          ],
        },
      },
    },
    pausing: {
      description: 'loop.period passes between two messages',
      after: { period: { target: 'online' } },
    },
    reconnecting: {
      description: 'The connection was lost: the message is sent over another one, later each time',
      always: {
        guard: 'hasGivenUp',
        target: 'failed',
        actions: {
          type: 'log',
          params: ({ context: { id, attempts, reason } }) => agencyLogs.gaveUp(id, attempts, reason),
        },
      },
      after: { backOff: { target: 'online' } },
    },
    finished: {
      description: 'Every message came back',
      type: 'final',
      entry: { type: 'log', params: ({ context }) => agencyLogs.loopFinished(context.id) },
    },
    interrupted: { description: 'Told to stop', type: 'final' },
    failed: { description: 'No connection, or no echo; a log line says why', type: 'final', entry: 'fail' },
  },
});
