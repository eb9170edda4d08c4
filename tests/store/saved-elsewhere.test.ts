/** What another program left of bets.csv is read as the store wrote it, however small the file is. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asWritten } from '../../src/store/saved-elsewhere.ts';
import { csvRow } from './helpers.ts';

const written = csvRow([3, 'Núñez, hijo', 'María "Mari"', '01234567', '1999-03-17', 12]);

const read = async (saved: Buffer): Promise<string> => {
  const { file, size } = await asWritten(
    { read: async (into, position) => saved.copy(into, 0, position) },
    saved.length,
    'asTheyAre',
  );
  const all = Buffer.alloc(size);
  for (let at = 0; at < size; ) at += await file.read(all.subarray(at), at);
  return all.toString();
};

for (const separator of [',', ';', '\t']) {
  for (const mark of ['', '\ufeff']) {
    for (const end of ['', '\n', '\r\n', '\r']) {
      test(`a single row with ${JSON.stringify([mark, separator, end])}`, async () => {
        const fields = ['3', '"Núñez, hijo"', '"María ""Mari"""', '01234567', '1999-03-17', '12'];
        const text = `${mark}${fields.join(separator)}${end}`;
        assert.equal(await read(Buffer.from(text)), written);
        if (mark) assert.equal(await read(Buffer.from(text, 'utf16le')), written);
      });
    }
  }
}
