/** The folder that this process runs in may be removed before it starts, or while it runs. */
import { UserError } from '../errors.ts';

/** Whether it was asked for the folder that the error is thrown: most functions that take a path ask for it. */
export const isOfRemovedFolder = (error: unknown): boolean =>
  error instanceof Error && 'syscall' in error && error.syscall === 'uv_cwd';

export const REMOVED_FOLDER = new UserError(
  'FOLDER',
  'cannot work in this folder: it was removed, or another one has its name by now; cd to one that is there',
);
