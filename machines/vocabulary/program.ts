/** Between a root machine and its process. */

export type SignalEvent = { type: 'signal.received'; signal: 'SIGTERM' | 'SIGINT' };

/** What stands in files is to be read again: SIGHUP. */
export type ReloadEvent = { type: 'reload.asked' };

/** What a whole process hears of: signals, and a defect that no actor can be blamed for (an exception outside of them). */
export type ProgramEvent = SignalEvent | { type: 'program.broken'; error: unknown };

/** What a root machine ends with: the process's exit code, see exit-codes.ts. A final state with the tag `atOnce`
 * waits for nothing that is still under way. */
export type ExitOutput = { exitCode: number };
