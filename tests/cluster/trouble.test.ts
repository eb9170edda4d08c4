/** An engine in trouble: nothing is acknowledged that is not in the log, and what is not there is said again. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { OrderedLog } from '../../src/cluster/ordered-log.ts';
import { batch, finish } from '../store/helpers.ts';
import { hello, openServer } from './support.ts';
import { TroubledLog } from './troubled-log.ts';

const open = async (t: TestContext, stalls: number[] = []) => {
  const engine = new TroubledLog();
  engine.trouble.stalls = stalls;
  const server = await openServer(t, engine.port(), { clock: engine.time, agencies: 1 });
  await server.say(hello(1));
  return { engine, server, trouble: engine.trouble };
};

/** What was answered so far. */
const answersOf = (saying: Promise<string[]>): string[] => {
  const answers: string[] = [];
  void saying.then((said) => answers.push(...said));
  return answers;
};

const actionsOf = ({ notices }: { notices: readonly { action: string; result: string }[] }) =>
  notices.map(({ action, result }) => `${action} ${result}`);

/** A log whose entries are read once `gone` resolves, of whatever is left by then; `reading` tells that somebody asks. */
const heldReads = () => {
  const engine = new TroubledLog();
  const reading = Promise.withResolvers<void>();
  const gone = Promise.withResolvers<void>();
  const port: OrderedLog = {
    ...engine.port(),
    async *read(from, to) {
      reading.resolve();
      await gone.promise;
      await new Promise(setImmediate); // whoever asks for ever lets the test end
      yield* engine.log.entries.slice(from - 1, to);
    },
  };
  return { engine, port, reading, gone };
};

test('bets are acknowledged when they have come back in the log, not when the engine says that it has them', async (t) => {
  const { engine, server, trouble } = await open(t);
  trouble.fates.push('takenBack');
  const answers = answersOf(server.say(batch(1, 0, 2)));
  await engine.pass(1_900);
  assert.deepEqual([answers, engine.proposed.length], [[], 3], 'acknowledged, and not there');
  await engine.pass(200);
  assert.deepEqual([answers, engine.proposed.length], [['stored 2 +2'], 4], 'it was proposed again');
  assert.equal(new Set(engine.proposed.slice(2)).size, 1, 'as the same entry');
});

test('a proposal that is lost or not acknowledged is made again, and what is there twice counts once', async (t) => {
  const { engine, server, trouble } = await open(t);
  trouble.fates.push('lost', 'unacknowledged', 'doubled');
  const answers = answersOf(server.say(batch(1, 0, 2), batch(1, 2, 3)));
  await engine.pass(500);
  assert.deepEqual(answers, ['stored 2 +2', 'stored 3 +1']);
  const more = answersOf(server.say(batch(1, 3, 5), finish(1, 5)));
  await engine.pass(500);
  assert.deepEqual(more, ['stored 5 +2', 'finished 5']);
  assert.deepEqual(server.store.fold.ledger.standing(1).stored, 5);
  assert.ok(engine.log.entries.length > engine.proposed.length - 2);
});

test('of batches that are stored together, what is said twice counts once, and nothing counts behind a gap', async (t) => {
  const { server } = await open(t);
  const twice = await server.say(batch(1, 0, 2), batch(1, 0, 2), batch(1, 2, 4), batch(1, 2, 4));
  assert.deepEqual(twice, ['stored 2 +2', 'stored 2 +0', 'stored 4 +2', 'stored 4 +0']);
  const gap = await server.say(batch(1, 4, 6), batch(1, 9, 10));
  assert.deepEqual([gap[0], server.store.fold.ledger.standing(1).stored], ['stored 6 +2', 6]);
  assert.match(gap[1] ?? '', /^refused /);
});

