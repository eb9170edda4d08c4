/**
 * What crosses the demo's machine and its adapters: child processes on one side, the screen on the other.
 * A file of types only.
 */
import type { LogEntry } from './log.ts';
import type { ProgramEvent } from './program.ts';

/** A child process; also the id of its actor. A fleet is all agencies in one process. */
export type Who = 'server' | 'fleet' | `agency-${number}`;

/** A line of a child's log; `time` in milliseconds since 1970, as the child saw it. */
export type LoggedEntry = LogEntry & { time: number };

export type ProcessEvent =
  | { type: 'process.started'; who: Who; time: number }
  /** One event per read of the child's output, with all the log lines in it. */
  | { type: 'process.logged'; who: Who; entries: readonly LoggedEntry[] }
  /** Lines that are no log: what Node or the program said on stderr. */
  | { type: 'process.wrote'; who: Who; lines: readonly string[] }
  /** It has ended, and all that it said was told. */
  | { type: 'process.exited'; who: Who; code: number | null; signal: string | null }
  /** It could not be started. */
  | { type: 'process.errored'; who: Who; reason: string };

export type ProcessCommand = { type: 'process.stop'; signal: 'SIGTERM' | 'SIGKILL' };

/** What one child is started with. */
export type ProcessInput = {
  who: Who;
  /** Of all, how many agencies the server waits for. */
  agencies: number;
  /** Where the server listens; 0 as long as nobody knows. */
  port: number;
};

export type DemoEvent = ProcessEvent | ProgramEvent;

/** The agencies' files. */
export type DemoFiles = {
  folder: string;
  /** By agency, from agency 1. */
  rows: readonly number[];
  /** Agencies whose file was not there and was made. */
  made: readonly number[];
  /** Rows that a made file has; undefined where the folder is the user's and nothing is made. */
  asked: number | undefined;
};

/** What the draw's folder says, read anew. */
export type StoredDraw = {
  isOver: boolean;
  bets: number;
  agencies: ReadonlyMap<number, { stored: number; winners: number | undefined }>;
};

/** One agency's row of the last table. */
export type ResultRow = {
  agency: number;
  sent: number;
  stored: number;
  /** As the agency was told. */
  winners: number | undefined;
};

export type Result = {
  rows: readonly ResultRow[];
  /** Milliseconds from the agencies' start to the last winner. */
  ms: number;
};

/** Where an agency's upload is. */
export type Progress = { agency: number; sent: number; rows: number; winners: number | undefined };

/** What the screen is told to show; how is the screen's business. */
export type ScreenCommand =
  | { type: 'line'; text: string }
  | { type: 'error'; text: string }
  | { type: 'progress.open'; agencies: readonly Progress[] }
  | { type: 'progress.change'; progress: Progress }
  | { type: 'progress.close' }
  | { type: 'result'; result: Result }
  /** Where the bets are, and what can be typed next. */
  | { type: 'nextSteps' };
