import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import {
  type AgencyEvent,
  BATCHES,
  BET,
  called,
  choked,
  connected,
  count,
  error,
  exhausted,
  flushed,
  handshakeFailed,
  idled,
  LOTTERY,
  notConnected,
  opened,
  positioned,
  queued,
  ready,
  shaking,
  signal,
  socketClosed,
  socketEnded,
  someWinners,
  stored,
  TO_SENDING,
  TO_WINNERS,
  TP0,
  unchanged,
  upload,
  welcome,
  welcomeOwed,
  winners,
} from './agency-fixtures.ts';

describe('agency: a lost connection', () => {
  test('is made again, and the upload goes on where the server stands', () => {
    const { send, wait, state, said, read } = upload(LOTTERY, ...TO_SENDING, ready(2), socketClosed);
    assert.equal(state(), 'reconnecting');
    wait(LOTTERY.backOffMs);
    send(connected, welcome(2, 9), positioned(2, 9), ready(4));
    assert.deepEqual([said().at(-1), read().includes('file.rewind 2')], ['BATCH:2', true]);
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
    send(connected, welcome(2, 77), positioned(2, 77), exhausted(2), unchanged);
    assert.equal(said().filter((word) => word === 'done').length, 2);
  });

  test('an attempt that hangs ends in time', () => {
    const { wait, state, errors } = upload(LOTTERY, opened);
    wait(LOTTERY.connectMs);
    assert.deepEqual([state(), errors()], ['reconnecting', ['the connection could not be made in time']]);
  });

  test('however it is lost, it is made again, and the log says why', () => {
    const reset: AgencyEvent = { type: 'socket.closed', reason: 'ECONNRESET' };
    const ways: [AgencyEvent, RegExp][] = [
      [reset, /ECONNRESET/],
      [socketClosed, /the server closed/],
      [socketEnded, /the server closed/],
      [idled, /did not answer in time/],
      [choked, /./],
      [error('BUSY'), /BUSY, so it is/],
    ];
    for (const [event, reason] of ways) {
      const { state, logged, errors } = upload(LOTTERY, ...TO_SENDING, ready(2), event);
      assert.deepEqual([state(), logged().includes('connection fail')], ['reconnecting', true]);
      assert.match(errors().at(-1)!, reason);
    }
  });

  test('is given up only after attempts in a row: a server that answers is a new start', () => {
    for (const input of [LOTTERY, BET]) {
      const { send, wait, state } = upload({ ...input, maxAttempts: 2 }, opened, notConnected);
      wait(input.backOffMs);
      send(connected, welcome(), socketClosed);
      wait(input.backOffMs);
      send(notConnected);
      assert.equal(state(), 'reconnecting');
    }
  });

  test('is given up if the server welcomes it each time and never stores any more', () => {
    for (const [input, rest] of [
      [LOTTERY, [positioned(), ready(2)]],
      [BET, []],
    ] as const) {
      const { send, wait, state, errors } = upload(input, opened);
      for (let call = 0; call <= input.maxAttempts; call++) {
        assert.equal(state(), 'online.connecting', `call ${call}`);
        send(connected, welcome(), ...rest, idled);
        wait(input.backOffCapMs);
      }
      assert.equal(state(), 'failed');
      assert.match(errors().at(-1)!, /gave up after 3 attempts, the server did not answer in time/);
    }
  });

  test('is not given up while it gets any further, nor while it waits for the draw', () => {
    const waiting = [welcome(4, 77), positioned(4, 77), exhausted(4), unchanged, socketClosed];
    const calls = [
      [welcome(), positioned(), ready(2), idled],
      [welcome(2, 9), positioned(2, 9), ready(4), idled],
      ...Array.from({ length: 5 }, () => waiting),
    ];
    const { send, wait, state } = upload({ ...LOTTERY, maxAttempts: 2 }, opened);
    for (const call of calls) {
      send(connected, ...call);
      assert.equal(state(), 'reconnecting');
      wait(LOTTERY.backOffCapMs);
    }
  });

  test('in the TP0 dialect the upload starts again from the first bet', () => {
    const toLoss = [opened, connected, positioned(), ready(2), count(2), socketClosed];
    const { send, wait, read } = upload(TP0, ...toLoss);
    wait(TP0.backOffMs);
    send(connected);
    assert.equal(read().at(-1), 'file.rewind 0');
  });

  test('in the TP0 dialect it gives up when it is cut again and again and gets no further: it has a twin', () => {
    const attempt = [connected, positioned(), ready(2), count(2)];
    const { send, wait, state, errors, exitCode } = upload({ ...TP0, maxAttempts: 99 }, opened, ...attempt);
    send(ready(4), count(2), socketEnded);
    wait(1_000);
    send(...attempt, ready(4), count(2), ready(6), count(2), socketEnded);
    assert.equal(state(), 'reconnecting', 'it got further');
    wait(1_000);
    send(notConnected);
    wait(1_000);
    send(...attempt, socketEnded);
    assert.equal(state(), 'reconnecting', 'the server was gone');
    wait(1_000);
    send(...attempt, socketEnded);
    assert.equal(exitCode(), 1);
    assert.match(errors().at(-1)!, /closed the connection 2 times .* is another agency 1 running\?$/);
  });

  test('what the server refuses ends it with 2, what nobody understands with 1, and the log says what', () => {
    const ways: [AgencyEvent, number, RegExp][] = [
      [
        { type: 'server.rejected', offset: 0, position: 1, fault: 'DOCUMENT' },
        2,
        /bet 1 .* was rejected, DOCUMENT/,
      ],
      [{ type: 'protocol.violated', fault: 'MALFORMED', text: 'no message' }, 1, /no message/],
      [stored(1), 1, /says 1 bet is stored, 2 were expected/],
      [error('AGENCY'), 2, /AGENCY, so it is/],
    ];
    for (const [event, code, reason] of ways) {
      const { exitCode, errors } = upload(LOTTERY, ...TO_SENDING, ready(2), event);
      assert.equal(exitCode(), code);
      assert.match(errors().at(-1)!, reason);
    }
  });

  test('a server that answers what nobody asked is not waited for: it ends with 1, and the log says what it said', () => {
    const answers: [AgencyEvent, string][] = [
      [welcome(), 'WELCOME'],
      [stored(2), 'STORED'],
      [{ type: 'server.betStored', id: 'x', number: 7 }, 'BET'],
      [someWinners('30904465'), 'WINNERS'],
      [winners(), 'WINNERS'],
      [count(1), 'a count'],
    ];
    const moments: Record<string, { soFar: AgencyEvent[]; expected: string[] }> = {
      'online.greeting': { soFar: [opened, connected], expected: ['WELCOME'] },
      'online.positioning': { soFar: [opened, connected, welcome()], expected: [] },
      'online.sending.reading': { soFar: TO_SENDING, expected: ['STORED', 'a count'] },
      'online.checkingFile': { soFar: TO_WINNERS.slice(0, -1), expected: [] },
      'online.awaitingWinners': { soFar: TO_WINNERS, expected: ['WINNERS', 'a count'] },
    };
    for (const [moment, { soFar, expected }] of Object.entries(moments))
      for (const [answer, word] of answers.filter(([, word]) => !expected.includes(word))) {
        assert.equal(upload(LOTTERY, ...soFar).state(), moment);
        const { exitCode, errors, logged } = upload(LOTTERY, ...soFar, answer);
        assert.deepEqual(
          [exitCode(), errors()],
          [1, [`the server says ${word}, which nothing had asked for`]],
        );
        const action = moment.endsWith('Winners') ? 'consulta_ganadores' : 'apuesta_enviada';
        assert.ok(logged().includes(`${action} fail`), `${moment}, ${word}: ${logged()}`);
      }
  });

  test('a server that stops or is busy is tried again, one that refuses is not', () => {
    for (const fault of ['SHUTTING_DOWN', 'BUSY', 'TIMEOUT', 'TOO_SLOW'])
      assert.equal(upload(LOTTERY, ...TO_SENDING, error(fault)).state(), 'reconnecting');
    for (const fault of ['AGENCY', 'GAP', 'FINISHED', 'DRAW'])
      assert.equal(upload(LOTTERY, ...TO_SENDING, error(fault)).state(), 'refused');
  });
});

