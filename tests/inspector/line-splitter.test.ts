/** Lines are cut from bytes however these come, and one that is too long costs no memory and no other line. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LineSplitter } from '../../src/inspector/hub/line-splitter.ts';

const MOST = 5;

/** Lines of a text that comes in pieces of so many bytes. */
const cut = (text: string, bytes: number): (string | undefined)[] => {
  const splitter = new LineSplitter(MOST);
  const all = Buffer.from(text);
  const lines: (string | undefined)[] = [];
  for (let at = 0; at < all.length; at += bytes) lines.push(...splitter.push(all.subarray(at, at + bytes)));
  return [...lines, ...splitter.end()];
};

const TEXTS: [text: string, lines: (string | undefined)[]][] = [
  ['', []],
  ['one\n\ntwo', ['one', '', 'two']],
  ['12345\n123456\n12345\n', ['12345', undefined, '12345']],
  ['123456789\nok\n', [undefined, 'ok']],
  ['ok\n123456', ['ok', undefined]],
  ['ñandú\nñandús\né', ['ñandú', undefined, 'é']],
];

test('a text has the same lines in pieces of any size; one that is too long is told of in its place', () => {
  for (const [text, lines] of TEXTS)
    for (const bytes of [1, 2, 3, 100])
      assert.deepEqual(cut(text, bytes), lines, `${JSON.stringify(text)}, ${bytes}`);
});

test('a letter that is cut off at the end is said to be none', () => {
  const splitter = new LineSplitter(MOST);
  splitter.push(Buffer.from('ñ').subarray(0, 1));
  assert.deepEqual(splitter.end(), ['\ufffd']);
});
