import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Progress } from '../../machines/vocabulary/demo.ts';
import { lineForAll, linePerAgency } from '../../src/demo/plain-progress.ts';

const upload = (agency: number, sent: number, winners?: number): Progress => ({
  agency,
  rows: 10_000,
  sent,
  skipped: 0,
  winners,
});

test('a line after each quarter says how much was sent, not which quarter it was', () => {
  const lines: string[] = [];
  const view = linePerAgency((line) => lines.push(line));
  for (const sent of [0, 2_400, 3_840, 4_999, 5_160, 9_999, 10_000]) view.show(upload(4, sent));
  // Whatever it says after that tells nothing anew.
  for (const _ of [1, 2]) view.show(upload(4, 10_000, 1));
  assert.deepEqual(lines, [
    'agency 4: 38 %, 3,840 bets',
    'agency 4: 51 %, 5,160 bets',
    'agency 4: 99 %, 9,999 bets',
    'agency 4: 100 %, 10,000 bets',
    'agency 4: 10,000 bets sent, 1 winner',
  ]);
});

test('the same of all agencies together', () => {
  const lines: string[] = [];
  const agencies = [upload(1, 0), upload(2, 0)];
  const view = lineForAll(agencies, (line) => lines.push(line));
  for (const change of [upload(1, 4_000), upload(2, 2_500), upload(2, 10_000), upload(1, 10_000)])
    view.show(change);
  assert.deepEqual(lines, [
    'all 2 agencies: 32 %, 6,500 bets',
    'all 2 agencies: 70 %, 14,000 bets',
    'all 2 agencies: 100 %, 20,000 bets',
  ]);
});
