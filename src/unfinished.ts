/**
 * The names of files that are not whole yet: nobody takes them for what they are to be, and what a killed process has left
 * is known by its process id. Only on one machine: from another container a process is not seen.
 */
import { nanoid } from 'nanoid';
import { codeOf } from './errors.ts';

/** Letters by which two files of one process differ. */
const ID_CHARS = 6;
const UNFINISHED = /^(.+)\.(\d+)\.[\w-]+\.unfinished$/;

/** What a file is called until it is whole: as no other is. */
export const unfinishedName = (name: string): string =>
  `${name}.${process.pid}.${nanoid(ID_CHARS)}.unfinished`;

/**
 * Which of a folder's files dead processes have left before they were whole: nobody else would ever remove them.
 *
 * @param isOurs whether we write files of that name
 */
export const leftovers = (names: readonly string[], isOurs: (name: string) => boolean): string[] =>
  names.filter((name) => {
    const [, whole = '', pid] = UNFINISHED.exec(name) ?? [];
    return pid !== undefined && isOurs(whole) && !isRunning(Number(pid));
  });

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) !== 'ESRCH';
  }
}
