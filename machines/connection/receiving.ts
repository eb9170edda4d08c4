/** A session whose bets come in, up to its DONE. */
import { and } from 'xstate';
import { serverLogs } from '../log-lines.ts';
import { type At, log, notReading, ofAnswer, passOn, say, take } from './actions.ts';
import type { ConnectionSetup } from './connection.ts';
import { close, ifRefused, outOfOrder, refuse, refusedByStore, refuseLater } from './ending.ts';
import { refusalOfForgery } from './identity.ts';
import { refusalOfAgency } from './refusal.ts';
import { type Asking, endsOf, type Said, wordsOfRejection } from './session.ts';

/** Says what was kept back until nothing was owed. */
const sayKept = say(({ context }) => context.kept);

const forged = {
  guard: { type: 'isForged', params: ({ event }: At<Said<'badBatch' | 'badBet' | 'badTp0Bet'>>) => event },
  ...refuseLater(({ context }) => refusalOfForgery(context)),
} as const;

/** A request goes to the store. */
const submit = [
  { type: 'submit', params: ({ event }: At<Asking>) => event },
  { type: 'noteAsked', params: ({ event }: At<Asking>) => endsOf(event) },
] as const;

/** A DONE, in either dialect. */
const finish = [
  {
    guard: { type: 'isOwnAgency', params: ({ event }: At<Said<'done' | 'tp0Done'>>) => event },
    target: '#connection.talking.confirming',
    actions: submit,
  },
  refuseLater(({ context, event }: At<Said<'done' | 'tp0Done'>>) => refusalOfAgency(context, event)),
] as const;

/** Batches and single bets: the socket is read until as many wait for the store as may. */
const receive = [{ guard: 'fillsWindow', target: 'pausing', actions: submit }, { actions: submit }] as const;

const reading = (connection: ConnectionSetup) =>
  connection.createStateConfig({
    description: 'Reads the socket: more may come',
    on: {
      'client.batch': receive,
      'client.bet': receive,
      'client.badBatch': [
        forged,
        {
          target: 'rejecting',
          actions: ['countRejection', { type: 'keep', params: ({ event }) => wordsOfRejection(event) }],
        },
      ],
      'client.badBet': [
        forged,
        {
          target: 'atFault',
          actions: [
            log(({ event }) => serverLogs.betRejected(event.id, event.fault)),
            refuseLater<Said<'badBet'>>(({ event }) => ({
              fault: 'MALFORMED',
              text: `bet ${event.id} is not valid: ${event.fault}`,
            })).actions,
          ],
        },
      ],
      'client.tp0Bet': { target: '#connection.talking.betting', actions: submit },
      'client.badTp0Bet': [
        forged,
        {
          target: 'settlingUp',
          actions: log(({ event }) => serverLogs.betRejected(undefined, event.fault)),
        },
      ],
      'client.done': finish,
      'client.tp0Done': finish,
      'peer.paused': { description: "TP0: exercise 5's bet has no newline", actions: take },
      'flow.pause': { target: 'holdingBack' },
      'socket.ended': { target: 'settlingUp' },
    },
  });

export const receiving = (connection: ConnectionSetup) =>
  connection.createStateConfig({
    description: 'Takes in bets, and answers once they are on disk',
    initial: 'reading',
    on: {
      'store.answered': [ifRefused, { actions: passOn }],
      'protocol.violated': refuseLater(({ event }) => event),
      'client.*': refuseLater(outOfOrder),
    },
    states: {
      reading: reading(connection),
      pausing: {
        description: 'Does not read the socket: enough of this session waits for the store',
        ...notReading,
        on: {
          'store.answered': { guard: ofAnswer('isGranted'), target: 'reading', actions: passOn },
          'flow.pause': { target: 'holdingBack' },
        },
      },
      holdingBack: {
        description: 'Does not read the socket: too much of all sessions waits for the store',
        ...notReading,
        on: { 'flow.resume': [{ guard: 'hasRoom', target: 'reading' }, { target: 'pausing' }] },
      },
      rejecting: {
        description: 'Is about to refuse a bad batch: first answers what came before it',
        ...notReading,
        always: [
          {
            guard: and(['isNothingOwed', 'isHopeless']),
            ...close,
            actions: [...sayKept, ...refuse('MALFORMED', 'too many batches were rejected').actions],
          },
          { guard: 'isNothingOwed', target: 'reading', actions: sayKept },
        ],
      },
      atFault: {
        description: 'Is about to refuse the session: first says what it owes',
        ...notReading,
        always: { guard: 'isNothingOwed', ...close, actions: sayKept },
      },
      settlingUp: {
        description: 'Expects nothing more of the peer, and still sends the answers that it is owed',
        ...notReading,
        always: { guard: 'isNothingOwed', ...close },
      },
    },
  });

export const betting = (connection: ConnectionSetup) =>
  connection.createStateConfig({
    description: "TP0: stores exercise 5's bet, whose client takes any number but its own for a no",
    ...notReading,
    always: { guard: 'isNothingOwed', target: 'receiving' },
    on: {
      'store.answered': [
        { guard: ofAnswer('isRefused'), ...close, actions: [...passOn, refusedByStore.actions[0]] },
        { actions: passOn },
      ],
    },
  });

export const confirming = (connection: ConnectionSetup) =>
  connection.createStateConfig({
    description: 'The agency said DONE: waits until the store has checked it and written it down',
    ...notReading,
    on: {
      'store.answered': [
        ifRefused,
        { guard: ofAnswer('isFinished'), target: 'awaitingDraw', actions: passOn },
        { actions: passOn },
      ],
    },
  });