test('while the engine is away nothing is answered, the log says so once, and then all goes on', async (t) => {
  const { engine, server, trouble } = await open(t);
  trouble.isAway = true;
  const answers = answersOf(server.say(batch(1, 0, 2)));
  await engine.pass(30_000);
  assert.deepEqual([answers, actionsOf(server)], [[], ['wait_for_log in_progress']]);
  trouble.isAway = false;
  await engine.pass(1_100);
  assert.deepEqual(answers, ['stored 2 +2']);
  assert.deepEqual(actionsOf(server), ['wait_for_log in_progress', 'wait_for_log success']);
});

test('a log that says where it ends and cannot be read is waited for with one line, however long that lasts', async (t) => {
  const { engine, server, trouble } = await open(t);
  trouble.isMute = true;
  const answers = answersOf(server.say(batch(1, 0, 2)));
  await engine.pass(60_000);
  assert.deepEqual([answers, actionsOf(server)], [[], ['wait_for_log in_progress']]);
  const before = engine.readings;
  await engine.pass(60_000);
  assert.ok(engine.readings - before <= 61, 'it is asked once a second');
  trouble.isMute = false;
  await engine.pass(2_000);
  assert.deepEqual(answers, ['stored 2 +2']);
  assert.deepEqual(actionsOf(server), ['wait_for_log in_progress', 'wait_for_log success']);
});

test('a reading that stalls is made again from the last entry, and nothing is taken twice', async (t) => {
  const { engine, server, trouble } = await open(t);
  const { readings } = engine;
  trouble.stalls.push(2);
  const stalled = await openServer(t, engine.port(), { clock: engine.time, agencies: 1 });
  const answers = answersOf(server.say(batch(1, 0, 2), finish(1, 2)));
  await engine.pass(100);
  assert.deepEqual(
    [answers, stalled.news, engine.readings],
    [['stored 2 +2', 'finished 2'], [], readings + 1],
  );
  await engine.pass(2_500);
  assert.deepEqual(stalled.news, [
    { type: 'uploads.begun', agencies: [1] },
    { type: 'uploads.finished', agencies: [1] },
  ]);
  assert.equal(stalled.store.fold.hash, server.store.fold.hash);
  assert.equal(engine.readings, readings + 2);
});

test('a log that was set back is folded anew, and sessions do not go on: what is gone is said again', async (t) => {
  const { engine, server } = await open(t);
  await server.say(batch(1, 0, 2));
  await server.say(batch(1, 2, 5), finish(1, 5));
  engine.log.entries.length -= 2; // the last bets and DONE
  await engine.pass(2_500);
  assert.deepEqual(server.news, [
    {
      type: 'store.recovered',
      recovered: {
        ...{ draw: '1', finished: [], withOffsets: [1] },
        ...{ winners: undefined, head: undefined, told: [] },
      },
    },
  ]);
  assert.ok(actionsOf(server).includes('fold_log in_progress'));
  const answers = answersOf(server.say(batch(1, 5, 6), hello(1), batch(1, 2, 5), finish(1, 5)));
  await engine.pass(100);
  assert.deepEqual(answers, ['refused SHUTTING_DOWN', 'opened 2', 'stored 5 +3', 'finished 5']);
});

test('who waits for an answer as the log is set back is told to come back, not that it has gone elsewhere', async (t) => {
  const { engine, server, trouble } = await open(t);
  await server.say(batch(1, 0, 2));
  trouble.fates.push(...Array<'lost'>(20).fill('lost'));
  const answers = answersOf(server.say(batch(1, 2, 5)));
  await engine.pass(100);
  engine.log.entries.length -= 1; // as a backup has it
  await engine.pass(5_000);
  assert.deepEqual(answers, ['refused SHUTTING_DOWN']);
  trouble.fates.length = 0;
  const again = answersOf(server.say(hello(1), batch(1, 0, 5)));
  await engine.pass(5_000);
  assert.deepEqual(again, ['opened 0', 'stored 5 +5']);
});

