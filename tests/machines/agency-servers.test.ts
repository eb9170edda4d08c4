import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromCallback } from 'xstate';
import { agencyMachine } from '../../machines/agency/agency.ts';
import type { Caller, SocketCommand } from '../../machines/vocabulary/socket.ts';
import type { ClientMessage } from '../../machines/vocabulary/wire.ts';
import { connected, error, LOTTERY, notConnected, opened } from './agency-fixtures.ts';
import { stage } from './stage.ts';

test('of several servers each call is for the next one, and agencies do not all begin with the same', () => {
  const callsOf = (id: number): number[] => {
    const called: number[] = [];
    const socket = fromCallback<SocketCommand<ClientMessage>, Caller>(({ input }) => {
      called.push(input.call);
    });
    const input = { ...LOTTERY, id };
    const { send, clock } = stage(agencyMachine, input, ['betFile', 'signals'], { actors: { socket } });
    send(opened, notConnected);
    clock.increment(input.backOffCapMs);
    send(connected, error('SUPERSEDED'));
    clock.increment(input.takeoverCapMs);
    return called;
  };
  assert.deepEqual(
    [callsOf(1), callsOf(2)],
    [
      [1, 2, 3],
      [2, 3, 4],
    ],
  );
});
