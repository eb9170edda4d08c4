import { nodeDisk } from '../store/disk.ts';
import { withAdvice } from '../store/errors.ts';
import { verifyDraw } from '../store/verify.ts';
import { tell } from './store-command.ts';

/** `quiniela verify DIR`: checks a draw's folder without a server; 2 at the first byte that is not as it was. */
export const run = (dir: string): Promise<number> =>
  tell(async () => {
    try {
      return { lines: (await verifyDraw(dir, nodeDisk())).lines, exitCode: 0 };
    } catch (error) {
      throw withAdvice(error, dir);
    }
  });
