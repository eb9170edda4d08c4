/** Where the inspector's machine meets its adapters. */
import { type CallbackActorLogic, type EventObject, fromCallback } from 'xstate';
import { type HubEvent, inspectorMachine } from '../../machines/inspector.ts';
import type { Log } from '../log.ts';
import type { Hub } from './hub.ts';

export type InspectorAdapters = {
  log: Log;
  signals: CallbackActorLogic<EventObject>;
  hub: Hub;
};

export const inspectorSystem = ({ log, signals, hub }: InspectorAdapters) =>
  inspectorMachine.provide({
    actors: {
      signals,
      hub: fromCallback(({ sendBack }) => {
        const report = (event: HubEvent) => sendBack(event);
        hub.listen().then(
          (address) => report({ type: 'hub.listening', address }),
          (error: Error) => report({ type: 'hub.failed', reason: error.message }),
        );
        return () => hub.close();
      }),
    },
    actions: { log: (_, entry) => log.log(entry) },
  });
