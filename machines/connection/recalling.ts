/** A session of an agency that has come back to a draw that is over. */
import { notReading, passOn } from './actions.ts';
import type { ConnectionSetup } from './connection.ts';
import { close, ifRefused, refuseFor } from './ending.ts';
import { refusalOfRecalled } from './refusal.ts';

export const recalling = (connection: ConnectionSetup) =>
  connection.createStateConfig({
    description: 'The agency has come back to a draw that is over: it may have its winners again',
    initial: 'listening',
    states: {
      listening: {
        description: 'Says what was stored in that draw; nothing can be added to it',
        on: {
          'client.done': [
            {
              guard: { type: 'isRecalledUpload', params: ({ event }) => event },
              target: '#connection.talking.telling',
              actions: { type: 'announce', params: ({ context }) => context.recalled },
            },
            refuseFor(({ context, event }) => refusalOfRecalled(context, event)),
          ],
          'client.batch': refuseFor(({ context: { recalled } }) => ({
            fault: 'FINISHED',
            text: `draw ${recalled.draw} is over: no bets can be added`,
          })),
          'client.bet': {
            target: 'lookingUp',
            actions: [
              {
                type: 'askArchive',
                params: ({ context: { agency, recalled }, event: { id, row, document, number } }) => ({
                  kind: 'bet',
                  agency,
                  draw: recalled.draw,
                  id,
                  row,
                  document,
                  number,
                }),
              },
              { type: 'noteAsked', params: [] },
            ],
          },
          'socket.ended': close,
        },
      },
      lookingUp: {
        description: 'Looks for a single bet among those of that draw',
        ...notReading,
        on: { 'store.answered': [ifRefused, { target: 'listening', actions: passOn }] },
      },
    },
  });
