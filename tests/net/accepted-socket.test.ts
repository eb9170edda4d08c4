import assert from 'node:assert/strict';
import { test } from 'node:test';
import { batches } from '../../src/net/accepted-socket.ts';
import { MergingDecoder } from '../../src/net/merging-decoder.ts';
import { ServerDecoder } from '../../src/protocol/server-decoder.ts';
import { feed, readable } from '../support/chunks.ts';

const bet = (name: string) => `7,${name},Paz,12345678,2000-02-29,42`;
const hear = (said: string) => feed(new MergingDecoder(new ServerDecoder(), batches), Buffer.from(said));

test('batches that follow one another are one, which knows where each ends', () => {
  const [, together] = hear(`HELLO:7\nBATCH:3:${bet('Ana')};${bet('Eva')}\nBATCH:5:${bet('Luz')}\n`);
  assert.deepEqual(readable(together), {
    type: 'client.batch',
    dialect: 'quiniela',
    agency: 7,
    offset: 3,
    count: 3,
    rows: `${bet('Ana')}\r\n${bet('Eva')}\r\n${bet('Luz')}\r\n`,
    ends: [5, 6],
  });
});

test('a batch that does not begin where the one before ends stands for itself', () => {
  const said = `HELLO:7\nBATCH:0:${bet('Ana')}\nBATCH:0:${bet('Ana')}\nBATCH:2:${bet('Luz')}\n`;
  const types = hear(said).map((message) => message.type === 'client.batch' && message.ends);
  assert.deepEqual(types, [false, undefined, undefined, undefined]);
});

test('a bad batch, and a DONE, keep their places', () => {
  const said = `HELLO:7\nBATCH:0:${bet('Ana')}\nBATCH:1:${bet('')}\nBATCH:1:${bet('Luz')}\nDONE:7:2:1\n`;
  const types = hear(said).map(({ type }) => type);
  assert.deepEqual(types.slice(1), ['client.batch', 'client.badBatch', 'client.batch', 'client.done']);
});

test('batches of the TP0 dialect, which has no offsets, are answered one by one', () => {
  const [first, second] = hear(`${bet('Ana')}\n${bet('Luz')}\n`);
  assert.deepEqual([first?.type, second?.type], ['client.batch', 'client.batch']);
});
