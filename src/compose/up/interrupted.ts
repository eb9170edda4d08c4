/** Ctrl-C: whatever runs below hears it too and fails of it, which is no fault to tell of. */
import { setImmediate } from 'node:timers/promises';
import { exitOfSignal } from '../../../machines/exit-codes.ts';
import { exitOfInterruption } from '../../runtime/interruption.ts';

export const INTERRUPTED = exitOfSignal('SIGINT');

/** Has it been typed? Also while a command was waited for that lets nothing else run: it is heard a whole turn later. */
export async function isInterrupted(signal: AbortSignal): Promise<boolean> {
  await setImmediate();
  await setImmediate();
  return signal.aborted;
}

type Options = { say: (line: string) => void; signal: AbortSignal };

/** @returns the exit code of what runs, or of an interruption, which is said */
export async function interruptible({ say, signal }: Options, run: () => Promise<number>): Promise<number> {
  let code = INTERRUPTED;
  try {
    code = await run();
  } catch (error) {
    if (!(await isInterrupted(signal))) throw error;
  }
  const interrupted = exitOfInterruption(signal) ?? INTERRUPTED;
  if (code !== INTERRUPTED && code !== interrupted) return code;
  say('Interrupted: make up goes on, make down removes what is there');
  return interrupted;
}
