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
    description: 'The upload is complete: the winners follow once all agencies have finished',
    entry: report('session.waiting'),
    on: {
      'client.done': saidAgain,
      'client.tp0Done': saidAgain,
      'client.*': [closeSilently, refuseFor(outOfOrder)],
      'protocol.violated': [closeSilently, refuseFor(({ event }) => event)],
      'socket.idled': { description: 'Nothing is owed by the agency' },
    },
    initial: 'listening',
    states: {
      listening: {
        description: 'The agency is there',
        on: {
          'session.announce': { target: '#connection.talking.answering', actions: announce },
          'socket.ended': { target: 'halfOpen' },
        },
      },
      halfOpen: {
        description: 'The agency has ended its side, as netcat does, and may still listen',
        on: { 'session.announce': { target: '#connection.talking.answering.flushing', actions: announce } },
      },
    },
  });

export const answering = (connection: ConnectionSetup) =>
  connection.createStateConfig({
    description: 'The winners are on their way; the agency has them when it closes. No error follows them',
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
        description: 'They are written as the agency takes them, which takes as long as it takes',
        on: {
          'socket.emptied': { target: 'delivering', actions: report('session.answered') },
          'socket.ended': { target: 'flushing' },
        },
      },
      flushing: {
        description: 'The same; the agency has ended its side, as netcat does',
        on: { 'socket.emptied': { target: 'lingering', actions: report('session.answered') } },
      },
      delivering: {
        description: 'The agency reads the last of them, then closes',
        on: { 'socket.ended': { target: 'lingering' } },
      },
      lingering: {
        description: 'Its end may have crossed the winners: if nobody read them, they are refused about now',
        after: { linger: { ...close, actions: report('session.told') } },
      },
    },
  });
