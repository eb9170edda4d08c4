/** No message of a program or command says "1 bets": what is counted is counted by a function that knows of one. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { howMany } from '../../machines/how-many.ts';

const ROOT = join(import.meta.dirname, '../..');

/** Things that this program counts, behind a value that is no constant; and not `A of B bets`. */
const COUNTED =
  /\$\{(?![A-Z_]+\})[^{}]*\} (?:single |invalid |more )?(?:bets|winners|commits|rows|lines|agencies|files|bytes|columns|days|spans|traces|events|states|servers|entries|connections|times)\b/g;

/** Their numbers are never 1: bounds, what is above one, and what was asked about 1 before. */
const NEVER_ONE: readonly string[] = [
  'agencies} agencies',
  'clients} agencies',
  'grouped(agencies.length)} agencies',
  '2 ** (32 - PREFIX) - OTHER_ADDRESSES} agencies',
  'servers} servers',
  "all === 1 ? 's its' : ' their'} winners",
  'size} bytes',
  'payload} bytes',
  'bytes} bytes',
  'maxBytes} bytes',
  'this.#options.maxBytes} bytes',
  'grouped(Math.round((bets * 1000) / ms))} bets', // a rate
  'row.rows} rows',
  'count} rows',
  'ofAgency} single bets',
  'this.#hashes.size} single bets',
];

const sources = ['src', 'machines'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.startsWith('inspector'))
    .map((name) => join(folder, name)),
);

test('every plural of a message has a singular', () => {
  const wrong = sources.flatMap((path) =>
    (readFileSync(join(ROOT, path), 'utf8').match(COUNTED) ?? [])
      .filter((text) => !NEVER_ONE.includes(text.slice('${'.length)))
      .map((text) => `${path}: ${text}`),
  );
  assert.deepEqual(wrong, []);
});

test('one is one', () => {
  assert.deepEqual(
    [0, 1, 2].map((count) => howMany(count, 'bet')),
    ['0 bets', '1 bet', '2 bets'],
  );
  assert.equal(howMany(1, 'agency has', 'agencies have'), '1 agency has');
});
