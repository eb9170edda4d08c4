/** Running one command of the program, to the exit code of its process. */
import { EXIT_FAILED } from '../../machines/exit-codes.ts';
import { UserError } from '../errors.ts';
import { escapeMessage } from '../printable.ts';
import { tellDefect } from './defects.ts';
import { leaveSoon } from './leave.ts';
import { isOfRemovedFolder, REMOVED_FOLDER } from './removed-folder.ts';
import { catchUnwritten, failIfUnwritten } from './unwritten.ts';

type Run = () => Promise<number>;

/** Runs a command. What it returns is the exit code of the process; a user's mistake is told in one line. */
export const exitWith = async (run: Run): Promise<void> => {
  try {
    leaveSoon(await run());
  } catch (error) {
    const mistake = isOfRemovedFolder(error) ? REMOVED_FOLDER : error;
    if (mistake instanceof UserError) console.error(`quiniela: ${escapeMessage(mistake.message)}`);
    else tellDefect(mistake);
    leaveSoon(mistake instanceof UserError ? mistake.exitCode : EXIT_FAILED);
  }
};

/** The same for a command that only answers on stdout: it ends with 1 as soon as that cannot be written. */
export const answer = (run: Run): Promise<void> => {
  catchUnwritten();
  return exitWith(run);
};

/** The same for a command that does more than answer: it does its work, and ends with 1 if its answer could not be written. */
export const work = (run: Run): Promise<void> => {
  failIfUnwritten();
  return exitWith(run);
};
