/** The echo loop of exercises 1 to 4: `loop.amount` messages, `loop.period` apart, one connection each. */
import { assign, fromCallback, sendTo, setup } from 'xstate';
import type {
  AgencyStatement,
  ExitOutput,
  LogEntry,
  ProgramEvent,
  ServerMessage,
  SocketCommand,
  SocketEvent,
  Tongue,
} from './events.ts';
import { agencyLogs, bothLogs } from './log-lines.ts';

export type EchoClientInput = {
  id: number;
  loopAmount: number;
  /** Milliseconds between two messages. */
  loopPeriodMs: number;
  /** Milliseconds for one attempt to connect. */
  connectMs: number;
  /** Milliseconds for the connection to close. */
  closeMs: number;
};

type Context = EchoClientInput & {
  /** Number of the message that is being sent, from 1. */
  message: number;
  exitCode: number;
};

export type EchoClientEvent = ServerMessage | SocketEvent | ProgramEvent;

/** The message as the original's users know it. */
export const messageText = ({ id, message }: Pick<Context, 'id' | 'message'>): string =>
  `[CLIENT ${id}] Message N°${message}`;

const reasonOf = (event: EchoClientEvent): string => {
  switch (event.type) {
    case 'socket.failed':
      return event.reason;
    case 'socket.choked':
      return 'the server does not read';
    case 'frame.expired':
    case 'socket.idled':
      return 'the server did not answer in time';
    case 'echo.received':
      return `the server answered ${event.line.toString('utf8').trimEnd()}`;
    case 'protocol.violated':
      return event.text;
    default:
      return event.type.startsWith('socket.') ? 'the server closed the connection' : 'no answer in time';
  }
};

const silent = { target: '#echoClient.failed', actions: 'logNotEchoed' } as const;

const parts = setup({
  types: {
    input: {} as EchoClientInput,
    context: {} as Context,
    events: {} as EchoClientEvent,
    output: {} as ExitOutput,
    children: {} as { socket: 'socket'; signals: 'signals' },
  },
  actors: {
    socket: fromCallback<SocketCommand<AgencyStatement>, { dialect: Tongue }>(() => {}),
    signals: fromCallback(() => {}),
  },
  delays: {
    connect: ({ context }) => context.connectMs,
    period: ({ context }) => context.loopPeriodMs,
    close: ({ context }) => context.closeMs,
  },
  actions: {
    log: (_, _entry: LogEntry) => {},
    command: sendTo('socket', (_, command: SocketCommand<AgencyStatement>) => command),
    say: sendTo(
      'socket',
      ({ context }): SocketCommand<AgencyStatement> => ({
        type: 'socket.write',
        data: Buffer.from(`${messageText(context)}\n`),
      }),
    ),
    nextMessage: assign({ message: ({ context }) => context.message + 1 }),
    fail: assign({ exitCode: 1 }),
  },
  guards: {
    isEcho: ({ context, event }) =>
      event.type === 'echo.received' && event.line.toString('utf8') === `${messageText(context)}\n`,
    hasNothingToSay: ({ context }) => context.loopAmount < 1,
    isLoopOver: ({ context }) => context.message >= context.loopAmount,
  },
});

const capable = parts.extend({
  actions: {
    logConnectFailed: parts.enqueueActions(({ context, event, enqueue }) =>
      enqueue({ type: 'log', params: agencyLogs.connectFailed(context.id, reasonOf(event)) }),
    ),
    logBroken: parts.enqueueActions(({ event, enqueue }) =>
      enqueue({ type: 'log', params: bothLogs.broken(event) }),
    ),
    logNotEchoed: parts.enqueueActions(({ context, event, enqueue }) =>
      enqueue({ type: 'log', params: agencyLogs.notEchoed(context.id, reasonOf(event)) }),
    ),
  },
});

export const echoClientMachine = capable.createMachine({
  id: 'echoClient',
  context: ({ input }) => ({ ...input, message: 1, exitCode: 0 }),
  output: ({ context }) => ({ exitCode: context.exitCode }),
  invoke: { src: 'signals', id: 'signals' },
  on: {
    'signal.received': {
      target: '.interrupted',
      actions: { type: 'log', params: ({ event }) => bothLogs.signalReceived(event.signal) },
    },
    'program.broken': { target: '.failed', actions: 'logBroken' },
    'xstate.error.actor.*': { target: '.failed', actions: 'logBroken' },
  },
  initial: 'starting',
  states: {
    starting: {
      description: 'There may be nothing to say',
      always: [{ guard: 'hasNothingToSay', target: 'finished' }, { target: 'online' }],
    },
    online: {
      description: 'The connection of one message',
      invoke: { src: 'socket', id: 'socket', input: { dialect: 'echo' } },
      exit: { type: 'log', params: bothLogs.closed('connection') },
      initial: 'connecting',
      states: {
        connecting: {
          description: 'The server is being called',
          after: { connect: { target: '#echoClient.failed', actions: 'logConnectFailed' } },
          on: {
            'socket.connected': { target: 'awaitingEcho', actions: 'say' },
            'socket.failed': { target: '#echoClient.failed', actions: 'logConnectFailed' },
          },
        },
        awaitingEcho: {
          description: 'The message is sent: it must come back as it went',
          on: {
            'echo.received': [
              {
                guard: 'isEcho',
                target: 'closing',
                actions: {
                  type: 'log',
                  params: ({ context }) => agencyLogs.echoed(context.id, messageText(context)),
                },
              },
              silent,
            ],
            'protocol.violated': silent,
            'socket.idled': silent,
            'socket.choked': silent,
            'frame.expired': silent,
            'socket.ended': silent,
            'socket.closed': silent,
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
    finished: {
      description: 'Every message came back',
      type: 'final',
      entry: { type: 'log', params: ({ context }) => agencyLogs.loopFinished(context.id) },
    },
    interrupted: { description: 'Told to stop', type: 'final' },
    failed: { description: 'No connection, or no echo; a log line says why', type: 'final', entry: 'fail' },
  },
});
