/** Where the server's machines meet their adapters. */
import type { CallbackActorLogic, EventObject } from 'xstate';
import { betStoreMachine } from '../../machines/bet-store/bet-store.ts';
import { connectionMachine } from '../../machines/connection/connection.ts';
import { connectionsOf } from '../../machines/server/connections.ts';
import { serverMachine } from '../../machines/server/server.ts';
import type { CertificatesCommand } from '../../machines/vocabulary/identity.ts';
import type { LogEntry } from '../../machines/vocabulary/log.ts';
import type { SocketCommand } from '../../machines/vocabulary/socket.ts';
import type { Log } from '../log/log.ts';
import { sparingLog } from '../log/sparing-log.ts';
import type { ServerMeter } from '../metrics/meters.ts';
import { folder, type OpenStore } from '../store/folder.ts';

export type ServerAdapters = {
  log: Log;
  signals: CallbackActorLogic<EventObject>;
  listener: CallbackActorLogic<EventObject>;
  certificates: CallbackActorLogic<CertificatesCommand>;
  /** An accepted socket. */
  socket: CallbackActorLogic<SocketCommand, { handle: unknown }>;
  /** Closes an accepted socket for which there is no room. */
  turnAway: (handle: unknown) => void;
  /** Opens the draw: that of a folder, or that of a log which many servers share. */
  openStore: OpenStore;
  /** Counts what passes by; undefined: nobody asks. */
  meter?: ServerMeter | undefined;
};

/** The server's statechart with the world around it. */
export const serverSystem = ({
  signals,
  listener,
  certificates,
  socket,
  turnAway,
  openStore,
  meter,
  ...adapters
}: ServerAdapters) => {
  const sparing = sparingLog(adapters.log);
  const lines = meter?.log(sparing) ?? sparing;
  const log = (_: unknown, entry: LogEntry) => lines.log(entry);
  const logAll = (_: unknown, entries: readonly LogEntry[]) => lines.log(...entries);
  const open: OpenStore = async (hear) => {
    const opened = await openStore(hear);
    return meter ? { ...opened, store: meter.store(opened.store) } : opened;
  };
  const connection = connectionMachine.provide({ actors: { socket }, actions: { log, logAll } });
  return serverMachine.provide({
    actors: {
      signals,
      listener,
      certificates,
      connections: connectionsOf(connection),
      betStore: betStoreMachine.provide({
        actors: {
          folder: folder(open),
        },
      }),
    },
    actions: { log, turnAway: (_, { handle }) => turnAway(handle) },
  });
};
