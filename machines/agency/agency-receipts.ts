/** The states in which an agency writes down its draw, and its receipt: it goes on once that is on its disk. */

import { agencyLogs } from '../log-lines.ts';
import { agencyParts } from './agency-parts.ts';
import { receiptOf, type Upload } from './upload.ts';

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const logNotKept = {
  type: 'log',
  params: ({ context, event }: { context: Upload; event: { error: unknown } }) =>
    agencyLogs.receiptNotKept(context.id, context.draw!, reasonOf(event.error)),
} as const;

const unheeded = {
  description: 'The winners are known: nothing that the server still says changes that',
} as const;

export const entering = agencyParts.createStateConfig({
  description: 'The draw is written down: a process that is started again comes back to it',
  invoke: {
    src: 'enterDraw',
    input: ({ context }) => ({ agency: context.id, draw: context.draw! }),
    onDone: { target: 'positioning' },
    onError: { target: '#agency.refused', actions: logNotKept },
  },
  on: { 'socket.idled': { description: 'The server owes nothing' } },
});

export const filing = agencyParts.createStateConfig({
  description: 'The winners are known: a receipt is kept if there is a folder for it',
  initial: 'asking',
  on: {
    'socket.ended': unheeded,
    'socket.closed': unheeded,
    'socket.idled': unheeded,
    'server.error': unheeded,
  },
  states: {
    asking: {
      description: 'Is there a folder?',
      always: [{ guard: 'keepsReceipts', target: 'writing' }, { target: '#agency.online.closing' }],
    },
    writing: {
      description: 'The receipt is being written',
      invoke: {
        src: 'keepReceipt',
        input: ({ context }) => receiptOf(context),
        onDone: {
          target: '#agency.online.closing',
          actions: {
            type: 'log',
            params: ({ context, event }) => agencyLogs.receiptKept(context.draw!, event.output),
          },
        },
        // The bets took part and the winners are known: to begin again would be wrong, to say nothing too.
        onError: { target: '#agency.refused', actions: logNotKept },
      },
    },
  },
});
