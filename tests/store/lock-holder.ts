/** Locks a folder, says so, and holds it until its end: `node lock-holder.ts FOLDER`. */
import { StorageError } from '../../src/store/errors.ts';
import { lockFolder } from '../../src/store/lock.ts';

try {
  await lockFolder(process.argv[2]!);
  console.log('held');
  setInterval(() => {}, 1000);
} catch (error) {
  console.log(error instanceof StorageError ? error.code : String(error));
}
