/** Whoever lets a process open too few files hears it at the start, and nobody else. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shortageOfFiles } from '../../src/runtime/open-files.ts';

test('as many files as are needed are enough, and one less is said with both numbers', () => {
  assert.deepEqual(shortageOfFiles(82, 82, '5 agencies'), []);
  assert.deepEqual(shortageOfFiles(Number.POSITIVE_INFINITY, 82, '5 agencies'), []);
  assert.deepEqual(shortageOfFiles(81, 82, '5 agencies'), [
    'this process may have only 81 files open (ulimit -n), and needs 82 for 5 agencies',
  ]);
});
