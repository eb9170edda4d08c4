/**
 * What crosses the demo's machine and its adapters: child processes on one side, the screen on the other.
 * A file of types only.
 */
import type { LabAnswer, LabEvent, ProcessOrder } from './lab.ts';
import type { ProgramEvent, SignalEvent } from './program.ts';

/** The first of several servers has no number. */
export type ServerName = 'server' | `server-${number}`;

/** A child process; also the id of its actor. A fleet is all agencies in one process. */
export type Who = ServerName | 'fleet' | `agency-${number}`;

/** What an agency's log tells anew: bets that the server has acknowledged since, and what it knows now. */
export type Advance = {
  agency: number;
  sent: number;
  skipped: number | undefined;
  winners: number | undefined;
  /** When it was told its winners: milliseconds since 1970. */
  toldAt: number | undefined;
};

/** Lines that tell of trouble, of a process or of an agency in it. */
export type Complaint = { of: Who; lines: readonly string[] };
export type Troubles = ReadonlyMap<Who, readonly string[]>;

/** The process has ended, and all of its output was told. */
export type ProcessExit = { type: 'process.exited'; who: Who; code: number | null; signal: string | null };

export type ProcessEnd =
  | ProcessExit
  /** The process could not be started. */
  | { type: 'process.errored'; who: Who; reason: string };

/** One event for each read of the child's output, whatever the number of lines and agencies in it. */
export type ProcessEvent =
  | { type: 'process.started'; who: Who; time: number }
  | { type: 'process.complained'; who: Who; complaints: readonly Complaint[] }
  | { type: 'process.listening'; who: ServerName; port: number }
  | { type: 'process.drawn'; who: ServerName }
  | { type: 'process.advanced'; who: Who; agencies: readonly Advance[] }
  /** Agencies of a fleet have ended before their time; the fleet itself would wait for the others. */
  | { type: 'process.failed'; who: 'fleet'; agencies: readonly Who[] }
  /** To an order. */
  | ({ type: 'process.answered'; who: Who } & LabAnswer)
  | ProcessEnd;

export type ProcessCommand =
  | { type: 'process.stop'; signal: 'SIGTERM' | 'SIGKILL' }
  /** A person wants this of the process, whatever follows. It is answered. */
  | { type: 'process.order'; id: number; order: ProcessOrder };

/** What one child is started with. */
export type ProcessInput = {
  who: Who;
  /** How many agencies the server waits for. */
  agencies: number;
  /** Where the servers listen: none as long as nobody knows. */
  ports: readonly number[];
  /** Where this server listened before it was started again; undefined: it takes any port. */
  port: number | undefined;
  /** Rows of the longest file of its agencies. */
  rows: number;
  /** Somebody watches: the process takes its time. */
  isPaced: boolean;
};

export type DemoEvent = ProcessEvent | ProgramEvent | LabEvent;

/** The agencies' files. */
export type DemoFiles = {
  folder: string;
  /** By agency, from agency 1. */
  rows: readonly number[];
  /** Agencies whose file was not there and was made. */
  made: readonly number[];
  /** Rows that a made file has; undefined if the folder is the user's and nothing is made. */
  asked: number | undefined;
};

/** What the draw's folder says, read anew. */
export type StoredDraw = {
  isOver: boolean;
  bets: number;
  agencies: ReadonlyMap<number, { stored: number; winners: number | undefined }>;
};

/** Where an agency's upload is. */
export type Progress = {
  agency: number;
  /** Rows of its file, bets that the server has acknowledged, rows that are no bets. */
  rows: number;
  sent: number;
  skipped: number;
  /** As the agency was told. */
  winners: number | undefined;
};

/** One agency's row of the last table. */
export type ResultRow = Progress & { stored: number };

/** What the agencies were told is not what the store holds: of one of them, or of all. */
export type Difference = {
  of: 'draw' | 'bets' | 'winners';
  agency?: number;
  told?: number | undefined;
  stored?: number | undefined;
};

export type Result = {
  rows: readonly ResultRow[];
  /** Milliseconds from the agencies' start to the last winner. */
  ms: number;
  /** The run was slowed down, so its speed says nothing. */
  isPaced: boolean;
  differences: readonly Difference[];
  troubles: Troubles;
};

/** What the screen shows. `ms`: so long was waited for it. */
export type Fact =
  | { kind: 'data'; files: DemoFiles; remake: string }
  | { kind: 'listening'; ports: readonly number[]; store: string }
  | { kind: 'awaitingPage'; ms: number }
  | { kind: 'starting'; agencies: number; agenciesAs: 'processes' | 'fleet'; isPaced: boolean }
  | { kind: 'notPossible'; error: unknown }
  | { kind: 'ended'; end: ProcessEnd; troubles: Troubles }
  | { kind: 'failed'; agencies: readonly Who[]; troubles: Troubles }
  /** In the lab, where it may be started again. */
  | { kind: 'fell'; end: ProcessEnd }
  | { kind: 'ordered'; order: ProcessOrder }
  | { kind: 'again'; who: Who }
  | { kind: 'silent'; ms: number; troubles: Troubles }
  | { kind: 'staying'; who: readonly Who[]; ms: number; troubles: Troubles }
  | { kind: 'killing' | 'leftBehind'; who: readonly Who[]; ms: number }
  | { kind: 'stopping'; signal: SignalEvent['signal'] }
  | { kind: 'stopped'; bets: number; store: string }
  | { kind: 'notCounted'; store: string; ms: number }
  | { kind: 'notChecked'; store: string }
  | { kind: 'stoppedEarly' }
  | { kind: 'result'; result: Result };

/** What the screen is told to show; how is the screen's business. */
export type ScreenCommand =
  | { type: 'screen.show'; fact: Fact }
  | { type: 'progress.open' | 'progress.change'; agencies: readonly Progress[] }
  | { type: 'progress.close' };
