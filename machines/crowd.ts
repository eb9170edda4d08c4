/**
 * Many children at the cost of one. A machine copies the list of its children for each that comes or goes, so thousands of
 * them are slow. A crowd is one child of the machine, which keeps its members in a Map. They are children of the crowd:
 * one system with one clock, and the inspector sees them.
 */
import {
  type AnyActorRef,
  type AnyStateMachine,
  createActor,
  type DoneActorEvent,
  type ErrorActorEvent,
  type EventFrom,
  fromCallback,
  type InputFrom,
  type OutputFrom,
} from 'xstate';

export type CrowdCommand<TMachine extends AnyStateMachine> =
  | { type: 'crowd.admit'; input: InputFrom<TMachine> }
  /** Each member is told. */
  | { type: 'crowd.tell'; order: EventFrom<TMachine> };

/** `left` members are still there. */
export type CrowdEvent<TMachine extends AnyStateMachine> =
  | {
      type: 'member.ended';
      input: InputFrom<TMachine>;
      from: AnyActorRef;
      output: OutputFrom<TMachine>;
      left: number;
    }
  /** A defect: it threw. The others go on. */
  | { type: 'member.broken'; input: InputFrom<TMachine>; from: AnyActorRef; error: unknown; left: number };

/** `nameOf` gives a member's id, from its input and its number in the order of admission, from 1. */
export const crowdOf = <TMachine extends AnyStateMachine>(
  machine: TMachine,
  nameOf: (input: InputFrom<TMachine>, number: number) => string,
) =>
  fromCallback<CrowdCommand<TMachine> | DoneActorEvent<OutputFrom<TMachine>> | ErrorActorEvent>(
    ({ self, sendBack, receive }) => {
      const members = new Map<string, { member: AnyActorRef; input: InputFrom<TMachine> }>();
      const tell = (event: CrowdEvent<TMachine>) => sendBack(event);
      let admitted = 0;
      receive((event) => {
        if (event.type === 'crowd.admit') {
          const { input } = event;
          admitted += 1;
          const id = nameOf(input, admitted);
          const member: AnyActorRef = createActor(machine as AnyStateMachine, { id, input, parent: self });
          members.set(id, { member, input });
          member.start();
        } else if (event.type === 'crowd.tell') {
          for (const { member } of members.values()) member.send(event.order);
        } else if ('actorId' in event) {
          const gone = members.get(event.actorId);
          if (!gone) return;
          members.delete(event.actorId);
          const { input, member: from } = gone;
          const left = members.size;
          if ('error' in event) tell({ type: 'member.broken', input, from, error: event.error, left });
          else tell({ type: 'member.ended', input, from, output: event.output, left });
        }
      });
      return () => {
        for (const { member } of members.values()) member.send({ type: 'xstate.stop' });
      };
    },
  );