describe('agency: taken over by another connection of its number', () => {
  const { backOffMs, takeoverCapMs } = LOTTERY;
  const taken = error('SUPERSEDED');

  test('it comes back, later each time, for ever, and says who it was each time', () => {
    for (const soFar of [TO_SENDING, TO_WINNERS, [opened, connected]]) {
      const { send, wait, state, errors } = upload({ ...LOTTERY, maxAttempts: 2 }, ...soFar, taken);
      for (const pause of [1, 2, 4, 8, 10, 10, 10].map((times) => times * backOffMs)) {
        wait(pause - 1);
        assert.equal(state(), 'yielding');
        wait(1);
        assert.equal(state(), 'online.connecting');
        send(connected, taken);
      }
      assert.deepEqual([errors().length, errors().at(-1)], [8, 'the server says SUPERSEDED, so it is']);
    }
  });

  test('once it was let be for long enough, the next time counts as the first', () => {
    const { send, wait, state } = upload(LOTTERY, ...TO_WINNERS, taken);
    for (const lasting of [2 * takeoverCapMs - 1, 2 * takeoverCapMs]) {
      wait(takeoverCapMs);
      send(connected, welcome(2, 77), positioned(2, 77), exhausted(2), unchanged);
      wait(lasting);
      send(taken);
    }
    wait(backOffMs);
    assert.equal(state(), 'online.connecting');
  });
});

