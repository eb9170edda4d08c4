/** How actors name one another: by what the other can be told. */
import type { ActorRef, Snapshot } from 'xstate';

/** Any actor that takes these events; machines name their peers by what they can be told. */
export type Recipient<TEvent extends { type: string }> = ActorRef<Snapshot<unknown>, TEvent>;
