/**
 * What a person may do to a running demo by the inspector's page, in development only. What it means is for the demo's
 * machine to decide. A file of types only.
 */
import type { Who } from './demo.ts';

export type LabSignal = 'SIGTERM' | 'SIGHUP' | 'SIGSTOP' | 'SIGCONT' | 'SIGKILL';

/** To an actor of a process, by its session id. A machine that is paused takes no event until it is resumed; a connection
 * is cut as if the network had done it. */
export type ActorOrder =
  | { do: 'pause' | 'resume' | 'cut'; who: Who; actor: string }
  | { do: 'send'; who: Who; actor: string; event: { readonly type: string } };

/** To a process that runs. */
export type ProcessOrder = ActorOrder | { do: 'signal'; who: Who; signal: LabSignal };

/** `id` is for the answer. */
export type LabEvent =
  | { type: 'lab.ordered'; id: number; order: ProcessOrder }
  /** A process that has ended is to be started again. */
  | { type: 'lab.restart'; id: number; who: Who };

/** `refusal` is why it was not done. */
export type LabAnswer = { id: number; refusal?: string | undefined };
