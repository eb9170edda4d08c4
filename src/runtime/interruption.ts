/** Signals to a command that has no machine: its work is aborted, and ends in order. A second one waits for nothing. */
import { exitOfSignal } from '../../machines/exit-codes.ts';
import { UserError } from '../errors.ts';
import { isHangUpIgnored } from './hang-up.ts';
import { leave } from './leave.ts';

const HEARD = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** From now on the first signal aborts this, with what `main` ends with: 128 and the signal's number. */
export const interruption = (): AbortSignal => {
  const ending = new AbortController();
  for (const name of HEARD) {
    if (name === 'SIGHUP' && isHangUpIgnored) continue;
    const exitCode = exitOfSignal(name);
    process.on(name, () => {
      if (!ending.signal.aborted)
        ending.abort(new UserError('INTERRUPTED', `interrupted by ${name}`, { exitCode }));
      // The shell and the kernel both say that the terminal is gone: two of those are no wish to hurry.
      else if (name !== 'SIGHUP') leave(exitCode);
    });
  }
  return ending.signal;
};

/** The exit code of what such a signal has aborted; undefined if it has not. */
export const exitOfInterruption = ({ aborted, reason }: AbortSignal): number | undefined =>
  aborted && reason instanceof UserError ? reason.exitCode : undefined;
