import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LogEntry } from '../../machines/vocabulary/log.ts';
import { createLog } from '../../src/log/log.ts';

type LogOptions = Parameters<typeof createLog>[0];

/** What a log writes, read from a real file; entries of one list are logged together. */
export async function written(
  entries: readonly (LogEntry | readonly LogEntry[])[],
  options: Partial<LogOptions> = {},
): Promise<string> {
  const dir = mkdtempSync(join(tmpdir(), 'quiniela-log-'));
  const path = join(dir, 'log');
  const fd = openSync(path, 'a');
  try {
    const log = await createLog({ level: 'DEBUG', format: 'text', fd, ...options });
    for (const together of entries) log.log(...[together].flat());
    return readFileSync(path, 'utf8');
  } finally {
    closeSync(fd);
    rmSync(dir, { recursive: true });
  }
}

export const info = (details?: LogEntry['details']): LogEntry => ({
  level: 'info',
  action: 'receive_message',
  result: 'success',
  details,
});

export const logLine =
  /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d (DEBUG {3}|INFO {4}|WARNING |ERROR {3}|CRITICAL) action: \w+ \| result: (success|fail|in_progress)( \| \w+: [^|\n]*)*$/;

/** As the course's checks read a line: parts between `|`, each a key and a value. */
export function courseFields(line: string): [string, string][] {
  const [head = '', ...parts] = line.split('|');
  const start = head.indexOf('action:');
  return [head.slice(start), ...parts].map((part) => {
    const colon = part.indexOf(':');
    if (colon === -1) throw new Error(`no colon in ${JSON.stringify(part)}`);
    return [part.slice(0, colon).trim(), part.slice(colon + 1).trim()];
  });
}
