import { escapeMessage } from '../printable.ts';
import { StorageError } from '../store/errors.ts';

/** Runs what looks at or changes a draw's folder, and says what came of it. @returns the exit code */
export const tell = async (
  run: () => Promise<{ lines: readonly string[]; exitCode: number }>,
): Promise<number> => {
  try {
    const { lines, exitCode } = await run();
    for (const line of lines) console.log(escapeMessage(line));
    return exitCode;
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    console.error(`quiniela: ${escapeMessage(error.message)}`);
    return error.exitCode;
  }
};
