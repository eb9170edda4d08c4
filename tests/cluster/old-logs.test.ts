/**
 * The log of a draw that servers of revision 82845f1 wrote. An upgrade in the middle of a draw rests on it: every version reads
 * the same log to the same bytes, and writes what the other reads.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { decodeFacts } from '../../src/cluster/codec.ts';
import { exportDraw } from '../../src/cluster/export.ts';
import type { LogEntry } from '../../src/cluster/ordered-log.ts';
import { verifyDraw } from '../../src/store/verify.ts';
import { FaultDisk } from '../crash/fault-disk.ts';
import { signedFinish } from '../identity/signing.ts';
import { batch, finish, single, tp0Batch } from '../store/helpers.ts';
import { MemoryLog } from './memory-log.ts';
import { hello, openServer } from './support.ts';

const oldFile = (name: string): string => readFileSync(join(import.meta.dirname, 'old', name), 'utf8');

type Line = LogEntry & { rows: string };
const OLD: readonly Line[] = oldFile('log.ndjson')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line));

/** Its first entries. */
function oldLog(count = OLD.length): MemoryLog {
  const log = new MemoryLog();
  for (const { id, facts, at, rows } of OLD.slice(0, count)) {
    log.append({ id, facts, rows: [Buffer.from(rows)] }, at);
  }
  return log;
}

const OUT = '/out';

async function exported(log: MemoryLog) {
  const disk = new FaultDisk();
  await exportDraw(log.port(), disk, OUT);
  const read = (name: string) => disk.read(`${OUT}/${name}`).toString();
  return { disk, bets: read('bets.csv'), journal: read('journal.ndjson') };
}

test('the files that it is exported to are byte for byte those of then, however much of it there is', async () => {
  const [bets, journal] = [oldFile('bets.csv'), oldFile('journal.ndjson')];
  for (let count = 1; count < OLD.length; count++) {
    const some = await exported(oldLog(count));
    assert.ok(bets.startsWith(some.bets) && journal.startsWith(some.journal), `${count} of its entries`);
  }
  const whole = await exported(oldLog());
  assert.deepEqual([whole.bets, whole.journal], [bets, journal]);
  assert.equal((await verifyDraw(OUT, whole.disk)).state, 'closed');
});

const kindsOf = (entry: LogEntry): string[] => decodeFacts(entry).map(({ kind }) => kind);

test('a server of this version goes on where those of then stopped, and draws', async (t) => {
  const log = oldLog(OLD.findIndex((entry) => kindsOf(entry).includes('draw')));
  const { say, draw, store } = await openServer(t, log.port());
  assert.deepEqual(store.recovered().finished, [1, 2, 3, 4]);
  assert.deepEqual(await draw(), ['drawn']);
  assert.deepEqual(await say({ kind: 'told', agency: 1 }), ['recorded']);
  const { disk, bets } = await exported(log);
  assert.equal(bets, oldFile('bets.csv'));
  assert.deepEqual((await verifyDraw(OUT, disk)).winners, new Map([[1, ['10000012']]]));
});

/** Everything that an agency can say, to two servers. */
async function converse(t: TestContext): Promise<MemoryLog> {
  const log = new MemoryLog();
  const [one, two] = [await openServer(t, log.port()), await openServer(t, log.port())];
  await one.say(hello(1), batch(1, 0, 5), batch(1, 5, 9), single(1, 'a', 50));
  await two.say(hello(1), batch(1, 0, 13), finish(1, 13));
  const done = { kind: 'finish', agency: 2, count: undefined, crc: undefined } as const;
  await one.say(hello(2), tp0Batch(2, 0, 2), done);
  await two.say(hello(3), batch(3, 0, 3), signedFinish(3, 3));
  await two.say(hello(4), batch(4, 0, 2), finish(4, 2));
  await two.draw();
  await one.say({ kind: 'told', agency: 1 }, { kind: 'close' });
  return log;
}

/** Of each kind of fact, what it has. */
const shapesOf = (entries: readonly LogEntry[]): string[] => {
  const shapes = entries
    .flatMap(decodeFacts)
    .map((fact) => JSON.stringify([fact.kind, Object.keys(fact).sort()]));
  return [...new Set(shapes)].sort();
};

const VERSION = /^\{"v":\d+,/;

test('what this version writes has the facts of then, by the same names: a server of then can read it', async (t) => {
  const { entries } = await converse(t);
  assert.deepEqual(shapesOf(entries), shapesOf(OLD));
  const versions = (all: readonly LogEntry[]) => new Set(all.map(({ facts }) => VERSION.exec(facts)?.[0]));
  assert.deepEqual(versions(entries), versions(OLD));
});
