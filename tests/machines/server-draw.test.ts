import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { LogEntry } from '../../machines/vocabulary/log.ts';
import {
  accepted,
  agencyFinished,
  begun,
  bound,
  drawRecorded,
  gone,
  INPUT,
  recovered,
  reopened,
  serve,
  serveWith,
  session,
  shuttingDown,
  told,
  upload,
  WINNERS,
} from './server-fixtures.ts';

const listening = [recovered(), bound];

describe('server: from the first bet to the last winner', () => {
  test('no agency is told its winners before all have finished', () => {
    const [one, two] = [session(1), session(2)];
    const { send, asked, state, entries } = serve(...listening, ...upload(1, one), two.opened);
    assert.deepEqual(
      [one.winners(), asked(), state()],
      [[], ['open', 'open'], 'serving.collecting.receivingBatches'],
    );
    send(agencyFinished(2));
    assert.deepEqual([asked().at(-1), state()], ['store.draw', 'serving.drawing']);
    assert.deepEqual(one.winners(), [], 'nor before the winners are on disk');
    send(two.waiting, drawRecorded);
    assert.equal(one.winners().length, 1);
    const recorded = entries.find(({ action }) => action === 'record_draw');
    assert.deepEqual(recorded?.details, { draw: '1', head: 'c0ffee' });
  });

  test('each agency is told its own winners, and once', () => {
    const [one, two] = [session(1), session(2)];
    serve(...listening, ...upload(1, one), ...upload(2, two), drawRecorded);
    assert.deepEqual(one.winners(), [WINNERS.get(1)]);
    assert.deepEqual(two.winners(), [[]], 'an agency without winners is told so');
  });

  test('the draw takes place once', () => {
    const { asked, send } = serve(...listening, ...upload(1), ...upload(2), drawRecorded);
    send(agencyFinished(1), agencyFinished(2));
    assert.equal(asked().filter((kind) => kind === 'store.draw').length, 1);
  });

  test('an agency that comes back after the draw is told at once', () => {
    const back = session(1, 'back');
    const { send } = serve(...listening, ...upload(1), ...upload(2), drawRecorded);
    send(back.opened, back.waiting);
    assert.deepEqual(back.winners(), [WINNERS.get(1)]);
  });

  test('once every agency has its winners, the draw is closed and the server ends with 0', () => {
    const toDraw = [accepted, ...upload(1), ...upload(2), drawRecorded];
    const { send, asked, state, exitCode, connections, entries } = serve(...listening, ...toDraw);
    send(told(1));
    assert.equal(state(), 'serving.announcing.patient');
    send(told(2));
    assert.equal(connections().at(-1), 'session.end');
    send(gone());
    assert.deepEqual(asked().slice(-4), ['told', 'told', 'close', 'store.drain']);
    send({ type: 'store.closed' });
    assert.deepEqual([state(), exitCode()], ['stopped', 0]);
    const closed = entries.filter(({ action }) => action === 'close').map(({ details }) => details?.resource);
    assert.deepEqual(closed.slice(-2), ['bets.csv', 'journal.ndjson']);
  });

  test('an agency that never comes for its winners is waited for so long, then named', () => {
    const [one, two] = [session(1), session(2)];
    const toDraw = [...listening, ...upload(1, one), ...upload(2, two), two.closed];
    const { send, wait, entries, state, asked, connections } = serve(...toDraw, drawRecorded);
    send(one.written, told(1));
    wait(INPUT.announceMs - 1);
    assert.equal(state(), 'serving.announcing.patient');
    wait(1);
    assert.match(String(entries.find(({ action }) => action === 'announce')?.details?.error), /winners: 2$/);
    assert.equal(state(), shuttingDown('drainingStore', 'ofItself'));
    assert.deepEqual(
      asked().slice(-2),
      ['close', 'store.drain'],
      'its draw is over, and goes into the archive',
    );
    assert.equal(connections().at(-1), 'session.end');
  });

  test('who comes back after the draw and has its winners is waited for until it closes, and named if it does not', () => {
    const [two, back] = [session(2), session(1, 'back')];
    const toDraw = [...listening, ...upload(1), ...upload(2, two), session(1).closed, drawRecorded];
    const { send, wait, state, entries } = serve(...toDraw, told(2), two.closed);
    send(back.opened, back.waiting, back.written);
    wait(INPUT.announceMs);
    assert.equal(state(), 'serving.announcing.parting');
    wait(INPUT.connection.closeMs);
    const error = entries.find(({ action }) => action === 'announce')?.details?.error;
    assert.equal(error, 'have not closed since theirs were written: 1');
  });

  test('an older connection that says that it has written the winners does not speak for the newer one', () => {
    const [older, newer, two] = [session(1), session(1, 'newer'), session(2)];
    const { send, wait, state } = serve(...listening, ...upload(1, older), ...upload(2, two), drawRecorded);
    send(two.written, newer.opened, newer.waiting, older.written);
    wait(INPUT.announceMs);
    assert.equal(state(), 'serving.announcing.hurried', 'the newer one is being told');
    send(newer.written);
    assert.equal(state(), 'serving.announcing.parting');
  });

  test('who comes back to a draw that is over is looked up there, and in no other is anything known of it', () => {
    const late = session(1, 'late', '0');
    const { send, state, requests } = serve(...listening, late.opened);
    assert.deepEqual(requests(), [{ kind: 'open', agency: 1, draw: '0' }]);
    assert.equal(state(), 'serving.collecting.listening');
    send(late.told, late.closed);
    assert.deepEqual(requests().at(-1), { kind: 'told', agency: 1, draw: '0' });
    const two = session(2);
    send(...upload(1), ...upload(2, two), drawRecorded, two.written, told(2));
    assert.equal(state(), 'serving.announcing.patient', 'it has not had those of this draw');
  });

  test('an agency that is being told when the time is up is told to the end, however long it takes', () => {
    for (const end of ['written', 'closed'] as const) {
      const [one, two] = [session(1), session(2)];
      const { send, wait, state } = serve(...listening, ...upload(1, one), ...upload(2, two), drawRecorded);
      send(two.written);
      wait(INPUT.announceMs);
      assert.equal(state(), 'serving.announcing.hurried');
      wait(3_600_000);
      assert.equal(state(), 'serving.announcing.hurried');
      send(session(1, 'superseded long ago').closed, one[end]);
      assert.equal(state(), 'serving.announcing.parting');
      wait(INPUT.connection.closeMs);
      assert.equal(state(), shuttingDown('drainingStore', 'ofItself'));
    }
  });

  test('who has its winners when the time is up is waited for while others close, and is not said not to have come', () => {
    const [one, two] = [session(1), session(2)];
    const { closeMs } = INPUT.connection;
    const toTime = () => {
      const stage = serve(...listening, ...upload(1, one), ...upload(2, two), drawRecorded);
      stage.send(one.written, two.written);
      stage.wait(INPUT.announceMs);
      assert.equal(stage.state(), 'serving.announcing.parting');
      stage.wait(closeMs - 1);
      stage.send(told(1), one.closed);
      stage.wait(closeMs - 1);
      assert.equal(stage.state(), 'serving.announcing.parting', 'a machine that is slow is not in a hurry');
      return stage;
    };
    const announced = (entries: readonly LogEntry[]) =>
      entries.filter(({ action }) => action === 'announce').map(({ details }) => details?.error);

    const all = toTime();
    all.send(told(2), two.closed);
    assert.deepEqual([all.state(), announced(all.entries)], [shuttingDown('drainingStore', 'ofItself'), []]);

    const silent = toTime();
    silent.wait(1);
    assert.equal(silent.state(), shuttingDown('drainingStore', 'ofItself'));
    assert.deepEqual(announced(silent.entries), ['have not closed since theirs were written: 2']);

    const broken = toTime();
    broken.send(two.closed);
    assert.equal(broken.state(), shuttingDown('drainingStore', 'ofItself'));
    assert.deepEqual(announced(broken.entries), ['never came for their winners: 2']);
  });

  /** Agency 1 has its winners written as the time is up, and agency 2 is away. */
  const oneAnswered = () => {
    const [one, two] = [session(1), session(2)];
    const toDraw = [...listening, ...upload(1, one), ...upload(2, two), two.closed, drawRecorded];
    const stage = serve(...toDraw);
    stage.send(one.written);
    stage.wait(INPUT.announceMs);
    return { one, ...stage };
  };

  test('who comes back while others close is told to the end as well', () => {
    const { one, send, wait, state } = oneAnswered();
    const again = session(2, 'again');
    send(again.opened, again.waiting, told(1), one.closed);
    wait(3_600_000);
    assert.equal(state(), 'serving.announcing.hurried');
    send(again.written, told(2));
    assert.equal(state(), shuttingDown('drainingStore', 'ofItself'));
  });

  test('who did not come and who has not closed are named apart', () => {
    const { wait, entries } = oneAnswered();
    wait(INPUT.connection.closeMs);
    const [error] = entries
      .filter(({ action }) => action === 'announce')
      .map(({ details }) => details?.error);
    assert.equal(error, 'never came for their winners: 2; have not closed since theirs were written: 1');
  });

  test('a second connection of an agency closes the older one', () => {
    const [older, newer] = [session(1), session(1, 'newer')];
    const { send, state } = serve(...listening, older.opened, newer.opened);
    assert.deepEqual([older.ended(), newer.ended()], [['SUPERSEDED'], []]);
    send(older.closed);
    assert.equal(state(), 'serving.collecting.receivingBatches', 'the agency is still there');
    send(newer.closed);
    assert.equal(state(), 'serving.collecting.listening');
  });

  test('an agency that is not one of them is sent off, and not registered', () => {
    for (const agency of [0, 3, 1.5]) {
      const stranger = session(agency);
      const { asked, state } = serve(...listening, stranger.opened);
      assert.deepEqual(
        [stranger.ended(), asked(), state()],
        [['AGENCY'], [], 'serving.collecting.listening'],
      );
      assert.match(JSON.stringify(stranger.heard), new RegExp(`agency ${agency} is not one of 1 to 2"`));
    }
  });

  test("the draw's line is out for a while before anybody is told, and who comes meanwhile is told then", () => {
    const [one, two] = [session(1), session(2)];
    const { send, logged, state, wait } = serveWith({ publishMs: 50 }, ...listening, ...upload(1, one));
    send(two.opened, agencyFinished(2), drawRecorded);
    assert.ok(logged().includes('sorteo success'));
    send(two.waiting);
    wait(49);
    assert.deepEqual([one.winners(), two.winners(), state()], [[], [], 'serving.publishing']);
    wait(1);
    assert.deepEqual(
      [one.winners(), two.winners()],
      [WINNERS.get(1), []].map((documents) => [documents]),
    );
  });

  test('agencies that count from 5 are those from 5, and so it is said', () => {
    const stranger = session(7);
    serveWith({ agenciesFrom: 5 }, ...listening, session(6).opened, stranger.opened);
    assert.match(JSON.stringify(stranger.heard), /agency 7 is not one of 5 to 6"/);
  });

  test('agencies that count from 0 are those from 0', () => {
    for (const [agency, faults] of [
      [0, []],
      [1, []],
      [2, ['AGENCY']],
    ] as const) {
      const one = session(agency);
      serveWith({ agenciesFrom: 0 }, ...listening, one.opened);
      assert.deepEqual(one.ended(), faults);
    }
  });

  test("TP0's words end no upload with offsets, there or away; each ends one of TP0", () => {
    const [own, bets] = [session(1), session(1, 'bets', undefined, 'tp0')];
    const { send, asked } = serve(...listening, own.opened, begun(1), bets.opened);
    assert.deepEqual([own.ended(), bets.ended(), asked()], [[], ['DIALECT'], ['open']]);
    send(own.closed, bets.opened);
    assert.deepEqual(bets.ended(), ['DIALECT', 'DIALECT']);
    const after = session(1, 'after a restart', undefined, 'tp0');
    serve(recovered({ withOffsets: [1] }), bound, after.opened);
    assert.deepEqual(after.ended(), ['DIALECT']);
    const together = session(2, 'one of many', undefined, 'tp0');
    serve(...listening, begun(1, 2), together.opened);
    assert.deepEqual(together.ended(), ['DIALECT'], 'whose uploads began in one commit');
    const [first, second] = [session(2, 'first', undefined, 'tp0'), session(2, 'second', undefined, 'tp0')];
    send(first.opened, second.opened, session(2, 'with offsets').opened);
    assert.deepEqual([first.ended(), second.ended()], [['SUPERSEDED'], ['SUPERSEDED']]);
  });

  test("who is only here keeps TP0's bets not out, but a DONE without any", () => {
    const idle = session(1, 'idle');
    const done = session(1, 'done', undefined, 'tp0', true);
    const bets = session(1, 'bets', undefined, 'tp0');
    const { send } = serve(...listening, idle.opened, done.opened);
    assert.deepEqual([idle.ended(), done.ended()], [[], ['DIALECT']]);
    send(bets.opened);
    assert.deepEqual([idle.ended(), bets.ended()], [['SUPERSEDED'], []]);
    send(done.opened);
    assert.deepEqual(bets.ended(), ['SUPERSEDED'], 'the original may ask on another connection');
  });

  test('an agency that is reopened has not finished; a draw that was asked for meanwhile is put off', () => {
    const { send, state, asked } = serve(...listening, agencyFinished(1), reopened(1), agencyFinished(2));
    assert.equal(state(), 'serving.collecting.awaitingAllAgencies');
    send(agencyFinished(1));
    assert.equal(state(), 'serving.drawing');
    send(reopened(1), { type: 'draw.postponed' });
    assert.equal(state(), 'serving.collecting.awaitingAllAgencies');
    send(agencyFinished(1));
    assert.deepEqual(
      asked().filter((kind) => kind === 'store.draw'),
      ['store.draw', 'store.draw'],
    );
  });

  test('its state says whether anybody uploads, and whether anybody has finished', () => {
    const [one, two] = [session(1), session(2)];
    const { send, state } = serve(...listening);
    const states = [one.opened, agencyFinished(1), one.waiting, two.opened, two.closed].map((event) => {
      send(event);
      return state().replace('serving.collecting.', '');
    });
    assert.deepEqual(states, [
      'receivingBatches',
      'receivingBatches',
      'awaitingAllAgencies',
      'receivingBatches',
      'awaitingAllAgencies',
    ]);
  });

  test('after a restart, the agencies that had finished count as finished', () => {
    const { send, state, asked } = serve(recovered({ finished: [1] }), bound);
    assert.equal(state(), 'serving.collecting.awaitingAllAgencies');
    send(agencyFinished(2));
    assert.deepEqual(asked(), ['store.draw']);
  });

  test('after a restart, a draw that took place is announced, not drawn again', () => {
    const back = session(1);
    const draw = { finished: [1, 2], winners: WINNERS, head: 'c0ffee', told: [2] };
    const { send, state, asked } = serve(recovered(draw), bound);
    assert.equal(state(), 'serving.announcing.patient');
    send(back.opened, back.waiting, back.told);
    const announced = back.heard.find(({ type }) => type === 'session.announce');
    assert.deepEqual(announced, {
      type: 'session.announce',
      documents: WINNERS.get(1),
      head: 'c0ffee',
    });
    assert.deepEqual(asked(), ['open', 'told', 'close', 'store.drain']);
  });

  test('what other agencies left in the folder does not count', () => {
    const { state } = serve(recovered({ finished: [3, 4] }), bound);
    assert.equal(state(), 'serving.collecting.listening');
  });
});
