/**
 * How this process ends. Node's own end waits for whatever is under way, and even `process.exit()` joins the threads
 * that read, write and look up names: on a disk that hangs, or a name server that does not answer, it never returns.
 */
import { EXIT_FAILED } from '../../machines/exit-codes.ts';
import { LEAVE_LOOK_MS, LEAVE_MS } from '../limits.ts';

/** What Node calls a request that one of its threads is at. */
const OF_A_THREAD = /^(FSReq|GetAddrInfo|GetNameInfo)/;

/** A name that is looked up, of which nobody will make use any more, and what keeps no process. */
const IDLE = /^(GetAddrInfo|TTYWrap$|PipeWrap$)/;

/** Exit codes that are a signal's. */
const SIGNALS: ReadonlyMap<number, NodeJS.Signals> = new Map([
  [130, 'SIGINT'],
  [143, 'SIGTERM'],
]);

/** Ends the process now, whatever hangs. */
export const leave = (exitCode: number): never => {
  if (process.getActiveResourcesInfo().some((name) => OF_A_THREAD.test(name))) abandonThreads(exitCode);
  process.exit(exitCode);
};

/** Another program takes this one's place, and the threads are gone; it does nothing but end as we would have. */
const abandonThreads = (exitCode: number): void => {
  process.exitCode = exitCode;
  // Those who have last words say them here: the log, and who has child processes.
  process.emit('exit', exitCode);
  try {
    process.execve?.(process.execPath, [process.execPath, '-e', `process.exit(${exitCode})`], {});
  } catch {
    // Node's permission model, as in the containers, allows no other program: then only the kernel can end us.
  }
  // A signal that nobody listens to ends us with its own code; there is none for the others.
  const signal = SIGNALS.get(exitCode) ?? 'SIGKILL';
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
};

/** Set by a root machine: the deadline is its own, whoever reads what it says. */
let tellLate: (() => void) | undefined;

/** `tell` is called if, after this root machine's end, not everything closes within LEAVE_MS. */
export const tellWhenLate = (tell: () => void): void => {
  tellLate = tell;
};

/** A command may wait for a reader of its output who goes on page by page. */
const isRead = (): boolean => process.stdout.writableLength > 0 || process.stderr.writableLength > 0;

/** Nothing is under way but names that are looked up, which cannot be given up. */
const isOnlyLookingUp = (): boolean => {
  const names = process.getActiveResourcesInfo();
  return names.some((name) => name.startsWith('GetAddrInfo')) && names.every((name) => IDLE.test(name));
};

/** Ends the process as soon as nothing is under way, and after LEAVE_MS in any case, as then something hangs. */
export const leaveSoon = (exitCode: number): void => {
  process.exitCode = exitCode;
  // Where no other program may take this one's place, only a signal could end it: see above.
  if (!process.permission) {
    setInterval(() => {
      if (isOnlyLookingUp() && !isRead()) leave(exitCode);
    }, LEAVE_LOOK_MS).unref();
  }
  const lookAgain = () => {
    if (!tellLate && isRead()) return leaveSoon(exitCode);
    tellLate?.();
    leave(exitCode || EXIT_FAILED);
  };
  setTimeout(lookAgain, LEAVE_MS).unref();
  // Node takes itself down handle by handle: for so long a signal would be the kernel's to answer, with its own code.
  process.once('beforeExit', () => process.exit());
};
