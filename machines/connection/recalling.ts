/** A connection's state in which an agency has come back to a draw that is over: it is answered from the archive. */
import { connectionParts } from './connection-parts.ts';
import { notReading, passOnAnswers, refused } from './connection-steps.ts';
import { refusalOfRecalled } from './session.ts';

export const recalling = connectionParts.createStateConfig({
  description: 'The agency has come back to a draw that is over: it may have its winners again',
  initial: 'listening',
  states: {
    listening: {
      description: 'Nothing can be added; what was stored is answered for',
      on: {
        'client.done': [
          {
            guard: { type: 'isRecalledUpload', params: ({ event }) => event },
            target: '#connection.talking.answering',
            actions: { type: 'announce', params: ({ context }) => context.recalled! },
          },
          {
            target: '#connection.refusing',
            actions: {
              type: 'refuse',
              params: ({ context, event }) => refusalOfRecalled(context, event),
            },
          },
        ],
        'client.batch': {
          target: '#connection.refusing',
          actions: {
            type: 'refuse',
            params: ({ context }) => refusalOfRecalled(context, undefined),
          },
        },
        'client.bet': {
          target: 'lookingUp',
          actions: [{ type: 'askArchive', params: ({ event }) => event }, 'noteSubmitted'],
        },
        'socket.ended': { target: '#connection.closing' },
      },
    },
    lookingUp: {
      description: 'A single bet is looked for among those of that draw',
      ...notReading,
      on: {
        'store.answered': [
          { guard: 'isRefused', ...refused },
          { target: 'listening', actions: passOnAnswers },
        ],
      },
    },
  },
});
