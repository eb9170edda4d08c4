import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type SnapshotFrom, transition } from 'xstate';
import { agencyMachine } from '../../machines/agency/agency.ts';
import type { AgencyInput, InvalidLimit } from '../../machines/agency/upload.ts';
import {
  type AgencyEvent,
  BATCHES,
  BET,
  betOn,
  betStored,
  called,
  changed,
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
  TP0,
  TP0_BET,
  unchanged,
  upload,
  welcome,
  welcomeOwed,
  winners,
} from './agency-fixtures.ts';
import { testEveryPath } from './suite.ts';

const paths = testEveryPath({
  machine: agencyMachine,
  inputs: [
    { ...LOTTERY, window: 1 },
    { ...LOTTERY, keepsReceipts: true },
    { ...BATCHES, loopPeriodMs: 5_000 },
    TP0,
    BET,
    TP0_BET,
    betOn(0),
  ].map((input) => ({ ...input, maxAttempts: 2, maxCuts: 1 })),
  events: [
    ...[
      opened,
      { type: 'file.failed', reason: 'EIO', exitCode: 1 } as const,
      { type: 'file.failed', reason: 'ENOENT', exitCode: 2 } as const,
      { type: 'row.invalid', line: 3, text: '' } as const,
      { type: 'file.recognised', form: { encoding: 'UTF-8' } } as const,
      { type: 'file.surveyed', bets: 90, invalid: 10 } as const,
      { type: 'file.surveyed', bets: 89, invalid: 11 } as const,
    ],
    ...[
      positioned(),
      positioned(2, 9),
      ready(2),
      ready(4),
      exhausted(2),
      exhausted(2, 9),
      unchanged,
      changed,
    ],
    ...[queued, called, shaking, handshakeFailed],
    ...[connected, notConnected, socketEnded, socketClosed, idled, flushed, choked],
    { type: 'frame.expired' },
    { type: 'socket.broken', error: new Error('a bug') },
    ...[welcome(0, 0, '2'), welcomeOwed, error('FINISHED'), error('DRAW')],
    { type: 'program.broken', error: new Error('a bug') },
    ...[
      welcome(),
      welcome(2, 9),
      stored(2),
      stored(4),
      stored(1),
      count(2),
      count(1),
      count(0),
      winners('30904465'),
    ],
    someWinners('24807259'),
    ...[betStored, error('BUSY'), error('SUPERSEDED'), error('AGENCY'), signal],
    { type: 'server.rejected', offset: 0, position: 1, fault: 'DOCUMENT' },
    { type: 'protocol.violated', fault: 'MALFORMED', text: 'no message' },
  ],
  // A file's batches follow upon each other.
  impossible: (event, { context: { stored, unacknowledged } }) =>
    event.type === 'batches.ready' && event.ends[0]! <= Math.max(stored, ...unacknowledged),
  outputs: { enterDraw: () => [undefined], keepReceipt: () => ['agency-1-draw-1.json'] },
  permanent: ['enterDraw', 'keepReceipt'],
  remember: ({
    mode,
    dialect,
    draw,
    next,
    winners,
    takeovers,
    furthest,
    cuts,
    bet,
    attempts,
    stored,
    unacknowledged,
    batches,
    invalid,
    exitCode,
  }) => [
    ...[
      mode,
      dialect,
      draw,
      next,
      winners > 0,
      takeovers > 0,
      attempts,
      stored,
      unacknowledged,
      invalid,
      exitCode,
    ],
    mode === 'batches' && Math.min(batches, 3),
    dialect === 'tp0' && [Math.min(furthest, 2), cuts, bet?.number],
  ],
});

describe('agency, in every state that it can be in', () => {
  type Snapshot = SnapshotFrom<typeof agencyMachine>;
  const after = (snapshot: unknown, event: AgencyEvent) =>
    transition(agencyMachine, snapshot as Snapshot, event)[0];

  test('SIGTERM ends it with 0', () => {
    for (const { snapshot } of paths().filter(({ snapshot }) => snapshot.status === 'active'))
      assert.deepEqual(after(snapshot, signal).output, { exitCode: 0 });
  });

  test('its exit code is 0 unless it has failed, and 2 if a restart cannot mend it', () => {
    for (const { snapshot } of paths().filter(({ snapshot }) => snapshot.status === 'done'))
      assert.equal(snapshot.output.exitCode, { failed: 1, refused: 2 }[String(snapshot.value)] ?? 0);
  });
});

