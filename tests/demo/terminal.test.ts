import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { barLine } from '../../src/demo/bars.ts';
import { demoFolder, MAIN } from './helpers.ts';

const ESC = '\x1b';
const COLOUR = new RegExp(`${ESC}\\[\\d+m`);
const GREEN_BAR = new RegExp(`agency 2 {2}${ESC}\\[32m█+${ESC}\\[0m +100% {2}3,000 of 3,000 {2}\\d winner`);

const look = { isUnicode: true, paint: (text: string) => text };
const half = { progress: 0.5, value: 13_468, total: 26_936 };
const payload = { name: 'agency 1', note: '2 winners', width: 6 };

describe('a bar', () => {
  test('is as long as there is room for, whatever the note', () => {
    const line = '  agency 1  ███████████████▓  50%  13,468 of 26,936  2 winners';
    assert.equal(barLine(payload, half, 80, look).length, 80 - 1 - '99'.length);
    assert.equal(barLine(payload, half, 200, look).length, line.length - 16 + 40);
    const bare = barLine({ ...payload, note: '' }, half, 80, look);
    assert.ok(barLine(payload, half, 80, look).startsWith(bare));
  });

  test('gives way to the numbers on a narrow terminal, and never wraps', () => {
    assert.equal(barLine(payload, half, 50, look), '  agency 1   50%  13,468 of 26,936  2 winners');
    for (let columns = 1; columns < 120; columns += 1)
      assert.ok(barLine(payload, half, columns, look).length < columns);
  });

  test('is ASCII where the terminal may know nothing else', () => {
    assert.match(barLine(payload, half, 80, { ...look, isUnicode: false }), / #+\.+ {2}50% /);
  });
});

const hasScript = spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux');

/** What a terminal of some size gets. */
function onTerminal(
  size: { columns: number; rows: number },
  env: Record<string, string>,
  ...args: string[]
): string {
  using folder = demoFolder();
  const demo = [process.execPath, MAIN, 'demo', ...args].map((word) => `'${word}'`).join(' ');
  const command = `stty cols ${size.columns} rows ${size.rows}; ${demo}`;
  return execFileSync('script', ['-qec', command, '/dev/null'], {
    cwd: folder.path,
    env: { PATH: process.env.PATH, TERM: 'xterm', SHELL: '/bin/sh', ...env },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

describe('on a terminal', { skip: !hasScript && 'script of util-linux is not there' }, () => {
  const wide = { columns: 80, rows: 24 };

  test('a bar for each agency, in colour, and the table after them', () => {
    const out = onTerminal(wide, { LANG: 'C.UTF-8' }, '--agencies', '3', '--bets', '3000');
    assert.match(out, GREEN_BAR);
    assert.ok(out.includes('\x1b[?25h'), 'the cursor is shown again');
    const text = stripVTControlCharacters(out);
    assert.match(text, / {3}total +9,000 +9,000 +\d/);
    assert.doesNotMatch(text, /25 %/);
  });

  test('NO_COLOR: bars without colour', () => {
    const out = onTerminal(wide, { NO_COLOR: '1' }, '--agencies', '2', '--bets', '3000');
    assert.doesNotMatch(out, COLOUR);
    assert.match(out, /agency 2 {2}#+ +100% /);
  });

  test('TERM=dumb: lines', () => {
    const out = onTerminal(wide, { TERM: 'dumb' }, '--agencies', '2', '--bets', '3000');
    assert.equal(stripVTControlCharacters(out), out);
    assert.match(out, /^agency 2: 100 %/m);
  });

  test('a terminal with too few rows: one bar for all', () => {
    const out = onTerminal({ columns: 80, rows: 8 }, {}, '--agencies', '4', '--bets', '3000');
    const text = stripVTControlCharacters(out);
    assert.match(text, /4 agencies {2}#+ +100% {2}12,000 of 12,000 {2}4 told/);
    assert.doesNotMatch(text, /agency 1 {2}/);
  });
});
