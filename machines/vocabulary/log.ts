/** What machines have written to the log. */
import type { SessionFault } from './wire.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'critical';

/** One log line: `action: <action> | result: <result> | key: value | …`. */
export type LogEntry = {
  level: LogLevel;
  action: string;
  result: 'success' | 'fail' | 'in_progress';
  details?: Readonly<Record<string, string | number>> | undefined;
  /** May be left out, and counted, when there are too many: strangers and refusals cause it. */
  isSpare?: true;
  /** Why a session was ended, for who counts: the line may be left out. */
  fault?: SessionFault;
  /** A defect's error: its stack is logged at level debug, for who mends it. */
  cause?: unknown;
};
