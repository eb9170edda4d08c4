/** Exit codes. They tell whoever restarts a process whether that can help. */

/** A restart may help: the server was gone, the disk was full. */
export const EXIT_FAILED = 1;

/** A restart cannot help, only a person can: configuration, damage, a lock, a file that is not there. */
export const EXIT_PERMANENT = 2;

/** Of many agencies in one process: if a restart helps even one, it is worth it, so 1 is worse than 2. */
const SEVERITY = [0, EXIT_PERMANENT, EXIT_FAILED];

/** The exit code of two processes in one. */
export const worseExit = (a: number, b: number): number =>
  SEVERITY.indexOf(a) > SEVERITY.indexOf(b) ? a : b;

/** The exit code that an error asks for. Those that src throws carry one: they know if a restart may help. */
export const exitCodeOf = (error: unknown): number =>
  error instanceof Error && 'exitCode' in error && typeof error.exitCode === 'number'
    ? error.exitCode
    : EXIT_FAILED;

/** The exit code of a process that a signal stopped: 128 plus the signal's number, as shells expect. */
export const exitOfSignal = (signal: 'SIGHUP' | 'SIGINT' | 'SIGTERM'): number =>
  ({ SIGHUP: 129, SIGINT: 130, SIGTERM: 143 })[signal];
