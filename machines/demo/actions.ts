/** What the demo does in several of its states. */
import type { EventObject } from 'xstate';
import type { Args } from '../params.ts';
import type { DemoEvent, Fact, ProcessEnd, ProcessExit, ScreenCommand } from '../vocabulary/demo.ts';
import type { SignalEvent } from '../vocabulary/program.ts';
import type { Demo } from './run.ts';

export type At<TEvent> = Args<Demo, TEvent>;

export const show = <TEvent extends EventObject>(fact: (at: At<TEvent>) => Fact) =>
  ({
    type: 'show',
    params: (at: At<TEvent>): ScreenCommand => ({ type: 'screen.show', fact: fact(at) }),
  }) as const;

/** What an actor could not do is all that there is to say. */
export const notPossible = [
  show(({ event: { error } }: At<EventObject & { error: unknown }>) => ({ kind: 'notPossible', error })),
  { type: 'noteError', params: ({ event }: { event: { error: unknown } }) => event.error },
] as const;

export const noteEnd = { type: 'noteEnd', params: ({ event }: { event: ProcessEnd }) => event.who } as const;
export const exit = ({ event }: { event: ProcessExit }) => event;

/** A process ended as it should not have. */
export const endedBadly = [
  noteEnd,
  show(({ context: { troubles }, event }: At<ProcessEnd>) => ({ kind: 'ended', end: event, troubles })),
] as const;

/** The others have no use any more. */
export const failing = { target: '#demo.stopping', actions: endedBadly } as const;

export const noteWish = {
  type: 'noteWish',
  params: ({ event }: { event: SignalEvent }) => event.signal,
} as const;
export const obey = [
  noteWish,
  show(({ event: { signal } }: At<SignalEvent>) => ({ kind: 'stopping', signal })),
] as const;

export const killAll = { type: 'tellAll', params: { type: 'process.stop', signal: 'SIGKILL' } } as const;

export const notePort = {
  type: 'notePort',
  params: ({ event }: { event: Extract<DemoEvent, { type: 'process.listening' }> }) => event,
} as const;
