/** Every process is asked to stop, and killed if it does not. */
import { endedBadly, exit, killAll, noteEnd, noteWish, notPossible, obey, show } from './actions.ts';
import type { DemoSetup } from './demo.ts';

const ending = (demo: DemoSetup) =>
  demo.createStateConfig({
    description: 'Those that do not end are made to',
    initial: 'asking',
    states: {
      asking: {
        description: 'They are ending',
        after: {
          stop: {
            target: 'killing',
            actions: [
              show(({ context: { living: who, stopMs: ms } }) => ({ kind: 'killing', who, ms })),
              killAll,
            ],
          },
        },
        initial: 'failed',
        states: {
          clean: {
            description: 'Somebody asked for it, and nothing has failed',
            always: { guard: 'nobodyLeft', target: '#demo.counting' },
            on: {
              'program.broken': { target: 'failed', actions: notPossible },
              'process.exited': [
                { guard: { type: 'hasStoppedWell', params: exit }, actions: noteEnd },
                { target: 'failed', actions: endedBadly },
              ],
            },
          },
          failed: {
            description: 'Something has failed',
            always: { guard: 'nobodyLeft', target: '#demo.failed' },
          },
        },
      },
      killing: {
        description: 'The system ends those that did not',
        always: { guard: 'nobodyLeft', target: '#demo.failed' },
        after: {
          stop: {
            target: '#demo.overdue',
            actions: show(({ context: { living: who, stopMs: ms } }) => ({
              kind: 'leftBehind',
              who,
              ms,
            })),
          },
        },
      },
    },
  });

const wish = (demo: DemoSetup) =>
  demo.createStateConfig({
    description: 'Whether somebody asked for it: only who asks twice is in a hurry',
    initial: 'none',
    states: {
      none: {
        description: 'Something failed: a signal asks for what is done anyway',
        on: { 'signal.received': { target: 'toldToStop', actions: obey } },
      },
      toldToStop: {
        description: 'A signal was heard',
        on: { 'signal.received': { target: '#demo.killed', actions: [noteWish, killAll] } },
      },
    },
  });

export const stopping = (demo: DemoSetup) =>
  demo.createStateConfig({
    description: 'Every process was asked to stop, with a deadline',
    type: 'parallel',
    entry: { type: 'tellAll', params: { type: 'process.stop', signal: 'SIGTERM' } },
    on: {
      'program.broken': { actions: notPossible },
      'process.errored': { actions: noteEnd },
      'process.exited': [
        { guard: { type: 'hasStoppedWell', params: exit }, actions: noteEnd },
        { actions: endedBadly },
      ],
    },
    states: { ending: ending(demo), wish: wish(demo) },
  });
