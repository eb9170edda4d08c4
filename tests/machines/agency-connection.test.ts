import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  connected,
  error,
  exhausted,
  flushed,
  idled,
  LOTTERY,
  notConnected,
  opened,
  positioned,
  ready,
  signal,
  socketClosed,
  socketEnded,
  TO_SENDING,
  TO_WINNERS,
  upload,
  welcome,
  winners,
} from './agency-fixtures.ts';

describe('agency: a lost connection', () => {
  test('is made again, and the upload goes on where the server stands', () => {
    const { send, wait, state, said, read } = upload(LOTTERY, ...TO_SENDING, ready(2), socketClosed);
    assert.equal(state(), 'reconnecting');
    wait(LOTTERY.backOffMs);
    send(connected, welcome(2, 9), positioned(2, 9), ready(4));
    assert.deepEqual([said().at(-1), read().includes('file.rewound 2')], ['BATCH:2', true]);
  });

  test('is tried later each time, up to a longest pause', () => {
    const { send, wait, state } = upload({ ...LOTTERY, maxAttempts: 9 }, opened, notConnected);
    for (const pause of [100, 200, 300, 300]) {
      wait(pause - 1);
      assert.equal(state(), 'reconnecting');
      wait(1);
      assert.equal(state(), 'online.connecting');
      send(notConnected);
    }
  });

  test('is given up after so many attempts in a row, with the reason', () => {
    const { send, wait, state, errors, exitCode } = upload(LOTTERY, opened, notConnected);
    for (const pause of [100, 200]) {
      wait(pause);
      send(notConnected);
    }
    assert.deepEqual([state(), exitCode()], ['failed', 1]);
    assert.match(errors().at(-1)!, /gave up after 3 attempts, ECONNREFUSED/);
  });

  test('is made again while it waits for its winners: DONE is said again', () => {
    const { send, wait, said } = upload(LOTTERY, ...TO_WINNERS, socketEnded);
    wait(LOTTERY.backOffMs);
    send(connected, welcome(2, 77), positioned(2, 77), exhausted(2));
    assert.equal(said().filter((word) => word === 'done').length, 2);
  });

  test('an attempt that hangs ends in time', () => {
    const { wait, state } = upload(LOTTERY, opened);
    wait(LOTTERY.connectMs);
    assert.equal(state(), 'reconnecting');
  });

  test('a server that stops or is busy is tried again, one that refuses is not', () => {
    for (const fault of ['SHUTTING_DOWN', 'BUSY', 'TIMEOUT', 'TOO_SLOW'])
      assert.equal(upload(LOTTERY, ...TO_SENDING, error(fault)).state(), 'reconnecting');
    for (const fault of ['AGENCY', 'GAP', 'FINISHED', 'SUPERSEDED'])
      assert.equal(upload(LOTTERY, ...TO_SENDING, error(fault)).state(), 'failed');
  });
});

describe('agency: the end', () => {
  test('SIGTERM closes connection and file and ends with 0, also while a connection attempt hangs', () => {
    for (const soFar of [[opened], TO_SENDING, TO_WINNERS, [opened, notConnected]]) {
      const { state, exitCode, said, read } = upload(LOTTERY, ...soFar, signal);
      assert.deepEqual([state(), exitCode()], ['interrupted', 0]);
      assert.deepEqual([said().at(-1), read().at(-1)], ['stopped', 'stopped']);
    }
  });

  test('the winners are waited for as long as it takes', () => {
    const { wait, send, state } = upload(LOTTERY, ...TO_WINNERS);
    wait(3_600_000);
    send(idled);
    assert.equal(state(), 'online.awaitingWinners');
  });

  test('a server that does not answer a batch is not waited for', () => {
    assert.equal(upload(LOTTERY, ...TO_SENDING, ready(2), idled).state(), 'reconnecting');
  });

  test('once it has its winners, nothing that the server says changes that', () => {
    for (const late of [error('SHUTTING_DOWN'), error('AGENCY'), socketEnded, idled]) {
      const { send, state, exitCode } = upload(LOTTERY, ...TO_WINNERS, winners(), late);
      assert.equal(state(), 'online.closing');
      send(socketClosed);
      assert.deepEqual([state(), exitCode()], ['finished', 0]);
    }
  });

  test('once its end is on its way, it does not wait for the server to close', () => {
    const { state, exitCode } = upload(LOTTERY, ...TO_WINNERS, winners(), flushed);
    assert.deepEqual([state(), exitCode()], ['finished', 0]);
  });

  test('a server that reads nothing more is not waited for', () => {
    const { wait, state, exitCode } = upload(LOTTERY, ...TO_WINNERS, winners());
    wait(LOTTERY.closeMs);
    assert.deepEqual([state(), exitCode()], ['finished', 0]);
  });
});
