/** The barrier: the server waits until every agency has finished. */
import { and, not } from 'xstate';
import { serverLogs } from '../log-lines.ts';
import { log } from './actions.ts';
import { late, waits } from './roll.ts';
import type { ServerSetup } from './server.ts';

export const collecting = (server: ServerSetup) =>
  server.createStateConfig({
    description:
      'Takes in bets until every agency has finished; names those who have not in the log, again and again',
    always: [
      {
        guard: and(['everyoneFinished', 'wasAwaited']),
        target: 'drawing',
        actions: log(({ context }) => serverLogs.awaited(waits(context), context.input.named)),
      },
      { guard: 'everyoneFinished', target: 'drawing' },
    ],
    // To enter again only restarts the timer: the inner states follow from the context.
    after: {
      remind: [
        {
          guard: 'someFinished',
          target: 'collecting',
          reenter: true,
          actions: [
            'noteAwaited',
            log(({ context }) => serverLogs.awaiting(late(context), context.input.named)),
          ],
        },
        { target: 'collecting', reenter: true },
      ],
    },
    initial: 'listening',
    states: {
      listening: {
        description: 'No agency is uploading, and none has finished',
        always: [
          { guard: 'isUploading', target: 'receivingBatches' },
          { guard: 'someFinished', target: 'awaitingAllAgencies' },
        ],
      },
      receivingBatches: {
        description: 'At least one agency is uploading',
        always: [
          { guard: and([not('isUploading'), 'someFinished']), target: 'awaitingAllAgencies' },
          { guard: and([not('isUploading'), not('someFinished')]), target: 'listening' },
        ],
      },
      awaitingAllAgencies: {
        description: 'No agency is uploading: some have finished, others are missing',
        always: { guard: 'isUploading', target: 'receivingBatches' },
      },
    },
  });
