/** Where the server's machines meet their adapters. */
import type { CallbackActorLogic, EventObject } from 'xstate';
import { betStoreMachine } from '../../machines/bet-store/bet-store.ts';
import { connectionMachine } from '../../machines/connection/connection.ts';
import { connectionsOf, serverMachine } from '../../machines/server/server.ts';
import type { LogEntry } from '../../machines/vocabulary/log.ts';
import type { SocketCommand } from '../../machines/vocabulary/socket.ts';
import type { Log } from '../log/log.ts';
import { sparingLog } from '../log/sparing-log.ts';
import { turnAway } from '../net/accepted-socket.ts';
import { type BetStoreOptions, openBetStore } from '../store/bet-store.ts';
import { folder } from '../store/folder.ts';

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
  const sparing = sparingLog(adapters.log);
  const log = (_: unknown, entry: LogEntry) => sparing.log(entry);
  const logAll = (_: unknown, entries: readonly LogEntry[]) => sparing.log(...entries);
  const connection = connectionMachine.provide({ actors: { socket }, actions: { log, logAll } });
  return serverMachine.provide({
    actors: {
      signals,
      listener,
      connections: connectionsOf(connection),
      betStore: betStoreMachine.provide({
        actors: {
          folder: folder(() => openBetStore(store)),
        },
      }),
    },
    actions: { log, turnAway: (_, { handle }) => turnAway(handle) },
  });
};
