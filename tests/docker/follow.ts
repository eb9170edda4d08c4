/** `docker compose logs -f`, read line by line as the course's own tests do. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { stripVTControlCharacters } from 'node:util';
import { PATIENCE_MS } from './system.ts';

type Line = { service: string; text: string };

const PREFIX = /^(\S+)\s*\| (.*)$/;

/**
 * Reads until `isEnough` answers true.
 *
 * @throws if the logs end or the time is over before that; the message ends with the last lines
 */
export async function followUntil(file: string, isEnough: (line: Line) => boolean): Promise<void> {
  const child = spawn('docker', ['compose', '-f', file, 'logs', '-f'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const timer = setTimeout(() => child.kill(), PATIENCE_MS);
  const last: string[] = [];
  try {
    // Compose begins each line with "erase this line", on a terminal or not.
    for await (const raw of createInterface({ input: child.stdout })) {
      const text = stripVTControlCharacters(raw);
      const [, service, rest] = PREFIX.exec(text) ?? [];
      last.push(text);
      if (last.length > 30) last.shift();
      if (service !== undefined && rest !== undefined && isEnough({ service, text: rest })) return;
    }
  } finally {
    clearTimeout(timer);
    child.kill();
  }
  throw new Error(`what was waited for did not come within ${PATIENCE_MS} ms:\n${last.join('\n')}`);
}
