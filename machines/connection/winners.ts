/** A session whose upload is complete: it waits for the draw, then it is told its winners. */
import { type At, report } from './actions.ts';
import type { ConnectionSetup } from './connection.ts';
import { close, closeSilently, logDefect, outOfOrder, refuseFor } from './ending.ts';
import type { ConnectionEvent } from './session.ts';

const saidAgain = { description: 'Said again: one answer is enough' } as const;

const announce = {
  type: 'announce',
  params: ({ event }: At<Extract<ConnectionEvent, { type: 'session.announce' }>>) => event,
} as const;

export const awaitingDraw = (connection: ConnectionSetup) =>
  connection.createStateConfig({
    description:
      'The upload is complete: waits for the draw, which takes place once every agency has finished',
    entry: report('session.waiting'),
    on: {
      'client.done': saidAgain,
      'client.tp0Done': saidAgain,
      'client.*': [closeSilently, refuseFor(outOfOrder)],
      'protocol.violated': [closeSilently, refuseFor(({ event }) => event)],
      'socket.idled': { description: 'The agency owes nothing' },
    },
    initial: 'listening',
    states: {
      listening: {
        description: 'Keeps the connection: the agency is there',
        on: {
          'session.announce': { target: '#connection.talking.telling', actions: announce },
          'socket.ended': { target: 'halfOpen' },
        },
      },
      halfOpen: {
        description:
          'Keeps the connection: the agency has ended its side, as netcat does, and may still listen',
        on: { 'session.announce': { target: '#connection.talking.telling.flushing', actions: announce } },
      },
    },
  });

export const telling = (connection: ConnectionSetup) =>
  connection.createStateConfig({
    description: 'Sends the winners: the agency has them when it closes, so no error may follow them',
    initial: 'writing',
    on: {
      'session.end': close,
      'client.done': saidAgain,
      'client.tp0Done': saidAgain,
      'client.*': close,
      'protocol.violated': close,
      'frame.expired': close,
      'socket.idled': close,
      'socket.broken': { ...close, actions: logDefect },
    },
    states: {
      writing: {
        description: 'Writes the winners as fast as the agency takes them',
        on: {
          'socket.emptied': { target: 'delivering', actions: report('session.written') },
          'socket.ended': { target: 'flushing' },
        },
      },
      flushing: {
        description: 'Writes the winners; the agency has ended its side, as netcat does',
        on: { 'socket.emptied': { target: 'lingering', actions: report('session.written') } },
      },
      delivering: {
        description: 'Wrote all winners: the agency reads the last of them, then closes',
        on: { 'socket.ended': { target: 'lingering' } },
      },
      lingering: {
        description:
          "Waits a moment after the agency's end: if nobody read the winners, they are refused about now",
        after: { linger: { ...close, actions: report('session.told') } },
      },
    },
  });
