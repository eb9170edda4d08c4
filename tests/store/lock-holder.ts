/**
 * Locks a folder, says so, and holds it until its end: `node lock-holder.ts FOLDER [no-sockets]`. The second: as if the
 * folder's file system had no sockets.
 */
import { StorageError } from '../../src/store/errors.ts';
import { lockFolder } from '../../src/store/lock.ts';
import { withoutSockets } from './without-sockets.ts';

try {
  const [folder, how] = process.argv.slice(2);
  await (how ? lockFolder(folder!, withoutSockets) : lockFolder(folder!));
  console.log('held');
  setInterval(() => {}, 1000);
} catch (error) {
  console.log(error instanceof StorageError ? error.code : String(error));
}
