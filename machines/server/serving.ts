/** The server at work: whoever connects is heard, from the first bet to the last winner. */
import { serverLogs } from '../log-lines.ts';
import { CANNOT_GO_ON, endSessions, exitAsItSays, log, recordTold, recover } from './actions.ts';
import { announcing, answering } from './announcing.ts';
import { collecting } from './collecting.ts';
import type { ServerSetup } from './server.ts';

/** The log that many servers share was set back to an earlier state: no session can go on. */
const beginAnew = [recover, endSessions('the log of the draw was set back')] as const;

const accepting = { type: 'log', params: serverLogs.accepting() } as const;

export const serving = (server: ServerSetup) =>
  server.createStateConfig({
    description: 'Accepts connections',
    invoke: { src: 'listener', id: 'listener' },
    on: {
      'listener.failed': {
        target: 'shuttingDown',
        actions: [log(({ event }) => serverLogs.listenFailed(event.reason)), CANNOT_GO_ON, exitAsItSays],
      },
      'connection.accepted': [
        {
          guard: 'isCrowded',
          actions: [
            log(({ context, event }) =>
              serverLogs.turnedAway(event.ip, context.open - context.sessions.size),
            ),
            { type: 'turnAway', params: ({ event }) => event },
          ],
        },
        { actions: ['countAdmitted', { type: 'admit', params: ({ event }) => event }] },
      ],
      'session.opened': [
        {
          guard: { type: 'isOfAnotherDraw', params: ({ event }) => event },
          actions: { type: 'recallDraw', params: ({ event }) => event },
        },
        {
          guard: { type: 'isAdmissible', params: ({ event }) => event },
          actions: { type: 'openSession', params: ({ event }) => event },
        },
        { actions: { type: 'refuseSession', params: ({ event }) => event } },
      ],
      'session.waiting': { actions: { type: 'noteWaiting', params: ({ event }) => event } },
      // Somebody came late for the winners of a draw that is over.
      'session.told': {
        guard: { type: 'isOfAnotherDraw', params: ({ event }) => event },
        actions: recordTold,
      },
      'store.recovered': [
        {
          guard: { type: 'holdsDraw', params: ({ event }) => event.recovered },
          target: '.announcing',
          actions: beginAnew,
        },
        { target: '.collecting', actions: beginAnew },
      ],
      'store.saturated': { actions: { type: 'tellAll', params: { type: 'flow.pause' } } },
      'store.relieved': { actions: { type: 'tellAll', params: { type: 'flow.resume' } } },
    },
    initial: 'binding',
    states: {
      binding: {
        description: 'Binds the port that agencies call',
        on: {
          'store.recovered': { actions: recover },
          'listener.bound': [
            { guard: 'wasOver', target: 'answering', actions: accepting },
            { guard: 'wasDrawn', target: 'announcing', actions: accepting },
            { target: 'collecting', actions: accepting },
          ],
        },
      },
      collecting: collecting(server),
      drawing: {
        description:
          'Every agency has finished: finds the winners, and writes them down. Of many servers each does so; the first one counts',
        entry: 'askForDraw',
        on: {
          'draw.recorded': {
            target: 'publishing',
            actions: [
              { type: 'noteWinners', params: ({ event }) => event },
              { type: 'log', params: serverLogs.drawn() },
              log(({ context, event }) => serverLogs.recorded(context.draw, event.head)),
            ],
          },
          'draw.postponed': { target: 'collecting' },
        },
      },
      publishing: {
        description:
          'The draw is in the log, and nobody is told yet: who reads the logs of several programs sees it first',
        always: { guard: 'isPublishedAtOnce', target: 'announcing' },
        after: { publish: { target: 'announcing' } },
      },
      announcing: announcing(server),
      answering: answering(server),
    },
  });
