import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ServerDecoder } from '../../src/protocol/server-decoder.ts';
import { drain } from '../support/chunks.ts';

const BET = '7,Ana,Paz,12345678,2000-02-29,42';

test('no more is decoded than was asked for: the rest stays as bytes', () => {
  const said = Buffer.from(`HELLO:7\nBATCH:0:${BET}\nBATCH:1:${BET}\n`);
  const decoder = new ServerDecoder();
  decoder.push(said);
  assert.equal(decoder.bufferedBytes, said.length);
  assert.equal(decoder.next()?.type, 'client.hello');
  assert.equal(decoder.linesEnded, 1);
  assert.equal(decoder.bufferedBytes, said.length - 'HELLO:7\n'.length);
  decoder.push(Buffer.from('DONE:'));
  assert.deepEqual(
    drain(decoder).map(({ type }) => type),
    ['client.batch', 'client.batch'],
  );
  assert.equal(decoder.bufferedBytes, 'DONE:'.length);
});

test('an end keeps its place behind what came before it', () => {
  const decoder = new ServerDecoder();
  decoder.push(Buffer.from('uno\ndos'));
  decoder.end();
  decoder.push(Buffer.from('never\n'));
  assert.deepEqual(
    drain(decoder).map((message) => message.type === 'client.echo' && `${message.line}`),
    ['uno\n', 'dos'],
  );
});

test('a begun line is told, and told apart from the next one', () => {
  const decoder = new ServerDecoder();
  const after = (text: string) => {
    decoder.push(Buffer.from(text));
    drain(decoder);
    return [decoder.hasPartialFrame, decoder.linesEnded];
  };
  assert.deepEqual([decoder.hasPartialFrame, decoder.linesEnded], [false, 0]);
  assert.deepEqual(after('HEL'), [true, 0]);
  assert.deepEqual(after('LO:7\nBATCH'), [true, 1]);
  assert.deepEqual(after(`:0:${BET}\n`), [false, 2]);
});

test('what is heard does not hold on to the chunk that it came in', () => {
  const said = Buffer.from(`HELLO:7\nBATCH:0:${BET}\n`);
  const chunk = Buffer.allocUnsafeSlow(said.length);
  said.copy(chunk);
  const decoder = new ServerDecoder();
  decoder.push(chunk);
  const [, message] = drain(decoder);
  if (message?.type !== 'client.batch') return assert.fail(message?.type);
  chunk.fill(0);
  assert.equal(`${message.rows}`, `${BET}\r\n`);
  assert.ok(message.rows.buffer !== chunk.buffer);
});
