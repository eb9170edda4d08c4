/** What counts in the order of the log: each rule by the facts alone, as every server reads them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32 } from 'node:zlib';
import type { Fact } from '../../src/cluster/entry.ts';
import { digestOf, Fold } from '../../src/cluster/fold.ts';
import { STANDARD_RULES } from '../../src/lottery/rules.ts';
import { sha256 } from '../../src/store/journal.ts';
import { betRow, rowsOf } from '../store/helpers.ts';

const BEGIN: Fact = { kind: 'begin', draw: '1', agencies: 2, first: 1, rules: STANDARD_RULES };

const open = (agency: number, session: string, after = ''): Fact => ({
  kind: 'open',
  agency,
  session,
  after,
});

const bets = (
  agency: number,
  session: string,
  from: number,
  next: number,
  other: Partial<Fact> = {},
): Fact => {
  const rows = rowsOf(agency, from, next);
  return {
    ...{ kind: 'bets', dialect: 'quiniela', agency, session, from, next },
    ...{ before: crc32(rowsOf(agency, 0, from)), after: crc32(rowsOf(agency, 0, next)) },
    ...{ bytes: rows.length, sha: sha256(rows) },
    ...other,
  } as Fact;
};

const done = (agency: number, session: string, count: number): Fact => ({
  ...{ kind: 'done', dialect: 'quiniela', agency, session },
  ...{ count, crc: crc32(rowsOf(agency, 0, count)) },
});

const WINNERS = new Map([[1, ['10000012']]]);

/** Folds facts, an entry each; what became of each of them, in short. */
const foldAll = (...facts: Fact[]) => {
  const fold = new Fold();
  let sequence = 0;
  const take = (fact: Fact, winners?: typeof WINNERS): string => {
    sequence++;
    const folded = fold.take(fact, { sequence, at: sequence, row: 0 }, winners);
    return folded.kind === 'refused' ? folded.fault : folded.kind;
  };
  return { fold, take, became: facts.map((fact) => take(fact)) };
};

const SKIPPED = ['misplaced', 'superseded'];

/** Facts that change nothing, after those of `soFar`: neither the journal nor anybody's upload. */
const changesNothing = (soFar: readonly Fact[], ...facts: Fact[]): void => {
  const { fold, take } = foldAll(...soFar);
  const { hash, betsEnd } = fold;
  for (const fact of facts) {
    assert.ok(SKIPPED.includes(take(fact)), JSON.stringify(fact));
    assert.deepEqual([fold.hash, fold.betsEnd], [hash, betsEnd], JSON.stringify(fact));
  }
};

test('nothing counts before the draw has begun, and it begins once', () => {
  changesNothing([], open(1, 'a'), bets(1, '', 0, 2), { kind: 'told', agency: 1 });
  changesNothing([BEGIN], BEGIN, { ...BEGIN, draw: '2' } as Fact);
});

test('only the newest session of an agency adds to its upload, whatever the others still say', () => {
  const soFar = [BEGIN, open(1, 'a'), bets(1, 'a', 0, 2), open(1, 'b', 'a')];
  changesNothing(soFar, bets(1, 'a', 2, 4), done(1, 'a', 2), bets(1, 'nobody', 2, 4));
  const row = Buffer.from(betRow(1, 50));
  const inSession = {
    agency: 1,
    session: 'a',
    id: 'x',
    crc: crc32(row),
    bytes: row.length,
    sha: sha256(row),
  };
  changesNothing(soFar, { kind: 'single', ...inSession });
  assert.deepEqual(foldAll(...soFar, bets(1, 'b', 2, 4), done(1, 'b', 4)).became.slice(4), [
    'stored',
    'finished',
  ]);
});

test('an `open` that comes twice or late gives no session back to who has lost it', () => {
  const soFar = [BEGIN, open(1, 'a'), open(1, 'b', 'a')];
  changesNothing(soFar, open(1, 'a'), open(1, 'c', 'a'), open(1, 'c'));
  const { fold } = foldAll(...soFar, open(1, 'a'));
  assert.equal(fold.sessionOf(1), 'b');
});

