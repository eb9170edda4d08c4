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
      'The draw was over before this server started: whoever comes for its winners is still answered',
    after: { announceTimeout: { target: '#server.shuttingDown', actions: closeDraw } },
    on: { 'session.waiting': announceAtOnce, 'session.told': noteTold },
  });

export const announcing = (server: ServerSetup) =>
  server.createStateConfig({
    description: 'Each agency that waits, or comes back, gets its own winners',
    entry: 'announceToWaiting',
    always: { guard: 'everyoneTold', target: '#server.shuttingDown', actions: closeDraw },
    on: {
      'session.waiting': announceAtOnce,
      'session.told': noteTold,
    },
    initial: 'patient',
    states: {
      patient: {
        description: 'Agencies that are away may come back',
        after: { announceTimeout: { target: 'hurried' } },
      },
      hurried: {
        description: 'Time is up: whoever is being told is told to the end',
        always: { guard: not('isTelling'), target: 'parting' },
      },
      parting: {
        description:
          'All winners are written: who has them closes about now. There is time as long as somebody does',
        always: [
          { guard: 'isTelling', target: 'hurried' },
          { guard: and([not('someReading'), not('everyoneTold')]), ...leave },
        ],
        after: { close: leave },
        on: { 'session.told': { ...noteTold, target: 'parting', reenter: true } },
      },
    },
  });
