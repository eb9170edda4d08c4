/**
 * The log: one line per entry on stdout, written by pino, as text or as its JSON.
 *
 *     2026-11-23 12:00:00 INFO     action: config | result: success | port: 12345
 *
 * What was logged is out when the process dies, and it never throws or waits: a server outlives whoever was
 * reading its log.
 */
import { type Logger, pino } from 'pino';
import type { LogEntry } from '../../machines/vocabulary/log.ts';
import type { AgencyLevel, LogFormat } from '../config/log-options.ts';
import { LOG_VALUE_CHARS } from '../limits.ts';
import { escapeJson } from '../printable.ts';
import { LogOutput } from './log-output.ts';
import { textOf, toTextLine } from './text-line.ts';

export interface Log {
  /** Several entries are written at once. */
  log(...entries: readonly LogEntry[]): void;
}

/** A log of many agencies. */
export interface SharedLog extends Log {
  /** Its lines say whose they are. */
  of(client_id: number): Log;
}

/** Pino's numbers; `notice` is a threshold only, nothing is logged at it. */
const LEVELS = { debug: 20, info: 30, notice: 35, warn: 40, error: 50, critical: 60 } as const;

const THRESHOLDS: Readonly<Record<AgencyLevel, keyof typeof LEVELS>> = {
  DEBUG: 'debug',
  INFO: 'info',
  NOTICE: 'notice',
  WARNING: 'warn',
  ERROR: 'error',
  CRITICAL: 'critical',
};

type Level = keyof typeof LEVELS;

/** A defect's second line, for who mends it. */
const stackOf = ({ action, result, cause }: LogEntry): LogEntry => ({
  level: 'debug',
  action,
  result,
  details: { stack: cause instanceof Error ? (cause.stack ?? cause.message) : String(cause) },
});

/** The same with values of bounded length: a peer's are not to fill the disk. */
const shortened = (entry: LogEntry): LogEntry => {
  const { details } = entry;
  for (const key in details) {
    const value = details[key];
    if (typeof value === 'string' && value.length > LOG_VALUE_CHARS) {
      const short = Object.entries(details).map(([name, value]) => [name, shortValue(value)]);
      return { ...entry, details: Object.fromEntries(short) };
    }
  }
  return entry;
};

const shortValue = (value: string | number): string | number =>
  typeof value === 'string' && value.length > LOG_VALUE_CHARS
    ? `${value.slice(0, LOG_VALUE_CHARS).toWellFormed()}…`
    : value;

/** Said once lines are written again. */
const lost = (lines: number): LogEntry => ({
  level: 'warn',
  action: 'log',
  result: 'fail',
  details: { lost: lines, error: 'the log was not read, or could not be written' },
});

/**
 * @param options.level the least important level that is written
 * @param options.fd where to, stdout unless told
 */
export function createLog(options: { level: AgencyLevel; format: LogFormat; fd?: number }): SharedLog {
  const isText = options.format === 'text';
  const output = new LogOutput(options.fd ?? 1, (lines) => log.log(lost(lines)));
  /** The lines of the entries that are being logged: they are written together. */
  let lines = '';
  const logger = pino(
    {
      level: THRESHOLDS[options.level],
      customLevels: LEVELS,
      useOnlyCustomLevels: true,
      base: null,
      hooks: { streamWrite: isText ? toTextLine : escapeJson },
    },
    {
      write(line) {
        lines += line;
      },
    },
  );
  const logTo = (to: Logger<Level>, whose: LogEntry['details'] = {}): Log => {
    const write = (entry: LogEntry) => {
      const { level, action, result } = entry;
      if (!to.isLevelEnabled(level)) return;
      const details = entry.details && without(entry.details, whose);
      if (isText) to[level](textOf({ ...entry, details }, whose));
      else to[level]({ action, result, ...details });
    };
    return {
      log(...entries) {
        for (const entry of entries) {
          write(shortened(entry));
          if (entry.cause !== undefined) write(stackOf(entry));
        }
        if (lines === '') return;
        const together = lines;
        lines = '';
        output.write(together);
      },
    };
  };
  const log: SharedLog = {
    ...logTo(logger),
    of: (client_id) => logTo(logger.child({ client_id }), { client_id }),
  };
  return log;
}

/** What the logger says itself is not said twice. */
const without = (details: NonNullable<LogEntry['details']>, whose: LogEntry['details']) => {
  const isSaid = (key: string) => whose !== undefined && key in whose;
  if (!Object.keys(whose ?? {}).some((key) => key in details)) return details;
  return Object.fromEntries(Object.entries(details).filter(([key]) => !isSaid(key)));
};
