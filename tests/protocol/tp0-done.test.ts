import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ServerDecoder } from '../../src/protocol/server-decoder.ts';
import { drain } from '../support/chunks.ts';

const BET = '12,Ana,Paz,12345678,2000-02-29,42';

/** A piece of what is said, or that nothing more is waited for. */
const PAUSE = Symbol('pause');

/** What is heard after each piece. */
const hear = (decoder: ServerDecoder, ...pieces: (string | typeof PAUSE)[]): string[] =>
  pieces.map((piece) => {
    if (piece === PAUSE) decoder.take();
    else decoder.push(Buffer.from(piece));
    return drain(decoder)
      .map((message) => (message.type === 'client.tp0Done' ? `${message.agency}` : message.type))
      .join(' ');
  });

test('without bets a DONE is complete with its newline, with a pause, or with the end', () => {
  assert.deepEqual(hear(new ServerDecoder(), 'DO', 'NE:', '1', '2', '', '3\n'), ['', '', '', '', '', '123']);
  assert.deepEqual(hear(new ServerDecoder(), 'DONE:1', '2', PAUSE, '\n'), ['', '', '12', '']);
  const decoder = new ServerDecoder();
  hear(decoder, 'DONE:1');
  decoder.end();
  assert.deepEqual(drain(decoder), [{ type: 'client.tp0Done', agency: 1 }]);
});

test('after bets it is complete with the last digit of their agency, and not before', () => {
  const heard = hear(new ServerDecoder(), `${BET}\n`, 'DONE:', '1', PAUSE, '2', '\n');
  assert.deepEqual(heard, ['client.batch', '', '', '', '12', '']);
});

test('it is heard glued to the batch before it', () => {
  assert.deepEqual(hear(new ServerDecoder(), `${BET}\nDONE:12`), ['client.batch 12']);
});

test('digits after a complete number, another number, and anything else end the session', () => {
  assert.deepEqual(hear(new ServerDecoder(), `${BET}\nDONE:12`, '3'), [
    'client.batch 12',
    'protocol.violated',
  ]);
  for (const said of ['DONE:2', 'DONE:1x', 'DONE:123\n'])
    assert.deepEqual(hear(new ServerDecoder(), `${BET}\n${said}`), ['client.batch protocol.violated'], said);
});

test('a session whose first bet names no agency has none, and a bad bet does not give it one', () => {
  const heard = hear(
    new ServerDecoder(),
    '007,Ana,Paz,12345678,2000-02-29,42\n',
    '-7,A,B,12345678,2000-02-29,1\n',
    'DONE:12\n',
  );
  assert.deepEqual(heard, ['client.badBatch', 'client.badBatch', '12']);
});

test('a pause tells something of a DONE without bets, and nothing of one that cannot be complete', () => {
  const alone = new ServerDecoder();
  hear(alone, 'DONE:');
  assert.equal(alone.pauseTells, false);
  hear(alone, '1');
  assert.equal(alone.pauseTells, true);
  const withBets = new ServerDecoder();
  hear(withBets, `${BET}\nDONE:1`);
  assert.equal(withBets.pauseTells, false);
});
