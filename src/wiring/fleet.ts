/** Where a fleet's machines meet their adapters: one process, one log, many agencies. */
import { fromCallback } from 'xstate';
import { agenciesOf, fleetMachine } from '../../machines/agency/fleet.ts';
import type { LogEntry } from '../../machines/vocabulary/log.ts';
import { type AgencyAdapters, agencySystem } from './agency.ts';

/** In a log of many, each line says whose it is. */
const ofAgency = (entry: LogEntry, client_id: number): LogEntry => ({
  ...entry,
  details: { client_id, ...entry.details },
});

/** A fleet's statechart with the world around it; the signals are the fleet's, which passes them on. */
export const fleetSystem = ({ log, signals, ...adapters }: AgencyAdapters) => {
  const agency = agencySystem({ ...adapters, log, signals: fromCallback(() => {}) }).provide({
    actions: {
      log: ({ context }, entry) => log.log(ofAgency(entry, context.id)),
      logAll: ({ context }, entries) => log.log(...entries.map((entry) => ofAgency(entry, context.id))),
    },
  });
  return fleetMachine.provide({
    actors: { signals, agencies: agenciesOf(agency) },
    actions: { log: (_, entry) => log.log(entry) },
  });
};
