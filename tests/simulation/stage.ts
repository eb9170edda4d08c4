/** What all parts of a simulation share. */
import { type Actor, type AnyActorLogic, createActor } from 'xstate';
import type { LogEntry } from '../../machines/vocabulary/log.ts';
import type { Identity } from '../../src/identity/authority.ts';
import type { FaultDisk } from '../crash/fault-disk.ts';
import type { Random } from '../crash/random.ts';
import type { SimulatedTime } from './clock.ts';
import type { SimulatedNetwork } from './network.ts';
import type { Scenario } from './scenario.ts';

export type Stage = {
  scenario: Scenario;
  random: Random;
  time: SimulatedTime;
  network: SimulatedNetwork;
  disk: FaultDisk;
  /** Of the agencies, by number, if the server asks for certificates. */
  certificates: readonly Identity[] | undefined;
  /** For the transcript. */
  note(who: string, what: LogEntry | string): void;
  /** What must never happen has. */
  violate(text: string): void;
};

/** Whoever meddles with the servers, and knows who is excused for it. */
export type Meddling = {
  /** The draw that is collected; from 1. */
  readonly draw: number;
  /** Changes with each meddling: what is not answered then is excused. */
  epoch: number;
  /** Complains unless somebody has meddled since. */
  unlessExcused(epoch: number, complain: () => void): void;
};

/** A program that runs. */
export type Process = {
  /** As SIGTERM. */
  stop(): void;
  /** As SIGKILL: nobody hears of its end. */
  kill(): void;
};

/** Starts a program's root machine; its end is told with its exit code. */
export const startProcess = (
  { time, note, violate }: Stage,
  who: string,
  { logic, input, onExit }: { logic: AnyActorLogic; input: unknown; onExit: (code: number) => void },
): Process => {
  note(who, 'start');
  const actor = createActor(logic, { input, clock: time }) as Actor<AnyActorLogic>;
  const subscription = actor.subscribe({
    complete: () => {
      const { exitCode } = actor.getSnapshot().output as { exitCode: number };
      note(who, `exit ${exitCode}`);
      onExit(exitCode);
    },
    error: (error) => violate(`${who} broke: ${(error as Error).stack}`),
  });
  actor.start();
  return {
    stop: () => actor.send({ type: 'signal.received', signal: 'SIGTERM' } as never),
    kill: () => {
      subscription.unsubscribe();
      actor.stop();
    },
  };
};
