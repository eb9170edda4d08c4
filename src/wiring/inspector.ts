/** Where the inspector's machine meets its adapters. */
import { type CallbackActorLogic, type EventObject, fromCallback } from 'xstate';
import { inspectorMachine } from '../../machines/inspector.ts';
import type { HubEvent, OwnerEvent } from '../../machines/vocabulary/hub.ts';
import { codeOf } from '../errors.ts';
import type { Hub } from '../inspector/hub/hub.ts';
import type { Log } from '../log/log.ts';

type InspectorAdapters = {
  log: Log;
  signals: CallbackActorLogic<EventObject>;
  hub: Hub;
  /** The inspector ends when the process at the other end of its standard input does. */
  isOwned: boolean;
};

export const inspectorSystem = ({ log, signals, hub, isOwned }: InspectorAdapters) =>
  inspectorMachine.provide({
    actors: {
      signals,
      owner: isOwned ? owner : nobody,
      hub: fromCallback(({ sendBack }) => {
        const report = (event: HubEvent) => sendBack(event);
        hub.listen().then(
          (address) => report({ type: 'hub.listening', address }),
          (error: Error) => report({ type: 'hub.failed', reason: whyNot(error) }),
        );
        return () => hub.close();
      }),
    },
    actions: { log: (_, entry) => log.log(entry) },
  });

const whyNot = (error: Error): string =>
  codeOf(error) === 'EADDRINUSE' ? `${error.message}; --any-port takes another` : error.message;

/** A process that is killed tells nobody, but the kernel closes its end of the pipe. */
const owner = fromCallback(({ sendBack }) => {
  const { stdin } = process;
  const tell = () => sendBack({ type: 'owner.left' } satisfies OwnerEvent);
  stdin.on('end', tell).on('error', tell).resume();
  return () => {
    stdin.destroy();
  };
});

/** The inspector was started by a person: it ends with nobody else. */
const nobody = fromCallback(() => {});