test('who goes on after the log was set back to before its session is told to come back, not that it has gone elsewhere', async (t) => {
  const { engine, server } = await open(t);
  engine.log.entries.length = 1; // begin
  await engine.pass(2_500);
  const answers = answersOf(server.say(batch(1, 0, 2)));
  await engine.pass(100);
  assert.deepEqual(answers, ['refused SHUTTING_DOWN']);
});

test('another log in the place of the one that was folded is noticed when reading is made again', async (t) => {
  const { engine, server } = await open(t, [3]);
  await server.say(batch(1, 0, 2));
  const other = new TroubledLog();
  const elsewhere = await openServer(t, other.port(), { clock: other.time, agencies: 1 });
  await elsewhere.say(hello(1), batch(1, 0, 3));
  await elsewhere.say(finish(1, 3));
  engine.log.entries.splice(0, engine.log.entries.length, ...other.log.entries);
  await engine.pass(5_000);
  assert.equal(server.store.fold.hash, elsewhere.store.fold.hash);
  assert.ok(actionsOf(server).includes('fold_log in_progress'));
});

test('a draw that is asked for as the log is set back is put off, and nothing of it comes into the log', async (t) => {
  const { engine, server } = await open(t);
  await server.say(finish(1, 0));
  const winners = await server.store.findWinners();
  engine.log.entries.length = 0;
  await engine.pass(2_500);
  const answers = answersOf(server.say({ kind: 'draw', winners }));
  await engine.pass(100);
  assert.deepEqual(answers, ['postponed']);
  assert.ok(engine.log.entries.every(({ facts }) => !facts.includes('"draw","of"')));
});

test('a search of the winners under way as the log is set back ends, and is not taken for one of the log that follows', async (t) => {
  const { engine, port, reading, gone } = heldReads();
  const server = await openServer(t, port, { clock: engine.time, agencies: 1 });
  await server.say(hello(1));
  await server.say(batch(1, 0, 13), finish(1, 13));
  const search = server.store.findWinners();
  await reading.promise;
  const lost = engine.log.entries.splice(1); // begin
  await engine.pass(2_500);
  gone.resolve();
  assert.deepEqual(await search, new Map());
  for (const { rows, at, ...entry } of lost) engine.log.append({ ...entry, rows: [rows] }, at);
  await server.caughtUp();
  const draw = answersOf(server.draw());
  await engine.pass(100);
  assert.deepEqual([draw, server.store.recovered().winners], [['drawn'], new Map([[1, ['10000012']]])]);
});

test("a server that looks for the winners of another's draw notices if the log is set back meanwhile", async (t) => {
  const { engine, port, reading, gone } = heldReads();
  const drawing = await openServer(t, engine.port(), { clock: engine.time, agencies: 1 });
  const other = await openServer(t, port, { clock: engine.time, agencies: 1 });
  await drawing.say(hello(1));
  await drawing.say(batch(1, 0, 13), finish(1, 13));
  assert.deepEqual(await drawing.draw(), ['drawn']);
  await reading.promise;
  engine.log.entries.length = 1; // begin
  await engine.pass(2_500);
  gone.resolve();
  await engine.pass(10_000);
  assert.deepEqual([drawing.store.sequence, other.store.sequence], [1, 1]);
  assert.ok(actionsOf(other).includes('fold_log in_progress'));
});

test('an entry that is missing is not left out: the server ends, and says which', async (t) => {
  const { engine, server } = await open(t);
  engine.log.append({ id: 'x', facts: '{"v":1,"facts":[]}', rows: [] });
  const last = engine.log.entries.at(-1);
  engine.log.entries.push({
    ...last,
    id: 'y',
    facts: '{"v":1,"facts":[]}',
    at: 1,
    rows: Buffer.alloc(0),
    sequence: 9,
  });
  engine.log.append({ id: 'z', facts: '{"v":1,"facts":[]}', rows: [] });
  await engine.pass(5_000);
  assert.deepEqual(
    server.failures.map((error) => String(error)),
    ['StorageError: entry 4 of the log is missing, the next one is 9'],
  );
});
