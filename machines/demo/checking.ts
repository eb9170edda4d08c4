/** The demo at its end: what is stored is read, to be compared with what was sent, or only to be counted. */
import type { DoneActorEvent } from 'xstate';
import type { StoredDraw } from '../vocabulary/demo.ts';
import { type At, noteWish, notPossible, show } from './actions.ts';
import type { DemoSetup } from './demo.ts';
import { resultOf } from './run.ts';

const showResult = show(({ context, event }: At<DoneActorEvent<StoredDraw>>) => ({
  kind: 'result',
  result: resultOf(context, event.output),
}));

export const checking = (demo: DemoSetup) =>
  demo.createStateConfig({
    description: 'Reads what is stored, and compares it with what was sent',
    invoke: {
      src: 'readStore',
      id: 'readStore',
      onDone: [
        {
          guard: { type: 'agrees', params: ({ event }) => event.output },
          target: 'finished',
          actions: showResult,
        },
        { target: 'failed', actions: showResult },
      ],
      onError: { target: 'failed', actions: notPossible },
    },
    on: {
      'signal.received': {
        target: 'interrupted',
        actions: [noteWish, show(({ context: { store } }) => ({ kind: 'notChecked', store }))],
      },
    },
  });

export const counting = (demo: DemoSetup) =>
  demo.createStateConfig({
    description: 'Every process stopped as it was asked to: counts what is stored',
    after: {
      stop: {
        target: 'uncounted',
        actions: show(({ context: { store, stopMs: ms } }) => ({ kind: 'notCounted', store, ms })),
      },
    },
    invoke: {
      src: 'readStore',
      id: 'countStore',
      onDone: {
        target: 'interrupted',
        actions: show(({ context: { store }, event: { output } }) => ({
          kind: 'stopped',
          bets: output.bets,
          store,
        })),
      },
      onError: { target: 'interrupted', actions: show(() => ({ kind: 'stoppedEarly' })) },
    },
    on: { 'signal.received': { target: 'killed', actions: noteWish } },
  });
