/** Where a program answers those who watch it: the same keys of the server and of an agency. */
import type { KeyTable } from './keys.ts';
import { host, port } from './values.ts';

export type MetricsConfig = {
  /** Undefined: nowhere. */
  metricsPort: number | undefined;
  metricsHost: string;
};

export const METRICS_KEYS: KeyTable<MetricsConfig> = {
  metricsPort: {
    path: 'METRICS_PORT',
    variable: 'METRICS_PORT',
    type: port,
    defaultText: 'none',
    about: 'HTTP port of /metrics, /livez and /readyz; 0 takes any free one, which the log tells',
  },
  // It tells no secrets, but not everybody need know it.
  metricsHost: {
    path: 'METRICS_HOST',
    variable: 'METRICS_HOST',
    type: host,
    default: '127.0.0.1',
    about: 'address for METRICS_PORT; by default only this machine reaches it',
  },
};

/** Where it is, if anywhere. */
export const metricsPlace = ({ metricsPort: port, metricsHost: host }: MetricsConfig) =>
  port === undefined ? undefined : { host, port };
