import { nodeDisk } from '../store/disk.ts';
import { StorageError } from '../store/errors.ts';
import { verifyDraw } from '../store/verify.ts';

/** `quiniela verify DIR`: checks a draw's folder without a server; 2 at the first byte that is not as it was. */
export const run = async (dir: string): Promise<number> => {
  try {
    const { lines } = await verifyDraw(dir, nodeDisk());
    for (const line of lines) console.log(line);
    return 0;
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    console.error(error.message);
    return error.exitCode;
  }
};
