/** Every process is asked to stop, and killed if it does not. */
import { endedBadly, exit, killAll, noteEnd, noteWish, notPossible, obey, show } from './actions.ts';
import type { DemoSetup } from './demo.ts';

const ending = (demo: DemoSetup) =>
  demo.createStateConfig({
    description: 'Waits until every process has ended; has the system end those that do not',
    initial: 'asking',
    states: {
      asking: {
        description: 'Asked them to stop, and waits until they have',
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
            description: 'A signal asked for it, and nothing has failed',
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
        description: 'The deadline has passed: has the system end those that did not stop',
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
    description: 'Remembers whether a signal asked for it: who asks twice is in a hurry',
    initial: 'none',
    states: {
      none: {
        description: 'Something failed: a first signal changes nothing, as it asks for just this',
        on: { 'signal.received': { target: 'toldToStop', actions: obey } },
      },
      toldToStop: {
        description: 'A signal asked for it: the next one ends the program at once',
        on: { 'signal.received': { target: '#demo.killed', actions: [noteWish, killAll] } },
      },
    },
  });

export const stopping = (demo: DemoSetup) =>
  demo.createStateConfig({
    description: 'Asked every process to stop, and waits until a deadline',
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
