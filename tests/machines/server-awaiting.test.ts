/** While the draw waits for some, its operator reads for whom. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { agencyFinished, bound, recovered, reopened, serveWith, session, upload } from './server-fixtures.ts';

const listening = [recovered(), bound];

const MINUTE = 60_000;

const serve = (agencies: number) => {
  const server = serveWith({ agencies, named: 3 }, ...listening);
  return {
    ...server,
    /** Its timers fire once in a step of the clock. */
    pass: (minutes: number) => {
      for (let minute = 0; minute < minutes; minute++) server.wait(MINUTE);
    },
    lines: () =>
      server.entries
        .filter(({ action }) => action === 'awaiting')
        .map(({ result, details }) => ({ result, ...details })),
  };
};

describe('the server says for whom the draw waits', () => {
  test('every minute, from the first agency that has finished on: who is missing, who is uploading', () => {
    const server = serve(4);
    server.pass(5);
    assert.deepEqual(server.lines(), [], 'nobody waits yet');
    server.send(...upload(2), session(3).opened);
    server.pass(1);
    const line = { result: 'in_progress', missing: '1 4', uploading: '3' };
    assert.deepEqual(server.lines(), [line]);
    server.pass(2);
    assert.deepEqual(server.lines(), [line, line, line]);
    assert.equal(server.state(), 'serving.collecting.receivingBatches');
    server.send(agencyFinished(3), ...upload(1));
    server.pass(1);
    assert.deepEqual(server.lines().at(-1), { result: 'in_progress', missing: '4' });
  });

  test('whoever comes and goes, the minute goes on', () => {
    const server = serve(2);
    const two = session(2);
    server.send(...upload(1));
    for (let second = 0; second < 60; second += 10) {
      server.send(two.opened, two.closed);
      server.wait(10_000);
    }
    assert.deepEqual(server.lines(), [{ result: 'in_progress', missing: '2' }]);
  });

  test('at the draw, how long it waited for whom, the longest first', () => {
    const server = serve(4);
    server.send(...upload(2));
    server.pass(2);
    server.send(...upload(4));
    server.pass(1);
    server.send(...upload(1), ...upload(3));
    assert.equal(server.state(), 'serving.drawing');
    assert.deepEqual(server.lines().at(-1), {
      result: 'success',
      waited_for: '1 (3 min) 3 (3 min) 4 (2 min)',
    });
  });

  test('an agency that is set back is waited for again', () => {
    const server = serve(2);
    server.send(...upload(1), agencyFinished(2));
    server.send(reopened(2), { type: 'draw.postponed' });
    server.pass(1);
    server.send(agencyFinished(2));
    assert.deepEqual(server.lines(), [
      { result: 'in_progress', missing: '2' },
      { result: 'success', waited_for: '2 (1 min)' },
    ]);
  });

  test('a draw that nobody kept waiting for a minute says nothing', () => {
    const server = serve(2);
    server.send(...upload(1));
    server.wait(MINUTE - 1);
    server.send(...upload(2));
    assert.equal(server.state(), 'serving.drawing');
    assert.deepEqual(server.lines(), []);
  });

  test('of many it names some, and how many more there are', () => {
    const server = serve(10_000);
    server.send(...upload(2));
    server.pass(1);
    assert.deepEqual(server.lines(), [{ result: 'in_progress', missing: '1 3 4 and 9996 more' }]);
  });
});
