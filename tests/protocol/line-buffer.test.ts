/** Lines that are taken together are held to the same length as each alone. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LineBuffer } from '../../src/protocol/line-buffer.ts';

test('a line that is too long is none, also behind others in one chunk', () => {
  const taken = (text: string) => {
    const lines = new LineBuffer(8);
    lines.push(Buffer.from(text));
    const all: string[] = [];
    for (;;) {
      const what = lines.takeAll();
      if (what !== 'line') return [...all, what];
      all.push(lines.source.toString('utf8', lines.from, lines.to + 1));
    }
  };
  assert.deepEqual(taken('a\n1234567\nb\n'), ['a\n1234567\nb\n', 'more']);
  assert.deepEqual(taken('a\n12345678\nb\n'), ['a\n', 'tooLong']);
});
