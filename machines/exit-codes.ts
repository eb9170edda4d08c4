/** What a process ends with: whoever starts it again must know if that can help. */

/** A restart may help: the server was gone, the disk was full. */
export const EXIT_FAILED = 1;

/** Only a person can mend it: configuration, damage, a lock, a file that is not there. Not to be restarted. */
export const EXIT_PERMANENT = 2;

/** A restart that helps one of many is worth it: 1 is worse than 2. */
const SEVERITY = [0, EXIT_PERMANENT, EXIT_FAILED];

/** The exit code of two processes in one. */
export const worseExit = (a: number, b: number): number =>
  SEVERITY.indexOf(a) > SEVERITY.indexOf(b) ? a : b;

/** Of an error that ends a process: those of src know if a restart may help. */
export const exitCodeOf = (error: unknown): number =>
  error instanceof Error && 'exitCode' in error && typeof error.exitCode === 'number'
    ? error.exitCode
    : EXIT_FAILED;

/** Of a process that a signal ended before its time: 128 and the signal's number, as shells expect it. */
export const exitOfSignal = (signal: 'SIGTERM' | 'SIGINT'): number => (signal === 'SIGINT' ? 130 : 143);
