import { constants } from 'node:os';
import { EXIT_FAILED, EXIT_PERMANENT } from '../machines/exit-codes.ts';

/**
 * A mistake of the user's, not of the program's: a bad option, a bad value, a file that is not there.
 *
 * `main` prints its message as one line, without a stack, and ends with its exit code; every other error is a
 * defect and keeps its stack. Messages say what was attempted, quote the value, and say what is allowed.
 */
export class UserError extends Error {
  override readonly name = 'UserError';
  /** Stable, for programs and tests: `CONFIG_VALUE`, `ARGUMENT`, … */
  readonly code: string;
  /** EXIT_PERMANENT, since the same command makes the same mistake again; unless the system may think otherwise. */
  readonly exitCode: number;

  constructor(code: string, message: string, options: { cause?: unknown; exitCode?: number } = {}) {
    super(message, options);
    const { cause, exitCode } = options;
    const ofCause = cause instanceof Error && 'syscall' in cause ? systemExitCode(cause) : EXIT_PERMANENT;
    this.code = code;
    this.exitCode = exitCode ?? ofCause;
  }
}

/** What Node says of an error that its own library has no name for; the system has: 122 is EDQUOT on Linux. */
const NAMELESS = /^Unknown system error -(\d+)/;

const nameOf = (code: string): string => {
  const [, number] = NAMELESS.exec(code) ?? [];
  if (number === undefined) return code;
  return Object.entries(constants.errno).find(([, errno]) => errno === Number(number))?.[0] ?? code;
};

/** The `code` of a Node system error (`ENOENT`, …), or undefined if there is none. */
export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? nameOf(error.code)
    : undefined;

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EDQUOT: 'the quota of the disk is used up',
  EEXIST: 'something of that name is there',
  EFBIG: 'a file may not be so large here',
  EISDIR: 'it is a folder',
  ELOOP: 'too many links',
  EMFILE: 'this process has too many files open (ulimit -n)',
  ENAMETOOLONG: 'the name is too long',
  ENFILE: 'too many files are open on this machine',
  ENOENT: 'it does not exist',
  ENOSPC: 'no space left',
  ENOTDIR: 'what should be a folder is none',
  EPERM: 'not permitted',
  EROFS: 'the file system is read-only',
  ERR_ACCESS_DENIED: 'this process may not read or write there (--allow-fs-read, --allow-fs-write)',
};

/** An error's own words. */
export const messageOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  if (!NAMELESS.test(error.message)) return error.message;
  const code = codeOf(error) ?? '';
  return `${code}: ${REASONS[code] ?? error.message}`;
};

/** Why the system refused, in words that people know; else the error's own. */
export const reasonOf = (error: unknown): string => REASONS[codeOf(error) ?? ''] ?? messageOf(error);

/** What the system refuses today and tomorrow alike; a full disk or a port in use it may allow again. */
const PERMANENT_SYSTEM_CODES: ReadonlySet<string> = new Set([
  'EACCES',
  'EEXIST',
  'EISDIR',
  'ELOOP',
  'ENAMETOOLONG',
  'ENOENT',
  'ENOTDIR',
  'EPERM',
  'EROFS',
  'ERR_ACCESS_DENIED', // Node's permission model
]);

/** The exit code of a process that a system error ends, or a UserError that says its own. */
export const systemExitCode = (error: unknown): number => {
  if (error instanceof UserError) return error.exitCode;
  return PERMANENT_SYSTEM_CODES.has(codeOf(error) ?? '') ? EXIT_PERMANENT : EXIT_FAILED;
};
