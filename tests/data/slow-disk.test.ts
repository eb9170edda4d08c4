import assert from 'node:assert/strict';
import type { FileHandle } from 'node:fs/promises';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROW_BYTES, RowMaker } from '../../src/data/rows.ts';
import { writeRows } from '../../src/data/write-rows.ts';

/** A file that takes its time over each write, and looks at the bytes only at the end of it. */
class SlowFile {
  readonly written: Buffer[] = [];
  busy = 0;
  mostBusy = 0;
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  write = (async (chunk: Uint8Array, at: number) => {
    this.busy += 1;
    this.mostBusy = Math.max(this.mostBusy, this.busy);
    await sleep(2);
    const part = Buffer.from(chunk.subarray(at, at + this.#most));
    this.written.push(part);
    this.busy -= 1;
    return { bytesWritten: part.length, buffer: chunk };
  }) as unknown as FileHandle['write'];
}

const BETS = 20_000;

/** All rows at once, in memory. */
function expected(): Buffer {
  const all = Buffer.alloc((BETS + 1) * ROW_BYTES);
  return all.subarray(0, new RowMaker(1, 1).fill(all, BETS).bytes);
}

for (const [name, most] of [
  ['a slow disk', Number.POSITIVE_INFINITY],
  ['short writes', 99_991],
] as const) {
  test(`${name}: every byte once and in order, one write at a time`, async () => {
    const file = new SlowFile(most);
    const reported: number[] = [];
    const bytes = await writeRows(file, {
      maker: new RowMaker(1, 1),
      bets: BETS,
      signal: undefined,
      onWritten: (rows) => {
        // What is said to be written is written.
        const lines = Buffer.concat(file.written).toString('latin1').split('\n').length - 1;
        assert.ok(lines >= rows);
        reported.push(rows);
      },
    });
    const content = Buffer.concat(file.written);
    assert.ok(content.equals(expected()));
    assert.equal(bytes, content.length);
    assert.equal(file.mostBusy, 1);
    assert.equal(reported.at(-1), BETS);
  });
}
