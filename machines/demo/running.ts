/** The demo's processes are there: first the servers, then, perhaps once somebody watches, the agencies. */
import type { DemoEvent } from '../vocabulary/demo.ts';
import { type At, failing, notePort, notPossible, obey, show } from './actions.ts';
import type { DemoSetup } from './demo.ts';
import { serverProcesses } from './run.ts';
import { withAgencies } from './with-agencies.ts';

const listening = [
  notePort,
  show(({ context: { ports, store } }: At<Extract<DemoEvent, { type: 'process.listening' }>>) => ({
    kind: 'listening',
    ports: [...ports.values()],
    store,
  })),
] as const;

export const running = (demo: DemoSetup) =>
  demo.createStateConfig({
    description: 'Runs the servers, and after them the agencies',
    on: {
      'signal.received': {
        target: ['#demo.stopping.ending.asking.clean', '#demo.stopping.wish.toldToStop'],
        actions: obey,
      },
      'program.broken': { target: '#demo.stopping', actions: notPossible },
      'process.errored': failing,
      'process.exited': failing,
    },
    initial: 'startingServers',
    states: {
      startingServers: {
        description: 'Waits until each server says where it listens',
        entry: { type: 'start', params: ({ context }) => serverProcesses(context) },
        after: {
          start: {
            target: '#demo.stopping',
            actions: show(({ context: { startMs: ms, troubles } }) => ({ kind: 'silent', ms, troubles })),
          },
        },
        on: {
          'process.listening': [
            { guard: 'areAwaited', actions: notePort },
            { guard: 'isWatched', target: 'awaitingPage', actions: listening },
            { target: 'withAgencies', actions: listening },
          ],
        },
      },
      awaitingPage: {
        description: 'Waits a while until a page is open: whoever wants to watch misses nothing',
        entry: show(({ context: { pageMs: ms } }) => ({ kind: 'awaitingPage', ms })),
        invoke: {
          src: 'awaitPage',
          id: 'awaitPage',
          onDone: { target: 'withAgencies', actions: 'noteWatcher' },
          onError: { target: 'withAgencies' },
        },
        after: { page: { target: 'withAgencies' } },
      },
      withAgencies: withAgencies(demo),
    },
  });
