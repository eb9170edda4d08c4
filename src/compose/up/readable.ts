/** May the containers' user read what is mounted? Files of umask 077, or of somebody else, it may not. */
import { type Stats, statSync } from 'node:fs';
import { UserError } from '../../errors.ts';
import { inQuotes } from '../../to-type.ts';
import type { MountView } from '../engine.ts';

/** The images' user `node`, and its group. */
export const USER = 1000;

const OWNER_BITS = { read: 0o400, enter: 0o100 };
const GROUP_BITS = { read: 0o040, enter: 0o010 };
const OTHER_BITS = { read: 0o004, enter: 0o001 };

export function may(what: 'read' | 'enter', { mode, uid, gid }: Stats, view: MountView): boolean {
  if (view === 'anyone') return true;
  const isUser = view === 'user';
  const bits = isUser && uid === USER ? OWNER_BITS : isUser && gid === USER ? GROUP_BITS : OTHER_BITS;
  return (mode & bits[what]) !== 0;
}

/** As many are named; a thousand would be no message. */
const NAMED = 5;

/**
 * @param files that are mounted, or stand in the mounted folder
 * @param folder that is mounted; undefined if none is
 * @throws {UserError} `MOUNT`, with the command that mends it
 */
export function checkReadable(files: readonly string[], folder: string | undefined, view: MountView): void {
  const closed = files.filter((file) => !may('read', statSync(file), view));
  const isShut = folder !== undefined && !may('enter', statSync(folder), view);
  if (closed.length === 0 && !isShut) return;
  const shown = [...(isShut ? [folder] : []), ...closed].slice(0, NAMED);
  const more = closed.length + Number(isShut) - shown.length;
  const user = view === 'user' ? `user ${USER}` : 'a user of their own';
  // Capital X: whatever is a folder may be entered, and no file becomes a program.
  const mend = `chmod a+rX ${more > 0 && folder !== undefined ? `-R ${inQuotes(folder)}` : shown.map(inQuotes).join(' ')}`;
  const text = `the containers run as ${user}, who may not read ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}: ${mend}`;
  throw new UserError('MOUNT', text);
}
