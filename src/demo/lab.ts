/** The lab, in the demo: what the inspector's page asks for reaches the demo's machine, and its answer the page. */
import type { ChildProcess } from 'node:child_process';
import { type CallbackActorLogic, type EventObject, fromCallback } from 'xstate';
import type { LabAnswer, LabEvent } from '../../machines/vocabulary/lab.ts';
import type { FromLab } from '../inspector/hub/lab-channel.ts';

type Answered = { type: 'lab.answer' } & LabAnswer;

export type LabLogic = CallbackActorLogic<Answered>;

/** Of a demo on which nobody acts. */
export const noLab: LabLogic = fromCallback<Answered>(() => {});

/** @param inspector the process of the hub, with a channel */
export const labOf = (inspector: ChildProcess): LabLogic => {
  // It may have ended.
  const answer = (told: LabAnswer) => inspector.send(told, () => {});
  const tooLate = (message: FromLab) => {
    if ('id' in message) answer({ id: message.id, refusal: 'the demo has ended' });
  };
  return fromCallback<Answered>(({ sendBack, receive }) => {
    const report = (event: LabEvent & EventObject) => sendBack(event);
    const hear = (message: FromLab) => {
      if (!('id' in message)) return;
      const { id, wish } = message;
      if (wish.do === 'restart') report({ type: 'lab.restart', id, who: wish.who });
      else report({ type: 'lab.ordered', id, order: wish });
    };
    inspector.on('message', hear);
    receive(({ id, refusal }) => answer({ id, refusal }));
    return () => {
      inspector.off('message', hear);
      inspector.on('message', tooLate);
    };
  });
};