describe('agency: its draw', () => {
  const back = (...events: AgencyEvent[]) => {
    const agency = upload(LOTTERY, ...TO_SENDING, ready(2), stored(2), socketClosed);
    agency.wait(LOTTERY.backOffMs);
    agency.send(connected, ...events);
    return agency;
  };

  test('is named by an agency that comes back, and by one that was told which', () => {
    assert.deepEqual(
      [upload(LOTTERY, opened, connected), back(), upload({ ...BET, draw: 'noche' }, connected)].map(
        ({ hellos }) => hellos().at(-1),
      ),
      [undefined, '1', 'noche'],
    );
  });

  test('is kept: less stored than was acknowledged, or another draw, is a failure in every mode', () => {
    for (const [welcomed, reason] of [
      [welcome(0, 0, '1'), /has 0 bets of draw 1, 2 were acknowledged/],
      [welcome(2, 9, '2'), /welcomes to draw 2, this upload is for draw 1/],
      [welcome(0, 0, '2'), /welcomes to draw 2/],
    ] as const) {
      const { exitCode, errors, logged } = back(welcomed);
      assert.deepEqual([exitCode(), logged().includes('apuesta_enviada fail')], [1, true]);
      assert.match(errors().at(-1)!, reason);
    }
    const bet = upload({ ...BET, draw: '1' }, connected, welcome(0, 0, '2'));
    assert.deepEqual([bet.exitCode(), bet.said()], [1, ['hello', 'stopped']]);
  });

  test('winners that are fewer or more than their number are no success', () => {
    for (const total of [1, 3]) {
      const last = { ...winners('30904465'), total } as AgencyEvent;
      const { exitCode, errors } = upload(LOTTERY, ...TO_WINNERS, someWinners('24807259'), last);
      assert.equal(exitCode(), 1);
      assert.match(errors().at(-1)!, new RegExp(`says ${total} winners? and has named 2`));
    }
    const { send, wait, state, entries } = upload(
      LOTTERY,
      ...TO_WINNERS,
      someWinners('24807259'),
      socketClosed,
    );
    wait(LOTTERY.backOffMs);
    send(connected, welcome(2, 77), positioned(2, 77), exhausted(2), unchanged);
    send(winners('24807259', '30904465'));
    assert.equal(state(), 'online.closing', 'those that came before the cut are told again');
    const details = entries.map(({ details }) => details ?? {});
    assert.ok(details.some(({ cant_ganadores }) => cant_ganadores === 2));
    assert.ok(details.some(({ draw, head }) => draw === '1' && head === 'c0ffee'));
  });
});

