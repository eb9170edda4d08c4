/** All that a server needs if it is to be watched: loaded only then. */
import type { Log } from '../log/log.ts';
import type { Place } from './endpoint.ts';
import { endpointLater } from './later.ts';
import { ServerMeter } from './meters.ts';
import { type ServerRoot, watchServer } from './server.ts';

/** @param expiresAt when the first of its certificates is over; undefined: it has none */
export const metricsOfServer = (place: Place, log: Log, expiresAt?: () => Date) => {
  const meter = new ServerMeter();
  const endpoint = endpointLater(place, log);
  const watch = (root: ServerRoot) => endpoint.start(watchServer(root, meter, expiresAt));
  return { meter, listening: endpoint.ready, watch };
};
