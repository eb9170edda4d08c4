/**
 * What a process tells the inspector: the three events of @statelyai/inspect 0.7 with its fields, and two of
 * this project's own. Where Stately's types hold anything, these hold summaries (see summary.ts).
 */

/** The version of @statelyai/inspect whose fields these are. */
export const STATELY_VERSION = '0.7.2';

type Common = {
  /** Unique among all processes: `<process>.<number>`. */
  sessionId: string;
  rootId: string;
  /** Milliseconds since 1970, with three decimals; a text, as Stately has it. */
  createdAt: string;
  id: null;
  _version: string;
};

export type SnapshotSummary = {
  status: 'active' | 'done' | 'error' | 'stopped';
  value?: unknown;
  context?: unknown;
  output?: unknown;
};

export type EventSummary = { readonly type: string; readonly [key: string]: unknown };

/** An actor was made. */
export type ActorEvent = Common & {
  type: '@xstate.actor';
  name: string;
  parentId: string | undefined;
  snapshot: SnapshotSummary;
  /** The machine's configuration as JSON; told once by each process, with the first actor of a machine. */
  definition: string | undefined;
  /** Ours: the machine's id, undefined for an actor that is no machine. */
  machine: string | undefined;
};

/** An event was sent to an actor. */
export type SentEvent = Common & {
  type: '@xstate.event';
  event: EventSummary;
  sourceId: string | undefined;
};

/** An actor has taken an event. */
export type SnapshotEvent = Common & {
  type: '@xstate.snapshot';
  event: EventSummary;
  snapshot: SnapshotSummary;
  /** Ours: ids of the transitions that were taken, in order, as in the machine's description. */
  transitions: readonly string[];
};

/** Ours: inspection events that never arrived, because the hub was slow or not there. */
export type LostEvent = { type: '@quiniela.lost'; process: string; lost: number; createdAt: string };

/** Ours, made by the hub: the connection of a process has ended. */
export type LeftEvent = { type: '@quiniela.left'; process: string; createdAt: string };

export type StatelyEvent = ActorEvent | SentEvent | SnapshotEvent;
export type InspectorEvent = StatelyEvent | LostEvent | LeftEvent;

/** The process that an actor belongs to. */
export const processOf = (sessionId: string): string => sessionId.slice(0, sessionId.indexOf('.'));

/** A stately event by its looks: what other clients send has no fields of ours. */
export const isInspectorEvent = (value: unknown): value is InspectorEvent => {
  if (typeof value !== 'object' || value === null || !('type' in value)) return false;
  const { type, createdAt } = value as { type: unknown; createdAt?: unknown };
  if (typeof type !== 'string' || typeof createdAt !== 'string') return false;
  if (type === '@quiniela.lost' || type === '@quiniela.left') return 'process' in value;
  if (!('sessionId' in value) || typeof value.sessionId !== 'string') return false;
  if (type === '@xstate.actor') return 'snapshot' in value && 'name' in value;
  if (type === '@xstate.event') return 'event' in value;
  return type === '@xstate.snapshot' && 'snapshot' in value;
};
