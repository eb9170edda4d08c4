/** The only place where machines meet adapters: what the machines name is provided here. */
import { fromPromise } from 'xstate';
import { agencyMachine } from '../machines/agency.ts';
import { betStoreMachine } from '../machines/bet-store.ts';
import { connectionMachine } from '../machines/connection.ts';
import { connectionSupervisorMachine } from '../machines/connection-supervisor.ts';
import { echoClientMachine } from '../machines/echo-client.ts';
import type { DrawStore, LogEntry, RecoveredDraw, StoreSubmission } from '../machines/events.ts';
import { serverMachine } from '../machines/server.ts';
import { backOff } from '../machines/upload.ts';
import { acceptedSocket, turnAway } from './adapters/accepted-socket.ts';
import { type BetFileOptions, betFile } from './adapters/bet-file.ts';
import type { ChannelLimits } from './adapters/channel.ts';
import { type ConnectorOptions, connector } from './adapters/connector.ts';
import { type ListenerOptions, listener } from './adapters/listener.ts';
import { signals } from './adapters/signals.ts';
import type { Log } from './log.ts';
import { type BetStoreOptions, openBetStore } from './store/bet-store.ts';

type Recovering = { store: DrawStore; recovered: RecoveredDraw };
type Committing = { store: DrawStore; group: readonly StoreSubmission[] };

export type ServerAdapters = {
  log: Log;
  listener: ListenerOptions;
  channel: ChannelLimits;
  store: BetStoreOptions;
};

/** The server's statechart with real sockets, files and signals. */
export const serverSystem = (adapters: ServerAdapters) => {
  const log = (_: unknown, entry: LogEntry) => adapters.log.log(entry);
  const connection = connectionMachine.provide({
    actors: { socket: acceptedSocket(adapters.channel) },
    actions: { log },
  });
  return serverMachine.provide({
    actors: {
      signals,
      listener: listener(adapters.listener),
      connectionSupervisor: connectionSupervisorMachine.provide({ actors: { connection }, actions: { log } }),
      betStore: betStoreMachine.provide({
        actors: {
          recoverDraw: fromPromise<Recovering>(() => openBetStore(adapters.store)),
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

export type AgencyAdapters = { log: Log; connector: ConnectorOptions; file: BetFileOptions };

/** An agency's statechart with a real socket, file and signals. */
export const agencySystem = (adapters: AgencyAdapters) =>
  agencyMachine.provide({
    actors: { signals, socket: connector(adapters.connector), betFile: betFile(adapters.file) },
    actions: {
      log: (_, entry) => adapters.log.log(entry),
    },
    delays: {
      // Agencies that lost the server together do not all come back at the same moment.
      backOff: ({ context }) => backOff(context) * (0.5 + Math.random() / 2),
    },
  });

export const echoClientSystem = (adapters: Omit<AgencyAdapters, 'file'>) =>
  echoClientMachine.provide({
    actors: { signals, socket: connector(adapters.connector) },
    actions: { log: (_, entry) => adapters.log.log(entry) },
  });
