/** Where an agency's machines meet their adapters. */
import { type CallbackActorLogic, type EventObject, fromPromise } from 'xstate';
import { agencyMachine } from '../../machines/agency/agency.ts';
import { backOff, yieldingFor } from '../../machines/agency/upload.ts';
import type { BetFileCommand } from '../../machines/vocabulary/bet-file.ts';
import type { Receipt } from '../../machines/vocabulary/draw.ts';
import type { Caller, SocketCommand } from '../../machines/vocabulary/socket.ts';
import type { ClientMessage } from '../../machines/vocabulary/wire.ts';
import type { Receipts } from '../input/receipts.ts';
import type { Log } from '../log/log.ts';

export type AgencyAdapters = {
  log: Log;
  /** In a log of many agencies that of one; `log` unless told. */
  logOf?: (agency: number) => Log;
  signals: CallbackActorLogic<EventObject>;
  /** A socket that calls the server. */
  socket: CallbackActorLogic<SocketCommand<ClientMessage>, Caller>;
  betFile: CallbackActorLogic<BetFileCommand, { agency: number }>;
  /** The folder for draws and receipts; undefined if none are kept. */
  receipts: Receipts | undefined;
  /** From 0 to 1. */
  random: () => number;
};

const keeping = (receipts: Receipts) => ({
  enterDraw: fromPromise<void, { agency: number; draw: string }>(({ input }) =>
    receipts.enter(input.agency, input.draw),
  ),
  keepReceipt: fromPromise<string, Receipt>(({ input }) => receipts.keep(input)),
});

/** An agency's statechart with the world around it. */
export const agencySystem = ({
  log,
  logOf = () => log,
  signals,
  socket,
  betFile,
  receipts,
  random,
}: AgencyAdapters) =>
  agencyMachine.provide({
    actors: {
      signals,
      socket,
      betFile,
      ...(receipts && keeping(receipts)),
    },
    actions: {
      log: ({ context }, entry) => logOf(context.id).log(entry),
      logAll: ({ context }, entries) => logOf(context.id).log(...entries),
    },
    delays: {
      // Agencies that lost the server together do not all come back at the same moment.
      backOff: ({ context }) => backOff(context) * (0.5 + random() / 2),
      yield: ({ context }) => yieldingFor(context) * (0.5 + random() / 2),
    },
  });
