/**
 * How this process ends. Node's own end waits for whatever is under way, and even `process.exit()` joins the threads
 * that read, write and look up names: on a disk that hangs, or a name server that does not answer, it never returns.
 */
import { EXIT_FAILED } from '../../machines/exit-codes.ts';
import { LEAVE_LOOK_MS, LEAVE_MS } from '../limits.ts';

/** Node's names for what its threads work on. */
const OF_A_THREAD = /^(FSReq|GetAddrInfo|GetNameInfo)/;

/** What may be left: the look-up of a name that nobody needs any more, and what does not keep a process alive. */
const IDLE = /^(GetAddrInfo|TTYWrap$|PipeWrap$)/;

/** Exit codes that are a signal's. */
const SIGNALS: ReadonlyMap<number, NodeJS.Signals> = new Map([
  [129, 'SIGHUP'],
  [130, 'SIGINT'],
  [143, 'SIGTERM'],
]);

/** Ends the process now, whatever hangs. */
export const leave = (exitCode: number): never => {
  if (process.getActiveResourcesInfo().some((name) => OF_A_THREAD.test(name))) abandonThreads(exitCode);
  process.exit(exitCode);
};

/** `execve` puts another program in this one's place, so its threads are gone; that program only ends, with our exit code. */
const abandonThreads = (exitCode: number): void => {
  process.exitCode = exitCode;
  // For those who have something left to do: the log writes what waits, and child processes are ended.
  process.emit('exit', exitCode);
  try {
    process.execve?.(process.execPath, [process.execPath, '-e', `process.exit(${exitCode})`], {});
  } catch {
    // Node's permission model, as in the containers, allows no other program: then only the kernel can end us.
  }
  // A signal without a listener ends us with the code of that signal. For other codes there is no signal.
  const signal = SIGNALS.get(exitCode) ?? 'SIGKILL';
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
};

/** Set if a root machine runs: its deadline holds even if somebody still reads its output. */
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
  // Node's own end takes a while, in which a signal would change the exit code.
  process.once('beforeExit', () => process.exit());
};
