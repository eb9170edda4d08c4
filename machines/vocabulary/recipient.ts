import type { ActorRef, Snapshot } from 'xstate';

/** Any actor that takes these events; machines name their peers by what they can be told. */
export type Recipient<TEvent extends { type: string }> = ActorRef<Snapshot<unknown>, TEvent>;
