/** The draw took place: its agencies come for their winners, now or after a restart. */
import { and, not } from 'xstate';
import { serverLogs } from '../log-lines.ts';
import type { SessionEvent } from '../vocabulary/session.ts';
import { log, noteTold } from './actions.ts';
import { notClosed, notCome } from './roll.ts';
import type { ServerSetup } from './server.ts';

type Waiting = Extract<SessionEvent, { type: 'session.waiting' }>;

/** Written down before the files close: the next start archives this draw and begins another. */
const closeDraw = [
  { type: 'record', params: { kind: 'close' } },
  { type: 'tellAll', params: { type: 'session.end', fault: undefined, text: '' } },
] as const;

/** Ends the draw, though some agencies have not come for their winners, or not closed. */
const leave = {
  target: '#server.shuttingDown',
  actions: [
    log(({ context }) => serverLogs.notTold(notCome(context), notClosed(context), context.input.named)),
    ...closeDraw,
  ],
} as const;

/** Somebody comes for the winners, and is told at once. */
const announceAtOnce = {
  actions: [
    { type: 'noteWaiting', params: ({ event }: { event: Waiting }) => event },
    { type: 'announceToOne', params: ({ event }: { event: Waiting }) => event },
  ],
} as const;

export const answering = (server: ServerSetup) =>
  server.createStateConfig({
    description:
      'The draw was over before this server started: still answers agencies that come for their winners',
    after: { announceTimeout: { target: '#server.shuttingDown', actions: closeDraw } },
    on: { 'session.waiting': announceAtOnce, 'session.told': noteTold },
  });

export const announcing = (server: ServerSetup) =>
  server.createStateConfig({
    description: 'Tells each agency its own winners, if it waits or comes back',
    entry: 'announceToWaiting',
    always: { guard: 'everyoneTold', target: '#server.shuttingDown', actions: closeDraw },
    on: {
      'session.waiting': announceAtOnce,
      'session.told': noteTold,
    },
    initial: 'patient',
    states: {
      patient: {
        description: 'Waits for agencies that are away',
        after: { announceTimeout: { target: 'hurried' } },
      },
      hurried: {
        description: 'Time is up for agencies that are away: finishes with those that it is telling',
        always: { guard: not('isTelling'), target: 'parting' },
      },
      parting: {
        description:
          'Wrote all winners: waits for agencies to close, which says that they have them, as long as some do',
        always: [
          { guard: 'isTelling', target: 'hurried' },
          { guard: and([not('someReading'), not('everyoneTold')]), ...leave },
        ],
        after: { close: leave },
        on: { 'session.told': { ...noteTold, target: 'parting', reenter: true } },
      },
    },
  });
