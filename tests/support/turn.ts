/** Something that all test runs of a machine share is used by one at a time. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf } from '../../src/errors.ts';

/** Milliseconds between two looks: nothing tells of a folder that is gone. */
const PAUSE_MS = 100;

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

function ownerIsGone(owner: string): boolean {
  try {
    const pid = Number(readFileSync(owner, 'utf8'));
    return pid > 0 && !isAlive(pid);
  } catch {
    return false;
  }
}

/** Waits for its turn with what has this name. @returns what gives it up */
export async function takeTurn(name: string): Promise<() => void> {
  const folder = join(tmpdir(), `${name}.lock`);
  const owner = join(folder, 'pid');
  for (;;) {
    try {
      mkdirSync(folder);
      writeFileSync(owner, String(process.pid));
      return () => rmSync(folder, { recursive: true, force: true });
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
      if (ownerIsGone(owner)) rmSync(folder, { recursive: true, force: true });
      else await sleep(PAUSE_MS);
    }
  }
}
