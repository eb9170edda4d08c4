/**
 * When the endpoint is opened: once the program says that it is ready, so that its code is loaded after that, or METRICS_LATE_MS
 * after the start, as a server that recovers a large folder is asked meanwhile whether it is alive.
 */
import { METRICS_LATE_MS } from '../limits.ts';
import type { Log } from '../log/log.ts';
import type { Place } from './endpoint.ts';
import type { Watched } from './watched.ts';

type Later = {
  /** An agency, which nobody calls, never says it. */
  ready: () => void;
  /** @returns what ends it */
  start: (watched: Watched) => () => void;
};

export const endpointLater = (place: Place, log: Log): Later => {
  const { promise, resolve } = Promise.withResolvers<void>();
  return {
    ready: resolve,
    start(watched) {
      const late = setTimeout(resolve, METRICS_LATE_MS);
      const opened = promise
        .then(() => import('./endpoint.ts'))
        .then(({ openEndpoint }) => openEndpoint(place, watched, log));
      return () => {
        clearTimeout(late);
        void opened.then((close) => close());
      };
    },
  };
};
