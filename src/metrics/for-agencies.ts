/** All that an agency's process needs if it is to be watched: loaded only then. */
import type { SharedLog } from '../log/log.ts';
import { type AgencyRoot, type FleetRoot, watchAgency, watchFleet } from './agencies.ts';
import type { Place } from './endpoint.ts';
import { endpointLater } from './later.ts';
import { AgencyMeter } from './meters.ts';

export const metricsOfAgencies = (place: Place, log: SharedLog) => {
  const meter = new AgencyMeter();
  const { start } = endpointLater(place, log);
  return {
    log: meter.log(log),
    watchAgency: (root: AgencyRoot) => start(watchAgency(root, meter)),
    watchFleet: (root: FleetRoot) => start(watchFleet(root, meter)),
  };
};
