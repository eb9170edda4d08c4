/** How an upload begins, or goes on: the server is called, says where the upload stands, and the file is the same. */

import { and } from 'xstate';
import { howMany } from '../how-many.ts';
import { agencyLogs } from '../log-lines.ts';
import { log, type Of, owesNothing } from './actions.ts';
import type { AgencySetup } from './agency.ts';
import { failed, forNext, lost, notKept, refused } from './ending.ts';
import { drawOf } from './upload.ts';

const notConnected = lost(({ event }: Of<'socket.failed'>) => event.reason, agencyLogs.connectFailed);

const connected = [
  { guard: and(['isTp0', 'isSingleBet']), target: 'betting' },
  { guard: 'isTp0', target: 'positioning', actions: 'startOver' },
  { target: 'greeting' },
] as const;

/** The server is down: that is why it cut the connections before, and no second process of this number. */
const failedToConnect = { ...notConnected, actions: [...notConnected.actions, 'forgetCuts'] } as const;

export const connecting = (agency: AgencySetup) =>
  agency.createStateConfig({
    description: 'Calls the server',
    after: { connect: lost('the connection could not be made in time', agencyLogs.connectFailed) },
    on: {
      'call.queued': { target: 'queuing' },
      'handshake.begun': { target: 'securing' },
      'socket.connected': connected,
      'socket.failed': failedToConnect,
    },
  });

export const queuing = (agency: AgencySetup) =>
  agency.createStateConfig({
    description:
      'TLS: waits while other agencies of this process shake hands; the time to connect begins with its turn',
    on: { 'call.begun': { target: 'connecting' } },
  });

export const securing = (agency: AgencySetup) =>
  agency.createStateConfig({
    description: 'TLS: shakes hands with the server; where many call, its turn may take long to come',
    on: { 'socket.connected': connected, 'socket.failed': failedToConnect },
  });

const welcomeOf = ({ event }: Of<'server.welcome'>) => event;
const noteWelcome = { type: 'noteWelcome', params: welcomeOf } as const;

export const greeting = (agency: AgencySetup) =>
  agency.createStateConfig({
    description: 'Said HELLO: the server answers once it has stored all that came from this agency before',
    entry: {
      type: 'say',
      params: ({ context }) => ({ kind: 'hello', agency: context.id, draw: context.draw }),
    },
    on: {
      'server.welcome': [
        {
          guard: { type: 'isOwed', params: welcomeOf },
          target: '#agency.online',
          reenter: true,
          actions: [
            { type: 'noteOwed', params: welcomeOf },
            log(({ context }) => agencyLogs.winnersOwed(context.id, drawOf(context))),
          ],
        },
        {
          guard: { type: 'isOtherDraw', params: welcomeOf },
          ...failed(
            ({ context, event }) =>
              `the server welcomes to draw ${event.draw}, this upload is for draw ${context.draw}`,
          ),
        },
        {
          guard: { type: 'isLess', params: welcomeOf },
          ...failed(
            ({ context, event }) =>
              `the server has ${howMany(event.stored, 'bet')} of draw ${event.draw}, ${context.stored} were acknowledged`,
          ),
        },
        { guard: 'isSingleBet', target: 'betting', actions: noteWelcome },
        { guard: 'keepsReceipts', target: 'entering', actions: noteWelcome },
        { target: 'positioning', actions: noteWelcome },
      ],
    },
  });

export const entering = (agency: AgencySetup) =>
  agency.createStateConfig({
    description: 'Writes down which draw this is: started again, it comes back to the same one',
    invoke: {
      src: 'enterDraw',
      input: ({ context }) => ({ agency: context.id, draw: drawOf(context) }),
      onDone: { target: 'positioning' },
      onError: notKept,
    },
    on: { 'socket.idled': owesNothing },
  });

export const positioning = (agency: AgencySetup) =>
  agency.createStateConfig({
    description: 'Reads the rows that the server has stored already: they must be the same',
    entry: { type: 'askFile', params: ({ context }) => ({ type: 'file.rewind', to: context.stored }) },
    on: {
      'file.positioned': [
        { guard: { type: 'isSameFile', params: ({ event }) => event }, target: 'sending' },
        { guard: 'isForNext', ...forNext },
        refused(
          ({ context, event }) =>
            'the file is not the one that was uploaded, ' +
            `the server has ${howMany(context.stored, 'bet')} with CRC ${context.crc}, ` +
            `the file's first ${event.count} have CRC ${event.crc}, ` +
            `if the server's are not this agency's, ask its operator for: quiniela reset --agency ${context.id} DIR`,
        ),
      ],
      'socket.idled': owesNothing,
    },
  });
