import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClientMessage } from '../../machines/events.ts';
import { ServerDecoder } from '../../src/protocol/server-decoder.ts';
import { drain } from '../support/chunks.ts';

const BET = '12,Ana,Paz,12345678,2000-02-29,42';

/** What is heard after each piece, DONEs as `1?` while open and `1.` once settled. */
const hear = (decoder: ServerDecoder, ...pieces: string[]): string[] => {
  const brief = (message: ClientMessage) =>
    message.type === 'tp0.done.received' ? `${message.agency}${message.settled ? '.' : '?'}` : message.type;
  return pieces.map((piece) => {
    decoder.push(Buffer.from(piece));
    return drain(decoder).map(brief).join(' ');
  });
};

test('without bets a DONE stays open, and is told again whenever its number grows', () => {
  const heard = hear(new ServerDecoder(), 'DO', 'NE:', '1', '2', '', '3');
  assert.deepEqual(heard, ['', '', '1?', '12?', '', '123?']);
});

test('a newline settles it, once', () => {
  assert.deepEqual(hear(new ServerDecoder(), 'DONE:1', '\n'), ['1?', '1.']);
  assert.deepEqual(hear(new ServerDecoder(), 'DONE:1\n'), ['1.']);
});

test("the peer's end settles it", () => {
  const decoder = new ServerDecoder();
  assert.deepEqual(hear(decoder, 'DONE:1'), ['1?']);
  decoder.end();
  assert.deepEqual(drain(decoder), [{ type: 'tp0.done.received', agency: 1, settled: true }]);
});

test('after bets it is complete with the last digit of their agency, and not before', () => {
  const heard = hear(new ServerDecoder(), `${BET}\n`, 'DONE:', '1', '2', '\n');
  assert.deepEqual(heard, ['batch.received', '', '', '12.', '']);
});

test('it is heard glued to the batch before it', () => {
  assert.deepEqual(hear(new ServerDecoder(), `${BET}\nDONE:12`), ['batch.received 12.']);
});

test('digits after a complete number, and anything else, end the session', () => {
  assert.deepEqual(hear(new ServerDecoder(), `${BET}\nDONE:12`, '3'), [
    'batch.received 12.',
    'protocol.violated',
  ]);
  assert.deepEqual(hear(new ServerDecoder(), 'DONE:1', 'x'), ['1?', 'protocol.violated']);
});

test('a session whose first bet names no agency has none, and a bad bet does not give it one', () => {
  const heard = hear(
    new ServerDecoder(),
    '007,Ana,Paz,12345678,2000-02-29,42\n',
    '-7,A,B,12345678,2000-02-29,1\n',
  );
  assert.deepEqual(heard, ['batch.invalid', 'batch.invalid']);
});

test('a DONE that may be complete is no begun line; one that cannot be is', () => {
  const open = new ServerDecoder();
  hear(open, 'DONE:');
  assert.equal(open.hasPartialFrame, true);
  hear(open, '1');
  assert.equal(open.hasPartialFrame, false);

  const known = new ServerDecoder();
  hear(known, `${BET}\nDONE:1`);
  assert.equal(known.hasPartialFrame, true);
  hear(known, '2');
  assert.equal(known.hasPartialFrame, false);
});
