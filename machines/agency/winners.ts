/** An upload that is complete: the agency says DONE, waits for its winners, and keeps a receipt of them. */
import { howMany } from '../how-many.ts';
import { agencyLogs } from '../log-lines.ts';
import { ignoringServer, log, logAll, type Of } from './actions.ts';
import type { AgencySetup } from './agency.ts';
import { faultOf, notKept, noWinners, sayingOf, unasked } from './ending.ts';
import { doneOf, drawOf, receiptOf } from './upload.ts';

const outOfTurn = { target: '#agency.failed', actions: noWinners(unasked) } as const;

/** The winners are known: how many, and of which draw. */
const noteResult = [
  logAll(({ context, event }: Of<'server.winners'>) => [
    agencyLogs.winners(event.total),
    agencyLogs.drawn(drawOf(context), event.head),
  ]),
  { type: 'noteResult', params: ({ event }: Of<'server.winners'>) => event },
] as const;

export const awaitingWinners = (agency: AgencySetup) =>
  agency.createStateConfig({
    description: 'Said DONE: the draw takes place once every agency has',
    entry: [
      { type: 'countWinners', params: 0 },
      { type: 'say', params: ({ context }) => doneOf(context) },
    ],
    on: {
      'server.someWinners': {
        actions: {
          type: 'countWinners',
          params: ({ context, event }) => context.winners + event.documents.length,
        },
      },
      'server.winners': [
        {
          guard: { type: 'lacksWinners', params: ({ event }) => event },
          target: '#agency.failed',
          actions: noWinners(
            ({ context, event: { total, documents } }) =>
              `the server says ${howMany(total, 'winner')} and has named ${context.winners + documents.length}`,
          ),
        },
        { guard: 'keepsReceipts', target: 'filing', actions: noteResult },
        { target: 'closing', actions: noteResult },
      ],
      'server.count': { target: 'closing', actions: log(({ event }) => agencyLogs.winners(event.count)) },
      'server.welcome': outOfTurn,
      'server.stored': outOfTurn,
      'server.betStored': outOfTurn,
      'server.error': {
        guard: { type: 'isJudged', params: faultOf },
        target: '#agency.refused',
        actions: noWinners(sayingOf),
      },
      'protocol.violated': { target: '#agency.failed', actions: noWinners(({ event }) => event.text) },
      'socket.idled': { description: 'Other agencies may take as long as they need' },
    },
  });

export const filing = (agency: AgencySetup) =>
  agency.createStateConfig({
    description: 'Knows its winners, and keeps a receipt of them',
    invoke: {
      src: 'keepReceipt',
      input: ({ context }) => receiptOf(context),
      onDone: {
        target: 'closing',
        actions: log(({ context, event }) => agencyLogs.receiptKept(drawOf(context), event.output)),
      },
      onError: notKept,
    },
    on: ignoringServer,
  });
