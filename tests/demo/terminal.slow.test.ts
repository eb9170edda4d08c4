import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import type { Progress, Result } from '../../machines/vocabulary/demo.ts';
import { barLine } from '../../src/demo/bars.ts';
import { phaseOf } from '../../src/demo/phase.ts';
import { Pace, Sums } from '../../src/demo/progress.ts';
import { tableLines } from '../../src/demo/table.ts';
import { hasScript } from '../support/terminal.ts';
import { BUNDLE, demoFolder, LONG, makeData } from './helpers.ts';

const ESC = '\x1b';
const COLOUR = new RegExp(`${ESC}\\[\\d+m`);
const GREEN_BAR = new RegExp(`agency 2 {2}${ESC}\\[32m█+${ESC}\\[0m +100% {2}3,000 of 3,000 {2}\\d winner`);

const look = { isUnicode: true, paint: (text: string) => text };
const bar = { name: 'agency 1', value: 13_468, total: 26_936, note: '2 winners', width: 6 };

describe('a bar', () => {
  test('is as long as there is room for, whatever the note', () => {
    const line = '  agency 1  ███████████████▓  50%  13,468 of 26,936  2 winners';
    assert.equal(barLine(bar, 80, look).length, 80 - 1 - '99'.length);
    assert.equal(barLine(bar, 200, look).length, line.length - 16 + 40);
    assert.ok(barLine(bar, 80, look).startsWith(barLine({ ...bar, note: '' }, 80, look)));
  });

  test('gives way to the numbers on a narrow terminal, then to fewer of them, and never wraps', () => {
    assert.equal(barLine(bar, 50, look), '  agency 1   50%  13,468 of 26,936  2 winners');
    assert.equal(barLine(bar, 40, look), '  agency 1   50%  13,468  2 winners');
    for (let columns = 1; columns < 120; columns += 1)
      assert.ok(barLine(bar, columns, look).length < columns);
  });

  test('is ASCII where the terminal may know nothing else', () => {
    assert.match(barLine(bar, 80, { ...look, isUnicode: false }), / #+\.+ {2}50% /);
  });
});

describe('what goes on, in a line', () => {
  const at = (agency: number, sent: number, winners?: number): Progress => ({
    ...{ agency, rows: 10, sent, skipped: 0, winners },
  });
  const after = (...news: Progress[]) => {
    const sums = new Sums([1, 2, 3].map((agency) => at(agency, 0)));
    for (const one of news) sums.add(one);
    return phaseOf(sums);
  };

  test('who is there, whom the draw waits for, who knows the winners', () => {
    assert.equal(after(), 'starting: 0 of 3 are there');
    assert.equal(after(at(1, 0), at(3, 4)), 'starting: 2 of 3 are there');
    const all = [at(1, 0), at(2, 0), at(3, 0)];
    assert.equal(after(...all), 'uploading');
    assert.equal(after(...all, at(2, 10)), '1 of 3 has finished, the draw waits for agencies 1 and 3');
    assert.equal(after(...all, at(2, 10), at(1, 10)), '2 of 3 have finished, the draw waits for agency 3');
    const finished = [at(1, 10), at(2, 10), at(3, 10)];
    assert.equal(after(...finished), 'all have finished: the draw; 0 of 3 know their winners');
    assert.equal(after(...finished, at(1, 10, 2)), 'all have finished: the draw; 1 of 3 know their winners');
    assert.equal(after(at(1, 9, 0), at(2, 10, 1), at(3, 10, 0)), '3 agencies know their winners, and leave');
  });

  test('of many late ones only a few are named', () => {
    const many = Array.from({ length: 30 }, (_, index) => at(index + 1, 0));
    const sums = new Sums(many);
    for (const one of many) sums.add(one);
    sums.add(at(1, 10));
    assert.match(phaseOf(sums), /^1 of 30 has finished, the draw waits for agencies 2, 3, 4, 5 and 25 more$/);
  });

  test('the rate is that of the last two seconds', () => {
    const pace = new Pace();
    assert.equal(pace.add(0, 0), undefined);
    assert.equal(pace.add(1_000, 500), 500);
    for (let at = 2_000; at <= 6_000; at += 500) pace.add(at, 500 + (at - 1_000) * 2);
    assert.equal(pace.add(6_500, 500 + 5_500 * 2), 2_000);
  });
});

describe('the last table', () => {
  const result = (agencies: number, differing: readonly number[] = []): Result => ({
    rows: Array.from({ length: agencies }, (_, index) => ({
      ...{ agency: index + 1, rows: 10, sent: 10, stored: 10, skipped: 0, winners: index === 150 ? 3 : 0 },
    })),
    ms: 1,
    isPaced: false,
    differences: differing.map((agency) => ({ of: 'bets', agency, told: 10, stored: 9 })),
    troubles: new Map(),
  });

  test('of more than 20 agencies: those that differ, those with most winners, how many others, the total', () => {
    const lines = tableLines(result(1_000, [700]), { columns: 80, isAll: false });
    assert.equal(lines.length, 2 + 10 + 3);
    assert.ok(lines.some((line) => /^ +700 /.test(line)) && lines.some((line) => /^ +151 .* 3$/.test(line)));
    assert.deepEqual(lines.slice(-3, -2), ['  and 990 other agencies']);
    assert.match(lines.at(-1)!, /^ +total +10,000 +10,000 +3$/);
    assert.equal(tableLines(result(1_000), { columns: 80, isAll: true }).length, 1_004);
    assert.equal(tableLines(result(20), { columns: 80, isAll: false }).length, 24);
  });

  test('where its columns have no room they stand under one another, and no line wraps', () => {
    const lines = tableLines(result(2), { columns: 40, isAll: false });
    assert.deepEqual(lines.slice(0, 4), [
      ...['  agency 1', '    bets sent    10', '    bets stored  10', '    winners       0'],
    ]);
    assert.equal(lines[8], '  total');
    assert.ok(lines.every((line) => line.length < 40));
  });
});

/** What a terminal of some size gets. */
function onTerminal(
  size: { columns: number; rows: number },
  env: Record<string, string>,
  ...args: string[]
): string {
  using folder = demoFolder();
  const demo = [process.execPath, BUNDLE, 'demo', ...args].map((word) => `'${word}'`).join(' ');
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
    assert.doesNotMatch(text, /^agency \d: \d+ %/m);
  });

  test('it lives from the first moment: what goes on, for how long, how many are there, all together', () => {
    const out = onTerminal(wide, { LANG: 'C.UTF-8' }, '--agencies', '2', '--bets', '20000');
    const text = stripVTControlCharacters(out);
    assert.match(text, /^ {2}[⠀-⣿] \d+\.\d s {2}starting the server$/m);
    assert.match(text, /[⠀-⣿] \d+\.\d s {2}starting: \d of 2 are there/);
    assert.match(text, /total +█+ +100% {2}40,000 of 40,000/);
    // Nothing of it stays but the bars.
    const last = text.slice(text.lastIndexOf('100% '));
    assert.doesNotMatch(last.split('Took')[1] ?? '?', /[⠀-⣿]/);
  });

  test('^C leaves no trace in the bars; what is stored is said, and what can be typed next', async () => {
    using folder = demoFolder();
    await makeData(join(folder.path, 'own'), 2, LONG);
    const demo = [process.execPath, BUNDLE, 'demo', '--agencies', '2', '--data', 'own'];
    const command = `stty cols 80 rows 24; ${demo.map((word) => `'${word}'`).join(' ')}`;
    const child = spawn('script', ['-qec', command, '/dev/null'], {
      cwd: folder.path,
      env: { PATH: process.env.PATH, TERM: 'xterm', SHELL: '/bin/sh', LANG: 'C.UTF-8' },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let out = '';
    let isAsked = false;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
      if (isAsked || !/agency 1 {2}\S+ +[1-9]\d?%/.test(stripVTControlCharacters(text))) return;
      isAsked = true;
      child.stdin.write('\x03');
    });
    const [code] = await once(child, 'close');
    assert.equal(code, 130);
    // The terminal itself has put it there. The line that holds it is taken away before anything else is said.
    const [before = '', after = ''] = out.split('^C');
    assert.ok(before.endsWith('\n') || before.endsWith('\x1b[J'), JSON.stringify(before.slice(-40)));
    assert.ok(after.startsWith('\x1b[?25l\r\x1b['), JSON.stringify(after.slice(0, 40)));
    assert.match(
      stripVTControlCharacters(after),
      /Stopped: [\d,]+ bets stored.*\s+Next:\s+\S.* demo +begin anew/,
    );
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
    assert.match(text, /4 agencies {2}#+ +100% {2}12,000 of 12,000/);
    assert.doesNotMatch(text, /agency 1 {2}/);
  });
});
