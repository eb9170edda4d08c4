/** The only place where machines meet adapters: what the machines name is provided here. */
import { type CallbackActorLogic, type EventObject, fromPromise } from 'xstate';
import { agencyMachine } from '../machines/agency.ts';
import { betStoreMachine } from '../machines/bet-store.ts';
import { connectionMachine } from '../machines/connection.ts';
import { connectionSupervisorMachine } from '../machines/connection-supervisor.ts';
import { echoClientMachine } from '../machines/echo-client.ts';
import type {
  AgencyStatement,
  BetFileCommand,
  DrawStore,
  LogEntry,
  RecoveredDraw,
  SocketCommand,
  StoreSubmission,
  Tongue,
} from '../machines/events.ts';
import { serverMachine } from '../machines/server.ts';
import { backOff } from '../machines/upload.ts';
import { turnAway } from './adapters/accepted-socket.ts';
import type { Log } from './log.ts';
import { type BetStoreOptions, openBetStore } from './store/bet-store.ts';

type Recovering = { store: DrawStore; recovered: RecoveredDraw };
type Committing = { store: DrawStore; group: readonly StoreSubmission[] };

export type ServerAdapters = {
  log: Log;
  signals: CallbackActorLogic<EventObject>;
  listener: CallbackActorLogic<EventObject>;
  /** An accepted socket. */
  socket: CallbackActorLogic<SocketCommand, { handle: unknown }>;
  store: BetStoreOptions;
};

/** The server's statechart with the world around it. */
export const serverSystem = ({ signals, listener, socket, store, ...adapters }: ServerAdapters) => {
  const log = (_: unknown, entry: LogEntry) => adapters.log.log(entry);
  const connection = connectionMachine.provide({ actors: { socket }, actions: { log } });
  return serverMachine.provide({
    actors: {
      signals,
      listener,
      connectionSupervisor: connectionSupervisorMachine.provide({ actors: { connection }, actions: { log } }),
      betStore: betStoreMachine.provide({
        actors: {
          recoverDraw: fromPromise<Recovering>(() => openBetStore(store)),
          commitGroup: fromPromise(({ input }: { input: Committing }) =>
            input.store.commit(input.group.map(({ request }) => request)),
          ),
          findWinners: fromPromise(({ input }) => input.store.findWinners()),
          closeStore: fromPromise(({ input }) => input.store.close()),
        },
      }),
    },
    actions: { log, turnAway: (_, { handle }) => turnAway(handle) },
  });
};

export type AgencyAdapters = {
  log: Log;
  signals: CallbackActorLogic<EventObject>;
  /** A socket that calls the server. */
  socket: CallbackActorLogic<SocketCommand<AgencyStatement>, { dialect: Tongue }>;
  betFile: CallbackActorLogic<BetFileCommand>;
  /** From 0 to 1. */
  random: () => number;
};

/** An agency's statechart with the world around it. */
export const agencySystem = ({ log, signals, socket, betFile, random }: AgencyAdapters) =>
  agencyMachine.provide({
    actors: { signals, socket, betFile },
    actions: { log: (_, entry) => log.log(entry) },
    delays: {
      // Agencies that lost the server together do not all come back at the same moment.
      backOff: ({ context }) => backOff(context) * (0.5 + random() / 2),
    },
  });

export const echoClientSystem = ({
  log,
  signals,
  socket,
}: Pick<AgencyAdapters, 'log' | 'signals' | 'socket'>) =>
  echoClientMachine.provide({
    actors: { signals, socket },
    actions: { log: (_, entry) => log.log(entry) },
  });