describe('agency: an upload', () => {
  test('all bets are sent, DONE is said once they are stored, and the winners end it', () => {
    const { send, said, done, state, exitCode, logged } = upload(LOTTERY, ...TO_SENDING, ready(2));
    send(exhausted(2));
    assert.deepEqual([state(), said()], ['online.sending.finishing', ['hello', 'BATCH:0']]);
    send(stored(2), unchanged);
    assert.deepEqual(done(), { kind: 'done', agency: 1, count: 2, crc: 77 });
    send(winners('30904465', '24807259'), socketClosed);
    assert.deepEqual([state(), exitCode(), said().at(-2)], ['finished', 0, 'end']);
    assert.ok(logged().includes('consulta_ganadores success'));
    assert.ok(logged().includes('apuesta_enviada success'));
  });

  test('what is to be signed is said with DONE: the hash of the rows, and the draw', () => {
    const { send, done } = upload(LOTTERY, ...TO_SENDING, ready(2), stored(2));
    send({ type: 'file.exhausted', count: 2, crc: 77, sha: 'c0de', invalid: 0 }, unchanged);
    const signs = { draw: '1', sha: 'c0de' };
    assert.deepEqual(done(), { kind: 'done', agency: 1, count: 2, crc: 77, signs });
  });

  test('no more batches are on their way than the window allows', () => {
    const { send, state, read } = upload(LOTTERY, ...TO_SENDING, ready(2), ready(4));
    const wanted = () => read().filter((type) => type === 'file.read').length;
    assert.deepEqual([state(), wanted()], ['online.sending.awaitingRoom', 2]);
    send(stored(2));
    assert.deepEqual([state(), wanted()], ['online.sending.reading', 3]);
  });

  test('batches that are read together are sent at once, and one answer may speak of several', () => {
    const two: AgencyEvent = {
      type: 'batches.ready',
      lines: Buffer.from('BATCH:0\nBATCH:2\n'),
      ends: [2, 4],
      invalid: 0,
    };
    const { send, state, said, asked, logged } = upload(LOTTERY, ...TO_SENDING, two);
    assert.deepEqual([state(), said()], ['online.sending.awaitingRoom', ['hello', 'BATCH:0\nBATCH:2']]);
    send(stored(4));
    assert.deepEqual([state(), asked()], ['online.sending.reading', [2, 2]]);
    assert.deepEqual(logged().slice(-2), ['apuesta_enviada success', 'apuesta_enviada success']);
  });

  test('a window is filled again once half of it is acknowledged, not for each batch', () => {
    const eight = [2, 4, 6, 8, 10, 12, 14, 16];
    const full: AgencyEvent = { type: 'batches.ready', lines: Buffer.from('…\n'), ends: eight, invalid: 0 };
    const { send, asked } = upload({ ...LOTTERY, window: 8 }, ...TO_SENDING, full);
    send(stored(2), stored(6));
    assert.deepEqual(asked(), [8], 'five are on their way');
    send(stored(8));
    assert.deepEqual(asked(), [8, 4]);
  });

  test('no more batches are asked for than may be sent now', () => {
    const asked = (input: AgencyInput, ...soFar: AgencyEvent[]) =>
      upload(input, ...TO_SENDING, ...soFar).asked();
    assert.deepEqual(asked({ ...LOTTERY, window: 8 }, ready(2)), [8, 7]);
    assert.deepEqual(asked({ ...LOTTERY, loopPeriodMs: 5_000 }), [1]);
    assert.deepEqual(asked({ ...BATCHES, window: 8, loopAmount: 3 }, ready(2)), [3, 2]);
    assert.deepEqual(asked({ ...BATCHES, window: 8, loopAmount: 3 }, ready(2), stored(2)), [3, 2]);
  });

  test('loop.period passes between two batches', () => {
    const { wait, state } = upload({ ...LOTTERY, loopPeriodMs: 5_000 }, ...TO_SENDING, ready(2));
    wait(4_999);
    assert.equal(state(), 'online.sending.pausing');
    wait(1);
    assert.equal(state(), 'online.sending.reading');
  });

  test('the bets that the server has are skipped, if they are the same', () => {
    const toWelcome = [opened, connected, welcome(4, 9)];
    const same = upload(LOTTERY, ...toWelcome, positioned(4, 9));
    assert.deepEqual([same.read()[0], same.state()], ['file.rewind 4', 'online.sending.reading']);
    for (const other of [positioned(4, 8), positioned(3, 9)]) {
      const { state, exitCode, errors } = upload(LOTTERY, ...toWelcome, other);
      assert.deepEqual([state(), exitCode()], ['refused', 2]);
      assert.match(errors().at(-1)!, /not the one that was uploaded/);
    }
  });

  test('an invalid row is named, and the upload goes on', () => {
    const row: AgencyEvent = { type: 'row.invalid', line: 3, text: 'NUMBER' };
    const { state, logged } = upload(LOTTERY, ...TO_SENDING, row);
    assert.deepEqual([state(), logged().at(-1)], ['online.sending.reading', 'read_bet fail']);
  });

  test('the summary says how many rows of how many are bets', () => {
    const { send, said, summary } = upload(LOTTERY, ...TO_SENDING, ready(2), stored(2), exhausted(2, 1));
    send(unchanged);
    assert.deepEqual([said().at(-1), summary()], ['done', { client_id: 1, rows: 3, bets: 2, invalid: 1 }]);
  });

  test('with more invalid rows than allowed nothing is said DONE, and it ends with 1', () => {
    const limits: [InvalidLimit, allowed: number, bets: number][] = [
      [{ percent: 1, atLeast: 10 }, 20, 1_980],
      [{ percent: 1, atLeast: 10 }, 10, 60],
      // A small file's ten rows are not most of it.
      [{ percent: 1, atLeast: 10 }, 3, 3],
      [{ percent: 5, atLeast: 0 }, 5, 95],
      [{ rows: 3 }, 3, 2],
      [{ rows: 0 }, 0, 2],
    ];
    for (const [maxInvalid, allowed, bets] of limits) {
      for (const input of [LOTTERY, TP0, BATCHES].map((mode) => ({ ...mode, loopAmount: 1, maxInvalid }))) {
        const end = (invalid: number) => {
          const welcomed = input.dialect === 'tp0' ? [opened, connected] : [opened, connected, welcome()];
          const answer = input.dialect === 'tp0' ? count(bets) : stored(bets);
          const { send, ...seen } = upload(input, ...welcomed, positioned(), { ...ready(bets), invalid });
          send(answer, exhausted(bets, invalid), unchanged);
          return seen;
        };
        const last = input.mode === 'batches' ? 'end' : input.dialect === 'tp0' ? 'tp0Done' : 'done';
        assert.equal(end(allowed).said().at(-1), last);
        const over = end(allowed + 1);
        assert.deepEqual([over.state(), over.exitCode()], ['failed', 1]);
        assert.ok(!over.said().includes(last));
        assert.match(over.errors().at(-1)!, / rows (is no bet|are no bets), data.maxInvalid allows/);
      }
    }
  });

  test('a file that was read to its end has too many of them before anything is sent', () => {
    const { state, said, exitCode, errors } = upload(LOTTERY, {
      type: 'file.surveyed',
      bets: 89,
      invalid: 11,
    });
    assert.deepEqual([state(), exitCode(), said()], ['failed', 1, []]);
    assert.equal(errors()[0], '11 of 100 rows are no bets, data.maxInvalid allows 10: DONE is not said');
  });

  test('a file that is another one by the time that all is stored ends it with 1, and DONE is not said', () => {
    for (const input of [LOTTERY, { ...BATCHES, loopAmount: 1 }]) {
      const { send, state, said, exitCode, errors } = upload(input, ...TO_SENDING, ready(2), stored(2));
      send(exhausted(2), changed);
      assert.deepEqual([state(), exitCode()], ['failed', 1]);
      assert.deepEqual(said(), ['hello', 'BATCH:0', 'stopped']);
      assert.match(errors().at(-1)!, /was removed/);
    }
  });

  test('a file that cannot be read ends it with 1, or with 2 if a restart cannot mend that', () => {
    for (const [code, end] of [
      [1, 'failed'],
      [2, 'refused'],
    ] as const) {
      const failed = { type: 'file.failed', reason: 'so it is', exitCode: code } as const;
      const { state, exitCode, logged } = upload(LOTTERY, failed);
      assert.deepEqual([state(), exitCode(), logged()[0]], [end, code, 'open_file fail']);
    }
  });

  test('batches mode sends loop.amount batches, and does not wait for a draw', () => {
    const { send, said, state } = upload(BATCHES, ...TO_SENDING, ready(2), ready(4), stored(2));
    assert.equal(state(), 'online.sending.finishing');
    send(stored(4), unchanged, socketClosed);
    assert.deepEqual([state(), said()], ['finished', ['hello', 'BATCH:0', 'BATCH:2', 'end', 'stopped']]);
  });

  test('batches that were lost with the connection do not count as sent', () => {
    const { send, wait, said } = upload(BATCHES, ...TO_SENDING, ready(2), ready(4), socketClosed);
    wait(BATCHES.backOffMs);
    send(connected, welcome(2, 9), positioned(2, 9), ready(4), stored(4), unchanged, socketClosed);
    assert.deepEqual(said(), [
      ...['hello', 'BATCH:0', 'BATCH:2', 'stopped'],
      ...['hello', 'BATCH:2', 'end', 'stopped'],
    ]);
  });

  test('a single bet is sent, and its number ends it', () => {
    const { send, said, state, exitCode, logged } = upload(BET, connected, welcome());
    assert.deepEqual(said(), ['hello', 'BET:x1:…']);
    send(betStored, socketClosed);
    assert.deepEqual([state(), exitCode()], ['finished', 0]);
    assert.ok(logged().includes('apuesta_enviada success'));
  });

  test('in the TP0 dialect a single bet is stored where the server counts one, and not otherwise', () => {
    const one = upload(TP0_BET, connected, count(1), flushed);
    assert.deepEqual([one.said()[0], one.exitCode()], ['BET:x1:…', 0]);
    assert.ok(one.logged().includes('apuesta_enviada success'));
    for (const answer of [0, 2]) {
      const { exitCode, errors } = upload(TP0_BET, connected, count(answer));
      assert.equal(exitCode(), 1);
      assert.match(errors().at(-1)!, new RegExp(`says ${answer}, 1 or the number 7574 was expected`));
    }
  });

  test("exercise 5's server answers with the number; where that is 0, who says no closes", () => {
    for (const number of [7574, 1])
      assert.equal(upload(betOn(number), connected, count(number), flushed).exitCode(), 0);
    const { state, send, wait, exitCode, logged } = upload(betOn(0), connected, count(0));
    assert.equal(state(), 'online.doubting');
    wait(BET.closeMs);
    send(flushed);
    assert.deepEqual([exitCode(), logged().includes('apuesta_enviada success')], [0, true]);
    assert.equal(upload(betOn(0), connected, count(0), socketEnded).exitCode(), 1);
  });

  test('in the TP0 dialect DONE waits for the last count as well', () => {
    const { send, state } = upload({ ...TP0, window: 2 }, opened, connected, positioned(), ready(2));
    send(exhausted(2));
    assert.equal(state(), 'online.sending.finishing');
    send(count(2), unchanged);
    assert.equal(state(), 'online.awaitingWinners');
  });

  test('in the TP0 dialect there is no HELLO, and every batch is answered with its count', () => {
    const { send, said, state } = upload(TP0, opened, connected, positioned(), ready(2));
    assert.deepEqual([said(), state()], [['BATCH:0'], 'online.sending.awaitingRoom']);
    send(count(2), exhausted(2), unchanged);
    assert.deepEqual([said().at(-1), state()], ['tp0Done', 'online.awaitingWinners']);
    send(count(3), socketClosed);
    assert.equal(state(), 'finished');
  });

  test('in the TP0 dialect a smaller count ends it with 1: the batch was not stored', () => {
    const { state, exitCode } = upload(TP0, opened, connected, positioned(), ready(2), count(0));
    assert.deepEqual([state(), exitCode()], ['failed', 1]);
  });
});
