/** The log as pino's JSON, one object a line. */
import { pino } from 'pino';
import type { LogEntry } from '../../machines/vocabulary/log.ts';
import { ACTING } from '../printable.ts';
import { type Log, shortened, stackOf } from './log.ts';
import type { LogDestination } from './log-output.ts';

// What is below U+0020 JSON escapes itself.
const UNSAFE_IN_JSON = new RegExp(`(?!\\n)[${ACTING}]`, 'g');

const escapeChar = (char: string): string => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;

export function createJsonLog<TLevels extends Record<string, number>>({
  level,
  levels,
  destination,
}: {
  /** The least important one that is written. */
  level: keyof TLevels & string;
  levels: TLevels;
  destination: LogDestination;
}): Log {
  const logger = pino(
    {
      level,
      customLevels: levels,
      useOnlyCustomLevels: true,
      base: null,
      hooks: { streamWrite: (json) => json.replace(UNSAFE_IN_JSON, escapeChar) },
    },
    destination,
  );
  const write = ({ level, action, result, details }: LogEntry) =>
    logger[level]!({ action, result, ...details });
  return {
    log(...entries) {
      for (const entry of entries) {
        write(shortened(entry));
        if (entry.cause !== undefined) write(stackOf(entry));
      }
    },
  };
}
