import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Changes } from '../../src/store/commit.ts';
import { Places } from '../../src/store/places.ts';
import { Upload } from '../../src/store/upload.ts';
import { rowsOf } from './helpers.ts';

test('the entry that holds a bet is found, whatever the commits held', () => {
  const places = new Places();
  const firsts = [0, 1, 5, 6, 100];
  for (const [index, bet] of firsts.entries()) places.note(bet, index * 1000);
  for (let bet = 0; bet < 120; bet++) {
    const index = firsts.findLastIndex((first) => first <= bet);
    const next = firsts[index + 1] ?? Number.POSITIVE_INFINITY;
    assert.deepEqual(places.at(bet), { bet: firsts[index], byte: index * 1000, next });
  }
});

test('a bet of which no commit is known is nowhere, not at the beginning of the file', () => {
  assert.throws(() => new Places().at(7), { message: 'no commit has bet 7' });
});

test('of an upload in more pieces than are kept, what has no place is not compared, and never called stored', () => {
  const upload = new Upload(1, { places: 2 });
  let byte = 0;
  for (let bet = 0; bet < 4; bet++) {
    const changes = new Changes(byte);
    upload.append(1, rowsOf(1, bet, bet + 1), changes);
    byte = changes.end;
  }
  assert.deepEqual([upload.stored, upload.unplaced, upload.places.size], [4, 2, 2]);
  assert.deepEqual(upload.candidates(0, 2), [0]);
  assert.deepEqual(upload.candidates(0, 3), []);
  assert.deepEqual(upload.candidates(3, 1), []);
});
