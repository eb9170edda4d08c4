/** An agency whose socket and file are played by the test, and the events of both in few words. */
import { type EventFrom, fromPromise } from 'xstate';
import { agencyMachine } from '../../machines/agency/agency.ts';
import type { AgencyInput } from '../../machines/agency/upload.ts';
import { EXIT_PERMANENT } from '../../machines/exit-codes.ts';
import type { Receipt } from '../../machines/vocabulary/draw.ts';
import { stage } from './stage.ts';

export type AgencyEvent = EventFrom<typeof agencyMachine>;

export const LOTTERY: AgencyInput = {
  id: 1,
  mode: 'lottery',
  dialect: 'quiniela',
  loopAmount: 2,
  loopPeriodMs: 0,
  window: 2,
  maxAttempts: 3,
  connectMs: 3_000,
  backOffMs: 100,
  backOffCapMs: 300,
  takeoverCapMs: 1_000,
  maxCuts: 2,
  closeMs: 1_000,
  draw: undefined,
  keepsReceipts: false,
  bet: undefined,
  maxInvalid: { percent: 1, atLeast: 10 },
};
export const BATCHES: AgencyInput = { ...LOTTERY, mode: 'batches' };
export const TP0: AgencyInput = { ...LOTTERY, dialect: 'tp0', window: 1 };
export const BET: AgencyInput = {
  ...LOTTERY,
  mode: 'bet',
  bet: { id: 'x1', line: Buffer.from('BET:x1:…\n'), document: '30904465', number: 7574 },
};
export const TP0_BET: AgencyInput = { ...BET, dialect: 'tp0' };
export const betOn = (number: number): AgencyInput => ({ ...TP0_BET, bet: { ...BET.bet!, number } });

export const opened: AgencyEvent = { type: 'file.opened' };
export const positioned = (count = 0, crc = 0): AgencyEvent => ({ type: 'file.positioned', count, crc });
/** A batch of two bets; the upload stands at `next` after it. */
export const ready = (next: number) => ({
  type: 'batches.ready' as const,
  lines: Buffer.from(`BATCH:${next - 2}\n`),
  ends: [next],
  invalid: 0,
});
export const exhausted = (count: number, invalid = 0): AgencyEvent => ({
  type: 'file.exhausted',
  count,
  crc: 77,
  invalid,
});
export const unchanged: AgencyEvent = { type: 'file.unchanged' };
export const changed: AgencyEvent = { type: 'file.changed', reason: '"agency-1.csv" was removed' };

export const connected: AgencyEvent = { type: 'socket.connected' };
export const notConnected: AgencyEvent = { type: 'socket.failed', reason: 'ECONNREFUSED' };
/** In a process of many. */
export const queued: AgencyEvent = { type: 'call.queued' };
export const called: AgencyEvent = { type: 'call.begun' };
export const shaking: AgencyEvent = { type: 'handshake.begun' };
export const handshakeFailed: AgencyEvent = {
  type: 'handshake.failed',
  reason: "the server's certificate has expired",
};
export const socketEnded: AgencyEvent = { type: 'socket.ended' };
export const socketClosed: AgencyEvent = { type: 'socket.closed', reason: undefined };
/** All that was written is with the kernel. */
export const flushed: AgencyEvent = { type: 'socket.flushed' };
/** What was said long ago still waits to be written. */
export const choked: AgencyEvent = { type: 'socket.choked' };
export const idled: AgencyEvent = { type: 'socket.idled' };

export const welcome = (stored = 0, crc = 0, draw = '1'): AgencyEvent => ({
  type: 'server.welcome',
  draw,
  stored,
  crc,
});
/** In draw 2: winners of draw 1 are owed. */
export const welcomeOwed: AgencyEvent = { ...welcome(0, 0, '2'), owed: '1' } as AgencyEvent;
export const stored = (next: number): AgencyEvent => ({ type: 'server.stored', next });
export const count = (number: number): AgencyEvent => ({ type: 'server.count', count: number });
export const winners = (...documents: string[]): AgencyEvent => ({
  type: 'server.winners',
  total: documents.length,
  head: 'c0ffee',
  documents,
});
/** More winners follow. */
export const someWinners = (...documents: string[]): AgencyEvent => ({
  type: 'server.someWinners',
  documents,
});
export const betStored: AgencyEvent = { type: 'server.betStored', id: 'x1', number: 7574 };
export const error = (fault: string): AgencyEvent => ({ type: 'server.error', fault, text: 'so it is' });
export const signal: AgencyEvent = { type: 'signal.received', signal: 'SIGTERM' };

/** From the start to the first batch that is wanted. */
export const TO_SENDING = [opened, connected, welcome(), positioned()];
/** From the start to DONE. */
export const TO_WINNERS = [...TO_SENDING, ready(2), stored(2), exhausted(2), unchanged];

/** An agency that has heard the events of `soFar`. */
export function upload(input: AgencyInput, ...soFar: AgencyEvent[]) {
  const kept: unknown[] = [];
  const on = stage(agencyMachine, input, ['socket', 'betFile', 'signals'], {
    actors: {
      enterDraw: fromPromise<void, { agency: number; draw: string }>(async ({ input }) => {
        kept.push(input);
      }),
      keepReceipt: fromPromise<string, Receipt>(async ({ input }) => {
        kept.push(input);
        if (input.winners > 2) throw Object.assign(new Error('EACCES'), { exitCode: EXIT_PERMANENT });
        if (input.winners > 1) throw new Error('ENOSPC');
        return 'agency-1-draw-1.json';
      }),
    },
  });
  on.send(...soFar);
  return {
    send: on.send,
    state: on.state,
    entries: on.entries,
    /** What was written down, in its order. */
    kept,
    /** The draw of each HELLO. */
    hellos: () =>
      on.heard('socket').flatMap(({ message }) => (message?.kind === 'hello' ? [message.draw] : [])),
    wait: (ms: number) => on.clock.increment(ms),
    logged: () => on.logged,
    summary: () => on.entries.find(({ action }) => action === 'read_bets')?.details,
    errors: () => on.entries.flatMap(({ details }) => details?.error ?? []).map(String),
    exitCode: () => on.actor.getSnapshot().output?.exitCode,
    /** What the server was told: `hello`, `done`, a batch as `BATCH:0`, the end as `end`. */
    said: () =>
      on.heard('socket').map(({ type, message, data }) => {
        if (message) return message.kind;
        return data ? String(data).trim() : type.replace('socket.', '');
      }),
    done: () => on.heard('socket').find(({ message }) => message?.kind === 'done')?.message,
    /** How many batches the file was asked for, each time. */
    asked: () => on.heard('betFile').flatMap(({ type, most }) => (type === 'file.read' ? [most] : [])),
    /** What the file was asked: `file.read`, `file.rewind 4`. */
    read: () => on.heard('betFile').map(({ type, to }) => (to === undefined ? type : `${type} ${to}`)),
  };
}
