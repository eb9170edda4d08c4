import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { crc32 } from 'node:zlib';
import { LINE_BYTES, TP0_READ_BYTES } from '../../src/limits.ts';
import { BatchEncoder } from '../../src/protocol/batch-encoder.ts';
import { encodeHello } from '../../src/protocol/encoder.ts';
import { ServerDecoder } from '../../src/protocol/server-decoder.ts';
import { drain } from '../support/chunks.ts';
import { REAL_FILES } from '../support/real-files.ts';

const COUNTS = [26_936, 25_518, 16_014, 9_238, 991];
const skip = existsSync(join(REAL_FILES, 'agency-1.csv')) ? false : "the exercise's files are not here";

for (const [at, count] of COUNTS.entries()) {
  const agency = at + 1;
  for (const [dialect, maxBytes] of [
    ['quiniela', LINE_BYTES],
    ['tp0', TP0_READ_BYTES],
  ] as const) {
    test(`all ${count} bets of agency ${agency} arrive as they are, in ${dialect}`, { skip }, () => {
      const file = readFileSync(join(REAL_FILES, `agency-${agency}.csv`));
      const expected = file
        .toString('latin1')
        .trimEnd()
        .split('\r\n')
        .map((row) => `${agency},${row}\r\n`)
        .join('');
      const encoder = new BatchEncoder({ agency, dialect, maxAmount: 120, maxBytes });
      const decoder = new ServerDecoder();
      if (dialect === 'quiniela') decoder.push(encodeHello(agency));
      const rows: Buffer[] = [];
      let received = 0;
      for (let from = 0; from < file.length; from += 65_536) {
        encoder.push(file.subarray(from, from + 65_536));
        if (from + 65_536 >= file.length) encoder.end();
        for (const step of drain(encoder)) {
          if (step.kind === 'end') {
            assert.deepEqual(step, { kind: 'end', count, crc: crc32(Buffer.concat(rows)) });
            continue;
          }
          if (step.kind !== 'batch') return assert.fail(JSON.stringify(step));
          decoder.push(step.line);
          for (const message of drain(decoder)) {
            if (message.type === 'client.hello') continue;
            if (message.type !== 'client.batch') return assert.fail(JSON.stringify(message));
            received += message.count;
            rows.push(message.rows);
          }
        }
      }
      assert.equal(received, count);
      assert.ok(Buffer.concat(rows).toString('latin1') === expected);
    });
  }
}
