/** What nobody can change alone: a hash that was kept elsewhere finds a folder that was cut back or written again. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareWithReceipt, parseReceipt, receiptText } from '../../src/store/receipt.ts';
import { verifyDraw } from '../../src/store/verify.ts';
import { FaultDisk } from '../crash/fault-disk.ts';
import { BETS, COLLECTING, changed, DRAWN, JOURNAL, makeSample } from '../crash/sample-draw.ts';
import { DIR, finish, open } from './helpers.ts';

const receiptOf = (head: string, crc: number) => ({
  ...{ draw: '1', agency: 1, bets: 13, crc, winners: 2, head },
});
const { crc } = finish(1, 13) as { crc: number };

test('the head at the draw is told with the draw, kept over restarts, and printed by verify', async () => {
  const disk = new FaultDisk();
  const { store } = await open(disk);
  const heads: string[] = [];
  for (const group of [...COLLECTING, ...DRAWN.slice(0, 2)]) {
    for (const outcome of await store.commit(group)) if (outcome.kind === 'drawn') heads.push(outcome.head);
  }
  await store.close();
  const again = await open(disk);
  await again.store.close();
  const { head, lines, last } = await verifyDraw(DIR, disk);
  assert.match(head ?? '', /^[0-9a-f]{64}$/);
  assert.deepEqual([heads, again.recovered.head], [[head], head]);
  assert.ok(lines.includes(`head at the draw: ${head}`) && lines.includes(`head: ${last}`));
  assert.notEqual(last, head);
});

test('both files cut back to any earlier line are whole in themselves: the kept hash tells', async () => {
  const sample = await makeSample([...COLLECTING, ...DRAWN]);
  const { head = '', last } = await verifyDraw(DIR, FaultDisk.holding(sample.files));
  await verifyDraw(DIR, FaultDisk.holding(sample.files), { kept: head });
  await verifyDraw(DIR, FaultDisk.holding(sample.files), { kept: last });
  const drawnAt = COLLECTING.length + 1;
  for (const [line, { bets, journal }] of sample.ends.slice(0, -1).entries()) {
    const cut = changed(sample, {
      [BETS]: sample.files.get(BETS)!.subarray(0, bets),
      [JOURNAL]: sample.files.get(JOURNAL)!.subarray(0, journal),
    });
    const report = await verifyDraw(DIR, FaultDisk.holding(cut));
    const refused = {
      code: 'OTHER_DRAW',
      exitCode: 2,
      message: /no line has the hash [0-9a-f]{64} that was kept/,
    };
    await assert.rejects(verifyDraw(DIR, FaultDisk.holding(cut), { kept: last }), refused);
    if (line < drawnAt) {
      await assert.rejects(verifyDraw(DIR, FaultDisk.holding(cut), { kept: head }), refused);
      const compare = () => compareWithReceipt(report, receiptOf(head, crc), DIR);
      assert.throws(compare, { code: 'OTHER_DRAW', message: /head at the draw none, not [0-9a-f]{64}/ });
    } else {
      compareWithReceipt(report, receiptOf(head, crc), DIR);
    }
  }
});

test('a draw that was written again with other bets is not that of the receipt', async () => {
  const { files } = await makeSample([...COLLECTING, ...DRAWN]);
  const { head = '' } = await verifyDraw(DIR, FaultDisk.holding(files));
  const other = new FaultDisk();
  const { store } = await open(other);
  for (const group of [...COLLECTING.slice(0, 2), ...COLLECTING.slice(3), ...DRAWN])
    await store.commit(group);
  await store.close();
  const report = await verifyDraw(DIR, other);
  assert.throws(() => compareWithReceipt(report, receiptOf(head, crc), DIR), { code: 'OTHER_DRAW' });
  assert.throws(() => compareWithReceipt(report, { ...receiptOf(report.head!, crc), draw: '2' }, DIR), {
    message: '"/draw" holds draw "1", the receipt is of draw "2"',
  });
  assert.throws(() => compareWithReceipt(report, { ...receiptOf(report.head!, 7), winners: 3 }, DIR), {
    message: /: CRC \d+, not 7; winners 2, not 3: it was cut back, or written again$/,
  });
});

test('a receipt is read as it was written, and nothing else is one', () => {
  const receipt = receiptOf('c0ffee00'.repeat(8), crc);
  const text = receiptText(receipt, '2026-11-26T12:00:00.000Z');
  assert.deepEqual(parseReceipt(text), receipt);
  const bad = [
    ...['', '{}', 'null', '[]', '"x"', text.slice(0, -3), text.replace('"version":1', '"version":2')],
    ...[text.replace('c0ffee00', 'C0FFEE00'), text.replace('"bets":13', '"bets":-1')],
    ...[text.replace('"draw":"1"', '"draw":"../1"'), text.replace('"winners":2', '"winners":"2"')],
  ];
  for (const other of bad) assert.equal(parseReceipt(other), undefined, other);
});
