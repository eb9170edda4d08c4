/** The original's clients with the real files, if they are at hand. */

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Row, readAgencyFile, readStored, sorted } from '../support/bets.ts';
import { REAL_FILES } from '../support/real-files.ts';
import { startServer } from '../support/system.ts';
import { OriginalClient } from './original-client.ts';

test('five original clients with the real files at once: every bet once, and 2, 3, 3, 2 and 0 winners', {
  skip: !existsSync(join(REAL_FILES, 'agency-5.csv')) && 'the real files are not there',
}, async (t) => {
  const { program, port, dir } = await startServer(t);
  const uploads: Row[][] = [1, 2, 3, 4, 5].map((agency) => readAgencyFile(REAL_FILES, agency));
  const winners = await Promise.all(
    uploads.map(async (rows, index) => {
      const client = await OriginalClient.start(port, index + 1);
      await client.upload(rows);
      client.sayDone();
      return client.winners();
    }),
  );
  assert.deepEqual(winners, [2, 3, 3, 2, 0]);
  await program.expectExit(0);
  assert.deepEqual(sorted(readStored(dir)), sorted(uploads.flat()));
});
