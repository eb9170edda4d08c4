/**
 * The log: one line per entry on stdout, as text or as pino's JSON.
 *
 *     2026-11-23 12:00:00 INFO     action: config | result: success | port: 12345
 *
 * What was logged is out when the process dies, and it never throws or waits: a server outlives whoever was
 * reading its log.
 */

import type { LogEntry, LogLevel } from '../../machines/vocabulary/log.ts';
import type { AgencyLevel, LogFormat } from '../config/log-options.ts';
import { LOG_VALUE_CHARS } from '../limits.ts';
import { escapeValue } from '../printable.ts';
import { type LogDestination, LogOutput } from './log-output.ts';

export interface Log {
  /** Several entries are written at once. */
  log(...entries: readonly LogEntry[]): void;
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

/** Python's names, padded as its `%(levelname)-8s`. */
const LABELS: Readonly<Record<LogLevel, string>> = {
  debug: 'DEBUG   ',
  info: 'INFO    ',
  warn: 'WARNING ',
  error: 'ERROR   ',
  critical: 'CRITICAL',
};

export { escapeValue };

/** Local time as Python's logging has it; written anew once a second. */
function makeClock(): () => string {
  let second = Number.NaN;
  let text = '';
  const two = (part: number): string => String(part).padStart(2, '0');
  return () => {
    const now = Date.now();
    const nowSecond = Math.floor(now / 1000);
    if (nowSecond !== second) {
      second = nowSecond;
      const date = new Date(now);
      const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
      text = `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
    }
    return text;
  };
}

const clock = makeClock();

function textLine({ level, action, result, details }: LogEntry): string {
  let line = `${clock()} ${LABELS[level]} action: ${action} | result: ${result}`;
  for (const key in details) {
    const value = details[key];
    line += ` | ${key}: ${typeof value === 'string' ? escapeValue(value) : value}`;
  }
  return `${line}\n`;
}

/** A defect's second line, for who mends it. */
export const stackOf = ({ action, result, cause }: LogEntry): LogEntry => ({
  level: 'debug',
  action,
  result,
  details: { stack: cause instanceof Error ? (cause.stack ?? cause.message) : String(cause) },
});

/** The same with values of bounded length: a peer's are not to fill the disk. */
export const shortened = (entry: LogEntry): LogEntry => {
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
  details: { lost: lines, error: 'the log was not read' },
});

/**
 * Pino is loaded only if its JSON is wanted, as that delays a start: see docs/performance.md.
 *
 * @param options.level the least important level that is written
 * @param options.fd where to, stdout unless told
 */
export async function createLog(options: {
  level: AgencyLevel;
  format: LogFormat;
  fd?: number;
}): Promise<Log> {
  const level = THRESHOLDS[options.level];
  let log: Log;
  const destination = new LogOutput(options.fd ?? 1, (lines) => log.log(lost(lines)));
  if (options.format === 'json') {
    const { createJsonLog } = await import('./json-log.ts');
    log = createJsonLog({ level, levels: LEVELS, destination });
  } else {
    log = textLog(LEVELS[level], destination);
  }
  return log;
}

const textLog = (least: number, destination: LogDestination): Log => ({
  log(...entries) {
    let lines = '';
    for (const entry of entries) {
      if (LEVELS[entry.level] >= least) lines += textLine(shortened(entry));
      if (entry.cause !== undefined && LEVELS.debug >= least) lines += textLine(stackOf(entry));
    }
    if (lines !== '') destination.write(lines);
  },
});
