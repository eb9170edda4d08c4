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
  const three = () => ['one ', 'two ', 'three'].map((text) => keep(Buffer.from(text), text.length));
  const [a, b, c] = three();
  const joined = joinPieces([a!, b!, c!]);
  assert.equal(String(joined), 'one two three');
  assert.equal(joined.buffer, a!.buffer);
  const [first, second, third] = three();
  assert.equal(String(joinPieces([first!, third!])), 'one three');
  assert.equal(String(joinPieces([second!])), 'two ');
  assert.equal(String(joinPieces(three().reverse())), 'threetwo one ');
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
  const size = fc.oneof(
    { weight: 20, arbitrary: fc.integer({ min: 1, max: 60_000 }) },
    { weight: 1, arbitrary: fc.constant(LARGE) },
  );
  const step = fc.record({ size, isTaken: fc.boolean(), which: fc.nat() });
  fc.assert(
    fc.property(fc.array(step, { minLength: 20, maxLength: 200 }), (steps) => {
      const out: { piece: Buffer; whole: Buffer }[] = [];
      const areWhole = () => out.every(({ piece, whole }) => piece.equals(whole));
      steps.forEach(({ size, isTaken, which }, index) => {
        const byte = index % 251;
        if (isTaken || out.length === 0)
          out.push({ piece: keep(Buffer.alloc(size, byte), size), whole: Buffer.alloc(size, byte) });
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

test('what is joined over the end of a slab does not keep it: more is always out while others come', () => {
  const memory = new Set<ArrayBufferLike>();
  const out: Buffer[] = [];
  for (let round = 0; round < 500; round++) {
    const pieces = Array.from({ length: 9 }, () => keep(Buffer.alloc(7_000), 7_000));
    for (const piece of pieces) memory.add(piece.buffer);
    out.push(joinPieces(pieces));
    if (out.length > 2) giveBack(out.shift()!);
  }
  for (const piece of out) giveBack(piece);
  assert.ok(memory.size <= 4, `${memory.size} slabs`);
});

test('after a defect that was told the count is right: no piece that is out is written over', () => {
  keep(Buffer.alloc(LARGE), LARGE);
  const piece = keep(Buffer.alloc(1_000), 1_000);
  giveBack(piece);
  assert.throws(() => giveBack(piece));
  const [first, second] = [1, 2].map((byte) => keep(Buffer.alloc(1_000, byte), 1_000));
  giveBack(first!);
  keep(Buffer.alloc(2_000, '!'), 2_000);
  assert.ok(second!.equals(Buffer.alloc(1_000, 2)));
});

test('a piece of no bytes counts for nothing', () => {
  const full = () => keep(Buffer.alloc(256 * 1024, 'a'), 256 * 1024);
  full();
  const [piece, nothing] = [keep(Buffer.alloc(250_000), 250_000), keep(Buffer.alloc(0), 0)];
  full();
  giveBack(piece);
  giveBack(nothing);
  assert.notEqual(full().buffer, full().buffer);
});