test('bets count where the upload stands: not twice, not with a gap, not over others', () => {
  const soFar = [BEGIN, open(1, 'a'), bets(1, 'a', 0, 2)];
  changesNothing(soFar, bets(1, 'a', 0, 2), bets(1, 'a', 3, 4), bets(1, 'a', 1, 4), bets(1, 'a', 2, 2));
  changesNothing(soFar, bets(1, 'a', 2, 4, { before: 7 }), bets(2, 'a', 0, 1));
});

test('a single bet counts once, whichever servers say it, and another one by its id never', () => {
  const single = (session: string, index: number): Fact => {
    const row = Buffer.from(betRow(1, index));
    const rows = { crc: crc32(row), bytes: row.length, sha: sha256(row) };
    return { kind: 'single', agency: 1, session, id: 'a', ...rows };
  };
  const { fold, take } = foldAll(BEGIN, open(1, 'a'), single('a', 50), open(1, 'b', 'a'));
  const { hash, betsEnd } = fold;
  assert.deepEqual([take(single('b', 50)), take(single('b', 51))], ['betStored', 'BET_ID']);
  assert.deepEqual([fold.hash, fold.betsEnd, fold.ledger.standing(1).singles], [hash, betsEnd, 1]);
});

test('after DONE nothing is added, and DONE must be about what is folded', () => {
  const soFar = [BEGIN, open(1, 'a'), bets(1, 'a', 0, 2)];
  const { take, fold } = foldAll(...soFar);
  assert.deepEqual([take(done(1, 'a', 1)), take({ ...done(1, 'a', 2), crc: 7 } as Fact)], ['COUNT', 'CRC']);
  assert.equal(take(done(1, 'a', 2)), 'finished');
  const { hash } = fold;
  assert.deepEqual([take(bets(1, 'a', 2, 4)), fold.hash], ['FINISHED', hash]);
});

test("TP0's DONE says no count: it counts only where the server that proposes it stands", () => {
  const soFar = [BEGIN, open(1, 'a'), bets(1, 'a', 0, 2, { dialect: 'tp0' })];
  const tp0 = (count: number) => ({ ...done(1, 'a', count), dialect: 'tp0' }) as Fact;
  changesNothing(soFar, tp0(1), { ...tp0(2), crc: 7 } as Fact);
  assert.equal(foldAll(...soFar, tp0(2)).became.at(-1), 'finished');
});

test('the first draw counts that is of all that is folded, once every agency has finished', () => {
  const soFar = [BEGIN, open(1, 'a'), bets(1, 'a', 0, 13), done(1, 'a', 13), open(2, 'b')];
  const { take, fold } = foldAll(...soFar);
  const draw = (of: string): Fact => ({ kind: 'draw', of, winners: digestOf(WINNERS) });
  const early = fold.hash;
  assert.equal(take(draw(early), WINNERS), 'misplaced', 'agency 2 has not finished');
  take(done(2, 'b', 0));
  assert.equal(take(draw(early), WINNERS), 'misplaced', 'it is of less than all');
  const wrong: Fact = { kind: 'draw', of: fold.hash, winners: digestOf(new Map()) };
  assert.equal(take(wrong, WINNERS), 'misplaced', 'its winners are not those of the bets');
  assert.equal(take(draw(fold.hash), WINNERS), 'drawn');
  const { hash } = fold;
  const others = new Map([[1, ['99999999']]]);
  for (const searched of [hash, early]) {
    const second: Fact = { kind: 'draw', of: searched, winners: digestOf(others) };
    assert.equal(take(second, others), 'misplaced');
    assert.deepEqual([fold.hash, fold.ledger.ending.winners], [hash, WINNERS]);
  }
  assert.deepEqual(
    [take({ kind: 'told', agency: 1 }), take({ kind: 'closed' }), take(bets(2, 'b', 0, 1))],
    ['recorded', 'recorded', 'FINISHED'],
  );
});

test('an agency that had finished without bets and comes again holds the draw up', () => {
  const soFar = [BEGIN, open(1, 'a'), done(1, 'a', 0), open(2, 'b'), done(2, 'b', 0)];
  const { take, fold } = foldAll(...soFar);
  const draw: Fact = { kind: 'draw', of: fold.hash, winners: digestOf(new Map()) };
  take(open(2, 'c', 'b'));
  assert.equal(take(draw, new Map()), 'misplaced');
  take(done(2, 'c', 0));
  assert.equal(take({ ...draw, of: fold.hash }, new Map()), 'drawn');
});
