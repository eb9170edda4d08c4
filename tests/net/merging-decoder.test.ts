import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Decoder } from '../../src/net/decoder.ts';
import { MergingDecoder } from '../../src/net/merging-decoder.ts';
import { drain, everyCut, feed } from '../support/chunks.ts';

/** Each byte is a message. */
class Letters implements Decoder<string> {
  readonly hasPartialFrame = false;
  linesEnded = 0;
  #text = '';
  push(chunk: Buffer): void {
    this.#text += chunk;
  }
  next(): string | undefined {
    const letter = this.#text[0];
    this.#text = this.#text.slice(1);
    if (letter !== undefined) this.linesEnded++;
    return letter;
  }
  end(): void {
    this.#text += '.';
  }
}

/** `a` after `a` are one message, which tells how many they were. */
const merging = () =>
  new MergingDecoder(new Letters(), {
    joins: (earlier, later) => earlier === 'a' && later === 'a',
    join: (messages) => messages.join(''),
  });

test('what arrived together is one message, in its place among the others', () => {
  assert.deepEqual(feed(merging(), Buffer.from('aabaaac')), ['aa', 'b', 'aaa', 'c', '.']);
});

test('each message is compared with the one before it, not with the first', () => {
  const decoder = new MergingDecoder(new Letters(), {
    joins: (earlier, later) => later.charCodeAt(0) === earlier.charCodeAt(0) + 1,
    join: (messages) => messages.join(''),
  });
  assert.deepEqual(feed(decoder, Buffer.from('abcabbd')), ['abc', 'ab', 'b', 'd', '.']);
});

test('however the bytes are cut, nothing is lost and nothing changes places', () => {
  const said = Buffer.from('aabaaacbba');
  for (const cuts of everyCut(said)) assert.equal(feed(merging(), said, cuts).join(''), `${said}.`);
});

test('no more is taken than the message and what shows that it is whole', () => {
  const decoder = merging();
  decoder.push(Buffer.from('aabcd'));
  assert.deepEqual([decoder.next(), decoder.linesEnded], ['aa', 3]);
  assert.deepEqual(drain(decoder), ['b', 'c', 'd']);
});
