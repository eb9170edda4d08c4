import type { Log } from './log.ts';

/** Warns of what is odd about the configuration and does not stop the program. */
export const logWarnings = (log: Log, warnings: readonly string[]): void => {
  for (const warning of warnings)
    log.log({ level: 'warn', action: 'config', result: 'success', details: { warning } });
};
