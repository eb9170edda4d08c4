/** What another program left of bets.csv is read as the store wrote it, however small the file is. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { damaged } from '../../src/store/errors.ts';
import { asWritten, withSigns } from '../../src/store/saved-elsewhere.ts';
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

test('of a file that is empty, or cannot be read, no other program is suspected', async () => {
  const damage = damaged({ file: 'bets.csv', offset: 0 }, 'ends here');
  const empty = { read: async () => 0 };
  assert.equal(await withSigns(damage, 'bets.csv', empty, 0), damage);
  const unreadable = { read: () => Promise.reject(new Error('EIO')) };
  assert.equal(await withSigns(damage, 'bets.csv', unreadable, 10), damage);
});

test('each thing that another program changes is named: separator, quotes, line ends, what stands first', async () => {
  const found = async (text: string | Buffer): Promise<string> => {
    const saved = Buffer.from(text as string);
    const file = { read: async (into: Uint8Array, position: number) => saved.copy(into, 0, position) };
    const damage = damaged({ file: 'bets.csv', offset: 0 }, 'damage');
    const error = await withSigns(damage, 'bets.csv', file, saved.length);
    return (error as Error).message.replace(/.*: another program has saved the file, /, '');
  };
  assert.equal(await found('3;a;b;12345678;1999-03-17;12\r\n'), 'its separator is ";"');
  assert.equal(await found('3\ta\tb\t12345678\t1999-03-17\t12\r\n'), 'its separator is a tab');
  assert.equal(await found('"3","a","b","12345678","1999-03-17","12"\r\n'), 'its numbers are in quotes');
  assert.equal(await found('agency,name\r\n3,a\r\n'), 'it begins with no row of an agency');
  assert.equal(await found('\ufeff3,a,b\r\n'), 'it begins with a byte order mark');
  assert.equal(await found('3,a,b\n'), "its lines end in LF, the store's in CR LF");
  assert.equal(await found(Buffer.from('\ufeff3,a\r\n', 'utf16le')), 'it is UTF-16');
});