describe('agency: the winners that it is owed', () => {
  const [welcomed, again] = [welcome(2, 77, '1'), welcome(0, 0, '2')];

  test('a process that knows no draw looks there first, and if its file is that one, nothing is sent', () => {
    const { send, hellos, said, exitCode } = upload(LOTTERY, opened, connected, welcomeOwed);
    send(connected, welcomed, positioned(2, 77), exhausted(2), unchanged, winners('30904465'), flushed);
    assert.deepEqual([hellos(), exitCode()], [[undefined, '1'], 0]);
    assert.ok(!said().some((line) => line.startsWith('BATCH')));
  });

  test('another file is for the draw that is open', () => {
    const others: AgencyEvent[][] = [
      [welcomed, positioned(2, 78)],
      [welcomed, positioned(1, 77)],
      [welcomed, positioned(2, 77), ready(4), error('FINISHED')],
      [error('DRAW')],
    ];
    for (const other of others) {
      const { send, hellos, read, state, said } = upload(LOTTERY, opened, connected, welcomeOwed);
      send(connected, ...other, connected, again, positioned(), ready(2));
      assert.deepEqual(hellos(), [undefined, '1', '2']);
      assert.ok(read().includes('file.rewind 0'));
      assert.deepEqual([state(), said().at(-1)], ['online.sending.reading', 'BATCH:0']);
    }
  });

  test('who names a draw, or waits for no winners, goes where it was sent', () => {
    for (const input of [{ ...LOTTERY, draw: '2' }, BATCHES])
      assert.equal(upload(input, opened, connected, welcomeOwed).state(), 'online.positioning');
    assert.equal(upload(BET, connected, welcomeOwed).state(), 'online.betting');
  });
});

