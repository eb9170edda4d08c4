/** The names of the containers are fixed, so on one machine only one test run may use them at a time. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf } from '../../src/errors.ts';

const FOLDER = join(tmpdir(), 'quiniela-docker-tests.lock');
const OWNER = join(FOLDER, 'pid');

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

function ownerIsGone(): boolean {
  try {
    const pid = Number(readFileSync(OWNER, 'utf8'));
    return pid > 0 && !isAlive(pid);
  } catch {
    return false;
  }
}

/** Waits for its turn. @returns what gives it up */
export async function takeTurn(): Promise<() => void> {
  for (;;) {
    try {
      mkdirSync(FOLDER);
      writeFileSync(OWNER, String(process.pid));
      return () => rmSync(FOLDER, { recursive: true, force: true });
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
      if (ownerIsGone()) rmSync(FOLDER, { recursive: true, force: true });
      else await sleep(500);
    }
  }
}
