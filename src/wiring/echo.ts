/** Where the echo client's machine meets its adapters. */
import { echoClientMachine } from '../../machines/agency/echo.ts';
import { backOff } from '../../machines/agency/upload.ts';
import type { AgencyAdapters } from './agency.ts';

type EchoClientAdapters = Pick<AgencyAdapters, 'log' | 'signals' | 'socket' | 'random'>;

/** An echo client's statechart with the world around it. */
export const echoClientSystem = ({ log, signals, socket, random }: EchoClientAdapters) =>
  echoClientMachine.provide({
    actors: { signals, socket },
    actions: { log: (_, entry) => log.log(entry) },
    delays: { backOff: ({ context }) => backOff(context) * (0.5 + random() / 2) },
  });
