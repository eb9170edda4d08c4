/** The agencies are at work, until all processes have left. */
import type { DemoEvent, ProcessEnd } from '../vocabulary/demo.ts';
import { type At, exit, failing, noteEnd, notePort, show } from './actions.ts';
import type { DemoSetup } from './demo.ts';
import { agencyProcesses, progressOf } from './run.ts';

const showFailed = show(
  ({ context: { troubles }, event: { agencies } }: At<Extract<DemoEvent, { type: 'process.failed' }>>) => ({
    kind: 'failed',
    agencies,
    troubles,
  }),
);

const uploading = (demo: DemoSetup) =>
  demo.createStateConfig({
    description: 'The agencies upload; the draw takes place once all have finished',
    always: { guard: 'everyoneTold', target: 'leaving' },
    on: {
      // The server waits for nobody any more: those that were not told are late.
      'process.exited': {
        guard: { type: 'serverHasLeftWell', params: exit },
        target: 'leaving',
        actions: noteEnd,
      },
      'lab.restart': {
        guard: { type: 'hasEnded', params: ({ event }) => event.who },
        actions: [
          show(({ event: { who } }: At<Extract<DemoEvent, { type: 'lab.restart' }>>) => ({
            kind: 'again',
            who,
          })),
          { type: 'start', params: ({ event }) => [event.who] },
          { type: 'answer', params: ({ event }) => ({ id: event.id }) },
        ],
      },
    },
  });

const leaving = (demo: DemoSetup) =>
  demo.createStateConfig({
    description: 'Every agency knows its winners: waits until all processes have ended',
    always: { guard: 'nobodyLeft', target: '#demo.checking' },
    after: {
      leave: {
        target: '#demo.stopping',
        actions: show(({ context: { living: who, leaveMs: ms, troubles } }) => ({
          kind: 'staying',
          who,
          ms,
          troubles,
        })),
      },
    },
  });

export const withAgencies = (demo: DemoSetup) =>
  demo.createStateConfig({
    description: 'Runs the agencies',
    entry: [
      { type: 'start', params: ({ context }) => agencyProcesses(context) },
      show(({ context: { agencies, agenciesAs, isPaced } }) => ({
        kind: 'starting',
        agencies,
        agenciesAs,
        isPaced,
      })),
      { type: 'show', params: ({ context }) => ({ type: 'progress.open', agencies: context.runs }) },
    ],
    exit: { type: 'show', params: { type: 'progress.close' } },
    on: {
      'process.started': { actions: { type: 'noteStart', params: ({ event }) => event.time } },
      'process.advanced': {
        actions: [
          { type: 'noteAdvance', params: ({ event }) => event.agencies },
          {
            type: 'show',
            params: ({ context, event }) => ({
              type: 'progress.change',
              agencies: progressOf(context, event.agencies),
            }),
          },
        ],
      },
      'process.drawn': { actions: 'noteDraw' },
      // A server that was started again.
      'process.listening': { actions: notePort },
      // The fleet itself would go on, and wait for a draw that does not come.
      'process.failed': [
        { guard: 'isLab', actions: showFailed },
        {
          target: '#demo.stopping',
          actions: [{ type: 'noteFailed', params: ({ event }) => event.agencies }, showFailed],
        },
      ],
      'process.exited': [
        { guard: { type: 'hasLeftWell', params: exit }, actions: noteEnd },
        {
          guard: 'isLab',
          actions: [noteEnd, show(({ event: end }: At<ProcessEnd>) => ({ kind: 'fell', end }))],
        },
        failing,
      ],
      'lab.ordered': {
        guard: { type: 'isLiving', params: ({ event }) => event.order.who },
        actions: [
          show(({ event: { order } }: At<Extract<DemoEvent, { type: 'lab.ordered' }>>) => ({
            kind: 'ordered',
            order,
          })),
          { type: 'tellOne', params: ({ event }) => event },
        ],
      },
    },
    initial: 'uploading',
    states: { uploading: uploading(demo), leaving: leaving(demo) },
  });
