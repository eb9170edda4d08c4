/**
 * A mistake of the user's, not of the program's: a bad option, a bad value, a file that is not there.
 *
 * `main` prints its message as one line, without a stack, and exits 1; every other error is a defect and
 * keeps its stack. Messages say what was attempted, quote the value, and say what is allowed.
 */
export class UserError extends Error {
  override readonly name = 'UserError';
  /** Stable, for programs and tests: `CONFIG_VALUE`, `ARGUMENT`, … */
  readonly code: string;

  constructor(code: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** The `code` of a Node system error (`ENOENT`, …), or undefined where there is none. */
export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
