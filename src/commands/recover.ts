import { EXIT_PERMANENT } from '../../machines/exit-codes.ts';
import { nodeDisk } from '../store/disk.ts';
import { recoverFolder } from '../store/recover.ts';
import { tell } from './store-command.ts';

/** `quiniela recover DIR`: what a server refuses is told, or with `--force` mended; 2 while there is something to mend. */
export const run = (dir: string, { force = false }: { force?: boolean }): Promise<number> =>
  tell(async () => {
    const { isMended, lines } = await recoverFolder({ dir, disk: nodeDisk(), now: Date.now, force });
    return { lines, exitCode: isMended ? 0 : EXIT_PERMANENT };
  });
