import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { giveBack, joinPieces, keep } from '../src/slab.ts';

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

test('whatever is given back, and in whatever order, what is still out stays as it is', () => {
  // More than a slab holds, so that several are out at a time, and some are used again.
  const size = fc.integer({ min: 1, max: 60_000 });
  const step = fc.record({ size, isTaken: fc.boolean(), which: fc.nat() });
  fc.assert(
    fc.property(fc.array(step, { minLength: 20, maxLength: 200 }), (steps) => {
      const out: { piece: Buffer; byte: number }[] = [];
      const areWhole = () => out.every(({ piece, byte }) => piece.equals(Buffer.alloc(piece.length, byte)));
      steps.forEach(({ size, isTaken, which }, index) => {
        const byte = index % 251;
        if (isTaken || out.length === 0) out.push({ piece: keep(Buffer.alloc(size, byte), size), byte });
        else for (const { piece } of out.splice(which % out.length, 1)) giveBack(piece);
      });
      const ended = areWhole();
      for (const { piece } of out) giveBack(piece);
      return ended;
    }),
  );
});

test('what was given back is used again: a long upload needs no more memory than a short one', () => {
  const memory = new Set<ArrayBufferLike>();
  for (let batch = 0; batch < 5_000; batch++) {
    const pieces = [8_000, 200, 7_000].map((size) => keep(Buffer.alloc(size), size));
    for (const piece of pieces) memory.add(piece.buffer);
    for (const piece of pieces) giveBack(piece);
  }
  assert.ok(memory.size <= 2, `${memory.size} slabs`);
});

test('pieces that were joined are given back as one, and what is of no slab is let be', () => {
  const pieces = ['one ', 'two ', 'three'].map((text) => keep(Buffer.from(text), text.length));
  const other = Buffer.from('not ours');
  giveBack(joinPieces(pieces));
  giveBack(other);
  assert.equal(String(other), 'not ours');
});

test('to give a piece back twice is a defect that is told: others would write into each other’s bytes', () => {
  const piece = keep(Buffer.alloc(LARGE), LARGE);
  giveBack(piece);
  assert.throws(() => giveBack(piece), /a piece was given back twice/);
});
