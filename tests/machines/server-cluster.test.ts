/** A server among many: what it hears of the others, through its store. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  agencyFinished,
  bound,
  drawRecorded,
  gone,
  INPUT,
  recovered,
  serve,
  session,
  shuttingDown,
  upload,
  WINNERS,
} from './server-fixtures.ts';

const listening = [recovered(), bound];

describe('server among many', () => {
  test('an agency that goes on at another server is told here that its session is over', () => {
    const [one, two] = [session(1), session(2)];
    const { send } = serve(...listening, one.opened, two.opened);
    send({ type: 'agency.superseded', agency: 1 });
    assert.deepEqual(one.heard, [
      { type: 'session.end', fault: 'SUPERSEDED', text: 'agency 1 goes on at another server' },
    ]);
    assert.deepEqual(two.heard, []);
    send(one.closed, { type: 'agency.superseded', agency: 1 });
    assert.equal(one.heard.length, 1, 'nobody is there any more');
  });

  test('agencies that finished elsewhere count, and each server tells its own', () => {
    const [one, two] = [session(1), session(2)];
    const { send, state, asked } = serve(...listening, ...upload(1, one));
    send(agencyFinished(2));
    assert.deepEqual([state(), asked().at(-1)], ['serving.drawing', 'store.draw']);
    send(drawRecorded);
    assert.deepEqual([one.winners(), two.winners()], [[WINNERS.get(1)], []]);
  });

  test('a server ends once all agencies are told, wherever they were told', () => {
    const one = session(1);
    const { send, state } = serve(...listening, ...upload(1, one), agencyFinished(2), drawRecorded);
    send({ type: 'agency.told', agency: 2 }, one.written);
    assert.equal(state(), 'serving.announcing.patient');
    send(one.told, one.closed);
    assert.equal(state(), shuttingDown('drainingStore', 'ofItself'));
  });

  test('an agency that was told elsewhere before the draw is known here is not waited for', () => {
    const { send, state } = serve(...listening, ...upload(1), agencyFinished(2));
    send({ type: 'agency.told', agency: 1 }, { type: 'agency.told', agency: 2 }, drawRecorded);
    assert.equal(state(), shuttingDown('drainingStore', 'ofItself'));
  });

  test('a server that starts after the draw is over still answers, for as long as agencies are waited for', () => {
    const over = recovered({ finished: [1, 2], winners: WINNERS, told: [1, 2], isOver: true });
    const { send, state, wait, asked, connections } = serve(over, bound);
    const [one, again] = [session(1), session(1, 'again')];
    send(one.opened, one.waiting, one.written, one.told, one.closed, again.opened, again.waiting);
    assert.deepEqual([one.winners(), again.winners()], [[WINNERS.get(1)], [WINNERS.get(1)]]);
    assert.equal(state(), 'serving.answering');
    wait(INPUT.announceMs);
    assert.equal(state(), shuttingDown('drainingStore', 'ofItself'));
    assert.deepEqual(
      asked().filter((kind) => kind !== 'open'),
      ['told', 'close', 'store.drain'],
    );
    assert.equal(connections().at(-1), 'session.end', 'who is still there is not waited for');
  });

  test('a log that is set back before the port is bound changes what is known, and nothing else', () => {
    const { send, state, logged } = serve(recovered(), recovered({ finished: [1] }));
    assert.equal(state(), 'serving.binding');
    send(bound);
    assert.equal(state(), 'serving.collecting.awaitingAllAgencies');
    assert.ok(logged().includes('accept_connections in_progress'));
  });

  test('if the log is set back, sessions end as passing, and what the log has now is what counts', () => {
    const [one, two] = [session(1), session(2)];
    const { send, state, connections } = serve(...listening, ...upload(1, one), two.opened);
    send(recovered({ finished: [2] }));
    assert.equal(connections().at(-1), 'session.end');
    send(one.closed, two.closed, gone());
    assert.equal(state(), 'serving.collecting.awaitingAllAgencies');
    const again = session(1, 'again');
    send(...upload(1, again));
    assert.equal(state(), 'serving.drawing', 'agency 2 had finished');
  });

  test('a draw that is lost with the end of the log takes place again; one that is there is announced', () => {
    const lost = serve(...listening, ...upload(1), ...upload(2), drawRecorded);
    lost.send(recovered({ finished: [1] }));
    assert.equal(lost.state(), 'serving.collecting.awaitingAllAgencies');
    const kept = serve(...listening, ...upload(1), agencyFinished(2));
    kept.send(recovered({ finished: [1, 2], winners: WINNERS, told: [2] }));
    assert.equal(kept.state(), 'serving.announcing.patient');
  });
});
