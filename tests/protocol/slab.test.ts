import assert from 'node:assert/strict';
import { test } from 'node:test';
import { joinPieces, keep } from '../../src/protocol/slab.ts';

const LARGE = 300 * 1024;

test('what is kept is a copy: it stays when the bytes that it came from change', () => {
  const bytes = Buffer.from('first, second');
  const kept = keep(bytes, 5);
  bytes.fill('.');
  keep(Buffer.from('another'), 7);
  assert.equal(String(kept), 'first');
});

test('pieces that lie side by side are joined without a copy, others with one', () => {
  const [a, b, c] = ['one ', 'two ', 'three'].map((text) => keep(Buffer.from(text), text.length));
  const joined = joinPieces([a!, b!, c!]);
  assert.equal(String(joined), 'one two three');
  assert.equal(joined.buffer, a!.buffer);
  assert.equal(String(joinPieces([a!, c!])), 'one three');
  assert.equal(String(joinPieces([c!, b!, a!])), 'threetwo one ');
  assert.equal(String(joinPieces([b!])), 'two ');
});

test('pieces of any size and number are kept whole', () => {
  const pieces = Array.from({ length: 200 }, (_, index) =>
    Buffer.alloc(1 + ((index * 7_919) % 9_000), index),
  );
  pieces.splice(100, 0, Buffer.alloc(LARGE, 'x'));
  const kept = pieces.map((piece) => keep(piece, piece.length));
  assert.ok(kept.every((piece, index) => piece.equals(pieces[index]!)));
  assert.ok(joinPieces(kept).equals(Buffer.concat(pieces)));
});
