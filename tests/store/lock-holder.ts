/**
 * Locks a folder, says so, and holds it until it is killed: `node lock-holder.ts FOLDER [no-sockets | ends]`. The first: as
 * if the folder's file system had no sockets; the second: it has nothing else to do, and ends.
 */
import { StorageError } from '../../src/store/errors.ts';
import { lockFolder } from '../../src/store/lock.ts';
import { withoutSockets } from './without-sockets.ts';

try {
  const [folder, how] = process.argv.slice(2);
  await (how === 'no-sockets' ? lockFolder(folder!, withoutSockets) : lockFolder(folder!));
  console.log('held');
  if (how !== 'ends') setInterval(() => {}, 1000);
} catch (error) {
  console.log(error instanceof StorageError ? error.code : String(error));
}
