/** All that an agency's process needs if it is to be watched: loaded only then. */
import type { SharedLog } from '../log/log.ts';
import { type AgencyRoot, type FleetRoot, watchAgency, watchFleet } from './agencies.ts';
import type { Place } from './endpoint.ts';
import { endpointLater } from './later.ts';
import { AgencyMeter } from './meters.ts';

/** @param expiresAt when the first of their certificates is over; undefined: they have none */
export const metricsOfAgencies = (place: Place, log: SharedLog, expiresAt?: () => Date) => {
  const meter = new AgencyMeter();
  const { start } = endpointLater(place, log);
  return {
    log: meter.log(log),
    watchAgency: (root: AgencyRoot) => start(watchAgency(root, meter, expiresAt)),
    watchFleet: (root: FleetRoot) => start(watchFleet(root, meter, expiresAt)),
  };
};
