/** Where a fleet's machines meet their adapters: one process, one log, many agencies. */
import { fromCallback } from 'xstate';
import { agenciesOf, fleetMachine } from '../../machines/agency/fleet.ts';
import type { Log, SharedLog } from '../log/log.ts';
import { type AgencyAdapters, agencySystem } from './agency.ts';

/** A fleet's statechart with the world around it; the signals are the fleet's, which passes them on. */
export const fleetSystem = ({ log, signals, ...adapters }: AgencyAdapters & { log: SharedLog }) => {
  const logs = new Map<number, Log>();
  const logOf = (id: number): Log => {
    const known = logs.get(id) ?? log.of(id);
    logs.set(id, known);
    return known;
  };
  const agency = agencySystem({ ...adapters, log, logOf, signals: fromCallback(() => {}) });
  return fleetMachine.provide({
    actors: { signals, agencies: agenciesOf(agency) },
    actions: { log: (_, entry) => log.log(entry) },
  });
};
