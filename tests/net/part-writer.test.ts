/** An answer that nobody can be sent any more is not made either. */
import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { PartWriter } from '../../src/net/part-writer.ts';

test('once the socket is closed no further part is made or written', () => {
  const written: string[] = [];
  let made = 0;
  const parts = function* () {
    for (; made < 3; ) {
      made += 1;
      yield Buffer.from(String(made));
    }
  };
  const socket = {
    writable: true,
    writableNeedDrain: false,
    write(part: Buffer) {
      written.push(String(part));
      this.writable = false;
    },
  };
  const writer = new PartWriter(socket as unknown as Socket, assert.fail);
  writer.begin(parts());
  writer.writeOn();
  assert.deepEqual([made, written], [1, ['1']]);
});
