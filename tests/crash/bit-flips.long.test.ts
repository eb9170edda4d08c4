import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StorageError } from '../../src/store/errors.ts';
import { sealLine, sha256 } from '../../src/store/journal.ts';
import { verifyDraw } from '../../src/store/verify.ts';
import { DIR, open } from '../store/helpers.ts';
import { FaultDisk } from './fault-disk.ts';
import { BETS, COLLECTING, changed, DRAWN, JOURNAL, makeSample } from './sample-draw.ts';

/** Where the bytes of a file stand: the line of the journal, or of the commit whose range has them. */
const commitAt = (ends: readonly number[], offset: number): number => ends.findIndex((end) => offset < end);

for (const [name, groups, from] of [
  ['collecting', COLLECTING, 0],
  // Only the lines that this one has and the other has not.
  ['drawn', [...COLLECTING, ...DRAWN.slice(0, 2)], COLLECTING.length],
] as const) {
  test(`every flipped bit of a ${name} draw is found: nothing starts, nothing is changed, the place is named`, async () => {
    const sample = await makeSample(groups);
    const ends: Record<string, number[]> = {
      [BETS]: sample.ends.map(({ bets }) => bets),
      [JOURNAL]: sample.ends.map(({ journal }) => journal),
    };
    for (const path of [BETS, JOURNAL]) {
      const good = sample.files.get(path)!;
      const first = from === 0 ? 0 : ends[path]![from]!;
      for (let bit = first * 8; bit < good.length * 8; bit++) {
        const flipped = Buffer.from(good);
        const offset = bit >> 3;
        flipped[offset]! ^= 1 << (bit & 7);
        const disk = FaultDisk.holding(changed(sample, { [path]: flipped }));
        const what = `${path}, byte ${offset}, bit ${bit & 7}`;
        const isFound = (error: unknown) => {
          assert.ok(error instanceof StorageError, what);
          assert.equal(error.code, 'DAMAGED', what);
          assert.equal(error.place?.file, path, what);
          // The place is at most where the changed byte is, and in the same commit.
          assert.ok(error.place.offset <= offset, what);
          assert.equal(commitAt(ends[path]!, error.place.offset), commitAt(ends[path]!, offset), what);
          assert.ok(error.message.startsWith(`${path}, `), what);
          return true;
        };
        await assert.rejects(open(disk), isFound, what);
        await assert.rejects(verifyDraw(DIR, disk), isFound, what);
        assert.equal(disk.changes, 0, what);
        // The folder is not left locked.
        await (await disk.lock(DIR))();
      }
    }
  });
}

test('lines that are whole but not in their place are found', async () => {
  const sample = await makeSample(COLLECTING);
  const lines = sample.files.get(JOURNAL)!.toString().split('\n').slice(0, -1);
  const swapped = [lines[0], lines[1], lines[3], lines[2], ...lines.slice(4)];
  const missing = [lines[0], lines[1], ...lines.slice(3)];
  const twice = [lines[0], lines[1], lines[1], ...lines.slice(2)];
  // A good line with the right number, of another journal.
  const { prev, hash, ...fields } = JSON.parse(lines[2]!);
  assert.ok(prev && hash);
  const foreign = [lines[0], lines[1], sealLine(fields, sha256(Buffer.of())).line.toString().trimEnd()];
  for (const [place, changedLines] of [
    [3, swapped],
    [3, missing],
    [3, twice],
    [3, foreign],
  ] as const) {
    const journal = Buffer.from(`${changedLines.join('\n')}\n`);
    const disk = FaultDisk.holding(changed(sample, { [JOURNAL]: journal }));
    await assert.rejects(open(disk), (error) => {
      assert.ok(error instanceof StorageError && error.code === 'DAMAGED');
      assert.equal(error.place?.line, place);
      return true;
    });
  }
});
