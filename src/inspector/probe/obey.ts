/**
 * The lab, in the process that is acted on: what a person wants of one of its machines is done, as the process's parent
 * passes it on. Nothing listens anywhere: only who has started the process holds the other end. Loaded in the lab only.
 */
import type { AnyActorRef, AnyEventObject } from 'xstate';
import type { ActorOrder, LabAnswer } from '../../../machines/vocabulary/lab.ts';

type Ordered = { id: number; order: ActorOrder };

/** As XState delivers to an actor, be it from another actor, a timer or outside. */
type Inlet = { _send(event: AnyEventObject): void };

/** As its socket would tell it. */
const CUT: AnyEventObject = { type: 'socket.closed', reason: 'the connection was cut by the lab' };

export function obey(find: (id: string) => AnyActorRef | undefined): void {
  const paused = new Map<AnyActorRef, AnyEventObject[]>();

  /** Orders are no reason to go on, but for a process that waits to be resumed: it may have nothing else to wait for. */
  const stayOrNot = (): void => {
    if (paused.size > 0) process.channel?.ref();
    else process.channel?.unref();
  };

  const pause = (actor: AnyActorRef): string | undefined => {
    if (paused.has(actor)) return 'it is paused already';
    const held: AnyEventObject[] = [];
    paused.set(actor, held);
    stayOrNot();
    // Its own takes the place of its class's.
    (actor as unknown as Inlet)._send = (event) => {
      held.push(event);
    };
    return undefined;
  };
  const resume = (actor: AnyActorRef): string | undefined => {
    const held = paused.get(actor);
    if (!held) return 'it is not paused';
    paused.delete(actor);
    stayOrNot();
    const inlet = actor as unknown as Inlet;
    Reflect.deleteProperty(inlet, '_send');
    for (const event of held) inlet._send(event);
    return undefined;
  };
  /** @returns why it was not done */
  const follow = (order: ActorOrder): string | undefined => {
    const actor = find(order.actor);
    if (!actor) return `there is no actor ${order.actor} any more`;
    switch (order.do) {
      case 'pause':
        return pause(actor);
      case 'resume':
        return resume(actor);
      case 'cut':
        if (paused.has(actor)) return 'it is paused: it would not take notice';
        if (!actor.getSnapshot().children?.socket) return 'it has no connection';
        actor.send(CUT);
        return undefined;
      case 'send':
        actor.send(order.event);
        return undefined;
    }
  };

  process.on('message', (message: Partial<Ordered>) => {
    const { id, order } = message;
    // Whoever starts processes may have other things to say to them.
    if (id === undefined || order === undefined) return;
    const answer: LabAnswer = { id, refusal: follow(order) };
    process.send?.(answer, undefined, {}, () => {});
  });
  stayOrNot();
  // Who is to stop must hear it.
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => {
      for (const actor of [...paused.keys()]) resume(actor);
    });
}
