import type { Log } from '../log.ts';

/** What was odd about the configuration and does not stop the program. */
export const logWarnings = (log: Log, warnings: readonly string[]): void => {
  for (const warning of warnings)
    log.log({ level: 'warn', action: 'config', result: 'success', details: { warning } });
};
