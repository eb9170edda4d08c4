/** Exercise 5: one bet, without a file. */
import { agencyLogs } from '../log-lines.ts';
import { log, type Of } from './actions.ts';
import type { AgencySetup } from './agency.ts';
import { failed } from './ending.ts';
import { betOf } from './upload.ts';

const betSent = log(({ context }) => {
  const { document, number } = betOf(context);
  return agencyLogs.betSent(document, number);
});
const notConfirmed = ({ context, event }: Of<'server.count'>) =>
  `the server says ${event.count}, 1 or the number ${betOf(context).number} was expected`;

export const betting = (agency: AgencySetup) =>
  agency.createStateConfig({
    description: 'Sent one bet: the server answers with its number once it is stored',
    entry: { type: 'write', params: ({ context }) => betOf(context).line },
    on: {
      'server.betStored': { target: 'closing', actions: betSent },
      'server.count': [
        {
          guard: { type: 'confirmsBet', params: ({ event }) => event.count },
          target: 'closing',
          actions: betSent,
        },
        {
          guard: { type: 'mayConfirmBet', params: ({ event }) => event.count },
          target: 'doubting',
          actions: { type: 'noteReason', params: notConfirmed },
        },
        failed(notConfirmed),
      ],
    },
  });

const denied = failed(({ context }) => context.reason);

export const doubting = (agency: AgencySetup) =>
  agency.createStateConfig({
    description: 'TP0: was answered 0, the number that was bet on or a no: a server that says no closes',
    after: { close: { target: 'closing', actions: betSent } },
    on: { 'socket.ended': denied, 'socket.closed': denied },
  });
