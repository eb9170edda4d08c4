/**
 * What a process tells the inspector: the three events of @statelyai/inspect 0.7 with its fields, and two of
 * this project's own. If Stately's types hold anything, these hold summaries (see summary.ts).
 */

import type { Picture } from './picture.ts';

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
  /** The machine's configuration as JSON; told once by each process of ours, with the first actor of a machine. */
  definition: string | undefined;
  /** Ours: the machine's id, undefined for an actor that is no machine. */
  machine: string | undefined;
  /** Ours, made by the hub: another program's than this one, which may call its machines as we do. */
  isForeign: boolean;
  /** Ours, made by the hub: in the definition's place, the key of the one that it has told. */
  chart: string | undefined;
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

/** Ours, made by the hub: a machine's definition, once for all actors that have it. */
export type DefinitionEvent = {
  type: '@quiniela.definition';
  key: string;
  machine: string;
  isForeign: boolean;
  definition: string;
  createdAt: string;
};

/** Ours, made by the hub: the connection of a process has ended. */
type LeftEvent = { type: '@quiniela.left'; process: string; createdAt: string };

/** Ours, made by the hub: lines that were no events. */
type RefusedEvent = { type: '@quiniela.refused'; refused: number; createdAt: string };

/** Ours, made by the hub: actors that there is no room for any more. */
type ForgottenEvent = { type: '@quiniela.forgotten'; ids: readonly string[]; createdAt: string };

/** Ours, made by the page: another hub is there, and tells how all is. */
export type RestartedEvent = { type: '@quiniela.restarted'; base: Picture; createdAt: string };

export type StatelyEvent = ActorEvent | SentEvent | SnapshotEvent;
export type HubsEvent = DefinitionEvent | LeftEvent | RefusedEvent | ForgottenEvent;
export type InspectorEvent = StatelyEvent | LostEvent | HubsEvent | RestartedEvent;

/** The process that an actor belongs to. */
export const processOf = (sessionId: string): string => sessionId.slice(0, sessionId.indexOf('.'));
