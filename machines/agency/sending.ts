/** An upload under way: batches, their acknowledgements, and a last look at the file. */

import type { EventObject } from 'xstate';
import { howMany } from '../how-many.ts';
import { agencyLogs } from '../log-lines.ts';
import { type At, log, logAll, type Of, owesNothing, tallyOf, tooManyInvalid } from './actions.ts';
import type { AgencySetup } from './agency.ts';
import { failed } from './ending.ts';
import { endsCounted, endsUpTo, logsOfAcknowledgement, roomOf } from './upload.ts';

const storedUpTo = ({ context, event }: Of<'server.stored'>) => endsUpTo(context, event.next);
const counted = ({ context, event }: Of<'server.count'>) => endsCounted(context, event.count);

/** A log line for each batch, all in one write. */
const noteStored = <TEvent extends EventObject>(ends: (at: At<TEvent>) => readonly number[]) =>
  [
    logAll<TEvent>((at) => logsOfAcknowledgement(at.context, ends(at))),
    { type: 'noteStored', params: ends },
  ] as const;

/** Done for every batch, so these are plain actions: `enqueueActions` makes a dozen functions each time. */
const noteSent = [
  { type: 'write', params: ({ event }: Of<'batches.ready'>) => event.lines },
  { type: 'noteSent', params: ({ event }: Of<'batches.ready'>) => event },
] as const;

export const sending = (agency: AgencySetup) =>
  agency.createStateConfig({
    description: 'Sends batches; those that are not acknowledged yet fit into a window',
    on: {
      'server.stored': [
        { guard: { type: 'acknowledges', params: storedUpTo }, actions: noteStored(storedUpTo) },
        failed(
          ({ context: { unacknowledged, stored }, event }) =>
            `the server says ${howMany(event.next, 'bet is', 'bets are')} stored, ${howMany(unacknowledged[0] ?? stored, 'was', 'were')} expected`,
        ),
      ],
      'server.count': [
        { guard: { type: 'acknowledges', params: counted }, actions: noteStored(counted) },
        failed(
          ({ context: { unacknowledged, stored }, event }) =>
            `the server stored ${howMany(event.count, 'bet')} of a batch of ${(unacknowledged[0] ?? 0) - stored}`,
        ),
      ],
    },
    initial: 'reading',
    states: {
      reading: {
        description: 'Reads the next batches, as many as the window has room for',
        entry: { type: 'askFile', params: ({ context }) => ({ type: 'file.read', most: roomOf(context) }) },
        always: { guard: 'isLoopOver', target: 'finishing' },
        on: {
          'batches.ready': [
            { guard: 'hasPeriod', target: 'pausing', actions: noteSent },
            { target: 'awaitingRoom', actions: noteSent },
          ],
          'file.exhausted': {
            target: 'finishing',
            actions: { type: 'noteTotal', params: ({ event }) => event },
          },
        },
      },
      awaitingRoom: {
        description: 'Waits until at most half of the window is on its way',
        always: { guard: 'hasRoom', target: 'reading' },
      },
      pausing: {
        description: 'Waits loop.period before the next batch',
        after: { period: { target: 'awaitingRoom' } },
        on: { 'socket.idled': owesNothing },
      },
      finishing: {
        description: 'Sent every batch: waits for the last acknowledgements',
        always: { guard: 'allAcknowledged', target: '#agency.online.checkingFile' },
      },
    },
  });

const fileRead = log(({ context }) => agencyLogs.fileRead(context.id, tallyOf({ context })));

export const checkingFile = (agency: AgencySetup) =>
  agency.createStateConfig({
    description:
      'Everything is stored: checks that the file has not changed, and that nearly every row was a bet',
    entry: { type: 'askFile', params: { type: 'file.check' } },
    on: {
      'file.unchanged': [
        {
          guard: { type: 'hasTooManyInvalid', params: tallyOf },
          target: '#agency.failed',
          actions: log(({ context }) => tooManyInvalid(context, tallyOf({ context }))),
        },
        { guard: 'hasNoDraw', target: 'closing', actions: fileRead },
        { target: 'awaitingWinners', actions: fileRead },
      ],
      'socket.idled': owesNothing,
    },
  });