describe('agency: what it keeps of a draw', () => {
  const keeping = { ...LOTTERY, keepsReceipts: true };

  test('nothing is sent before the draw is written down, and the receipt before it ends', async () => {
    const { send, said, state, kept, entries, exitCode } = upload(keeping, opened, connected, welcome());
    assert.deepEqual([state(), kept, said()], ['online.entering', [{ agency: 1, draw: '1' }], ['hello']]);
    await turn();
    send(positioned(), ready(2), stored(2), exhausted(2), unchanged, winners('30904465'), idled, socketEnded);
    assert.equal(state(), 'online.filing');
    await turn();
    assert.equal(state(), 'online.closing');
    const receipt = { draw: '1', agency: 1, bets: 2, crc: 77, winners: 1, head: 'c0ffee' };
    assert.deepEqual(kept.at(-1), receipt);
    const file = entries.find(({ action }) => action === 'receipt')?.details?.file;
    send(flushed);
    assert.deepEqual([file, exitCode()], ['agency-1-draw-1.json', 0]);
  });

  test('the receipt of what was signed has its hash', async () => {
    const { send, kept } = upload(keeping, opened, connected, welcome());
    await turn();
    send(positioned(), ready(2), stored(2), {
      type: 'file.exhausted',
      count: 2,
      crc: 77,
      sha: 'c0de',
      invalid: 0,
    });
    send(unchanged, winners());
    await turn();
    const receipt = { draw: '1', agency: 1, bets: 2, crc: 77, winners: 0, head: 'c0ffee', sha: 'c0de' };
    assert.deepEqual(kept.at(-1), receipt);
  });

  test('a receipt that cannot be kept is no success; a full disk may have room the next time', async () => {
    for (const [documents, exit, why] of [
      [['30904465', '24807259'], 1, 'ENOSPC'],
      [['30904465', '24807259', '21689196'], 2, 'EACCES'],
    ] as const) {
      const { send, errors, exitCode } = upload(keeping, opened, connected, welcome());
      await turn();
      send(positioned(), exhausted(0), unchanged, winners(...documents));
      await turn();
      assert.deepEqual([exitCode(), errors()], [exit, [why]]);
    }
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

  test('winners that begin and never end are asked for again', () => {
    const { send, state } = upload(LOTTERY, ...TO_WINNERS);
    send({ type: 'frame.expired' });
    assert.equal(state(), 'reconnecting');
  });

  test('an agency that is told an error instead of its winners ends with 2, and says that it is about them', () => {
    const { state, exitCode, logged } = upload(LOTTERY, ...TO_WINNERS, error('CRC'));
    assert.deepEqual([state(), exitCode()], ['refused', 2]);
    assert.ok(logged().includes('consulta_ganadores fail'));
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

  test('every connection that is closed is logged, and the file', () => {
    const { send, wait, logged } = upload(LOTTERY, ...TO_SENDING, ready(2), socketClosed);
    const closed = () => logged().filter((line) => line === 'close success').length;
    assert.equal(closed(), 1);
    wait(LOTTERY.backOffMs);
    send(connected, welcome(2, 9), positioned(2, 9), exhausted(2), unchanged, winners(), flushed);
    assert.equal(closed(), 3);
    assert.equal(
      upload(BET, connected, signal)
        .logged()
        .filter((line) => line === 'close success').length,
      1,
    );
  });

  test('a defect in an actor is named and ends it with 1', () => {
    const broken = { type: 'xstate.error.actor.betFile', actorId: 'betFile', error: new Error('a bug') };
    const { exitCode, errors } = upload(LOTTERY, ...TO_SENDING, broken as unknown as AgencyEvent);
    assert.deepEqual([exitCode(), errors()], [1, ['Error: a bug']]);
  });
});

describe('TLS', () => {
  test('the agency has all the time to wait for its turn, and is connected once the server answers', () => {
    const { wait, state, send, said } = upload(LOTTERY, opened, shaking);
    wait(100 * LOTTERY.connectMs);
    assert.deepEqual([state(), said()], ['online.securing', []]);
    send(connected);
    assert.deepEqual([state(), said()], ['online.greeting', ['hello']]);
  });

  test('in a fleet it has all the time until its turn to call, and then as long as any', () => {
    const { wait, state, send } = upload(LOTTERY, opened, queued);
    wait(100 * LOTTERY.connectMs);
    assert.equal(state(), 'online.queuing');
    send(called);
    wait(LOTTERY.connectMs - 1);
    assert.equal(state(), 'online.connecting');
    wait(1);
    assert.equal(state(), 'reconnecting');
  });

  test('a handshake that is cut is tried again, as any connection', () => {
    const { state } = upload(LOTTERY, opened, shaking, notConnected);
    assert.equal(state(), 'reconnecting');
  });

  test('what is wrong with a certificate is said in one line, and ends the agency for good', () => {
    for (const soFar of [[], [connected], [connected, welcome(), positioned()]]) {
      const { state, exitCode, errors } = upload(LOTTERY, opened, shaking, ...soFar, handshakeFailed);
      assert.deepEqual([state(), exitCode()], ['refused', 2]);
      assert.deepEqual(errors(), ["the server's certificate has expired"]);
    }
    assert.equal(upload(LOTTERY, opened, connected, error('IDENTITY')).exitCode(), 2);
  });
});
