/** A machine on a stage: its children only listen, its clock is turned by hand, its log lines are kept. */
import {
  type Actor,
  type AnyEventObject,
  type AnyMachineSnapshot,
  type AnyStateMachine,
  createActor,
  type EventFrom,
  fromCallback,
  fromTransition,
  type InputFrom,
  SimulatedClock,
} from 'xstate';
import type { LogEntry } from '../../machines/vocabulary/log.ts';
import type { Recipient } from '../../machines/vocabulary/recipient.ts';
import { keyOf } from './text.ts';

/** An actor outside of the machine, which keeps what it hears. */
export type Peer<TEvent extends AnyEventObject> = Recipient<TEvent> & { heard: TEvent[] };

// biome-ignore lint/suspicious/noExplicitAny: a peer takes whatever its machine calls it by
export function peer<TEvent extends AnyEventObject = any>(id: string): Peer<TEvent> {
  const heard: TEvent[] = [];
  const logic = fromTransition((_: null, event: TEvent) => {
    heard.push(event);
    return null;
  }, null);
  const actor = createActor(logic, { id }).start();
  return Object.assign(actor, { heard }) as unknown as Peer<TEvent>;
}

type Stage<TMachine extends AnyStateMachine> = {
  actor: Actor<TMachine>;
  clock: SimulatedClock;
  /** `action result`, as in the log. */
  logged: string[];
  entries: LogEntry[];
  /** What a child heard, by its source; after `xstate.stop` it hears no more. */
  heard: (source: string) => AnyEventObject[];
  send: (...events: EventFrom<TMachine>[]) => void;
  /** `serving.collecting.listening` */
  state: () => string;
};

/** Starts a machine; `listeners` are the sources that only listen, the others are the machine's own. */
export function stage<TMachine extends AnyStateMachine>(
  machine: TMachine,
  input: InputFrom<TMachine>,
  listeners: readonly string[],
  implementations: Parameters<TMachine['provide']>[0] = {},
): Stage<TMachine> {
  const heard = new Map<string, AnyEventObject[]>(listeners.map((source) => [source, []]));
  const entries: LogEntry[] = [];
  const clock = new SimulatedClock();
  const listening = [...heard].map(([source, events]) => [
    source,
    fromCallback<AnyEventObject>(({ receive }) => {
      receive((event) => events.push(event));
      return () => events.push({ type: 'stopped' });
    }),
  ]);
  const provided = machine.provide({
    ...implementations,
    actors: { ...Object.fromEntries(listening), ...implementations.actors },
    actions: {
      log: (_: unknown, entry: LogEntry) => entries.push(entry),
      logAll: (_: unknown, several: readonly LogEntry[]) => entries.push(...several),
      ...implementations.actions,
    },
  } as never) as TMachine;
  const actor = createActor(provided, { input, clock } as never);
  actor.start();
  return {
    actor,
    clock,
    entries,
    get logged() {
      return entries.map(({ action, result }) => `${action} ${result}`);
    },
    heard: (source) => heard.get(source)!,
    send: (...events) => {
      for (const event of events) actor.send(event);
    },
    state: () => nameOf((actor.getSnapshot() as AnyMachineSnapshot).value),
  };
}

/** The active state in words; parallel states do not occur in these machines. */
const nameOf = (value: unknown): string =>
  typeof value === 'string' ? value : keyOf(value).replace(/[{}"]/g, '').replaceAll(':', '.');
