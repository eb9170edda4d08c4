/** What stands on a terminal while the demo runs, and what is left of it: a screen is played, and a clock. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Progress } from '../../machines/vocabulary/demo.ts';
import { Live } from '../../src/demo/live.ts';
import { Pace } from '../../src/demo/progress.ts';

const look = { isUnicode: false, paint: (text: string) => text };

const at = (agency: number, sent: number, winners?: number): Progress => ({
  ...{ agency, rows: 1_000, sent, skipped: 0, winners },
});
const all = (count: number, sent = 0): Progress[] =>
  Array.from({ length: count }, (_, index) => at(index + 1, sent));

const ESC = '\x1b';
/** A letter, or what acts. */
const PARTS = new RegExp(`${ESC}\\[(\\?25[lh]|\\d*[A-Z])|[\\s\\S]`, 'g');

/** As a terminal does it, as far as the demo asks for it. */
function terminal(columns: number, rows: number) {
  let lines: string[] = [''];
  let [row, column] = [0, 0];
  const put = (letter: string) => {
    if (letter === '\n') {
      row += 1;
      column = 0;
    } else if (letter === '\r') column = 0;
    else {
      if (column === columns) {
        row += 1;
        column = 0;
      }
      lines[row] =
        `${(lines[row] ?? '').slice(0, column).padEnd(column)}${letter}${(lines[row] ?? '').slice(column + 1)}`;
      column += 1;
    }
    lines[row] ??= '';
  };
  const act = (what: string) => {
    const up = /^(\d+)A$/.exec(what);
    if (up) row = Math.max(0, row - Number(up[1]));
    if (what === 'K' || what === 'J') lines[row] = (lines[row] ?? '').slice(0, column);
    if (what === 'J') lines = lines.slice(0, row + 1);
  };
  const write = (text: string): boolean => {
    for (const [part, action] of text.matchAll(PARTS))
      if (action) act(action);
      else put(part);
    return true;
  };
  return { columns, rows, write, shown: () => lines.join('\n').trimEnd() };
}

function start(t: TestContext, { columns = 80, rows = 40 } = {}) {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const screen = terminal(columns, rows);
  let time = 50_000;
  const live = new Live(screen, look, () => time);
  /** So many frames of a tenth of a second. */
  const pass = (frames: number) => {
    for (let frame = 0; frame < frames; frame += 1) {
      time += 100;
      t.mock.timers.tick(100);
    }
  };
  const say = (text: string) => live.above(() => screen.write(`${text}\n`));
  return { live, pass, say, shown: screen.shown };
}

test('the line says what goes on and for how long, and turns by one sign for each frame', (t) => {
  const { live, pass, shown } = start(t);
  live.busy('one thing');
  live.busy('another');
  const signs = [0, 1, 2, 3, 4].map((frame) => {
    pass(1);
    assert.match(shown(), new RegExp(`^ {2}\\S 0\\.${frame + 1} s {2}another$`));
    return shown()[2];
  });
  assert.equal(signs.join(''), '/-\\|/');
});

test('at its end nothing of the line is left, and it does not come back', (t) => {
  const { live, pass, say, shown } = start(t);
  live.busy('one thing');
  live.busy('another');
  pass(3);
  say('a line that stays');
  pass(3);
  live.end();
  assert.equal(shown(), 'a line that stays');
  pass(3);
  assert.equal(shown(), 'a line that stays');
});

test('bars stay as they were at their end, once, and the line goes on below them', (t) => {
  const { live, pass, say, shown } = start(t);
  live.busy('starting');
  live.open(all(2));
  pass(5);
  live.change(all(2, 500));
  say('said meanwhile');
  assert.match(
    shown(),
    /^said meanwhile\n\n {2}agency 1 .* 50% .*\n {2}agency 2 .* 50% .*\n {2}total .* 50% /,
  );
  live.change(all(2, 1_000));
  live.closeBars();
  live.busy('reading back');
  pass(5);
  say('the table');
  pass(1);
  assert.deepEqual(
    shown()
      .split('\n')
      .map((line) =>
        line
          .replace(/ +[#.]+ +/, ' ')
          .replace(/[|/\\-]/, '+')
          .replace(/\d\.\d/, 'N'),
      ),
    [
      ...['said meanwhile', ''],
      '  agency 1 100%  1,000 of 1,000  waiting',
      '  agency 2 100%  1,000 of 1,000  waiting',
      '  total 100%  2,000 of 2,000',
      'the table',
      '  + N s  reading back',
    ],
  );
});

test('how long it will still take is said once the upload has settled and all are there, in seconds', (t) => {
  const { live, pass, shown } = start(t);
  const left = (): string | undefined => /about (\S+) s left/.exec(shown())?.[1];
  live.busy('starting');
  live.open(all(2));
  live.change([at(1, 0), at(2, 0)]);
  const upload = (sent: number, agencies: readonly number[] = [1, 2]) => {
    live.change(agencies.map((agency) => at(agency, sent)));
    pass(1);
  };
  for (const sent of [10, 20, 30, 40, 50, 60, 70, 80, 90]) {
    upload(sent);
    assert.equal(left(), undefined, `after ${sent}`);
  }
  // A hundred of each second, two hundred of both: 1,800 are left.
  for (const sent of [100, 110]) upload(sent);
  assert.equal(left(), '9');
  for (let sent = 120; sent <= 990; sent += 10) upload(sent);
  assert.equal(left(), '1', 'never in no time');
  upload(1_000);
  assert.equal(left(), undefined);
});

test('how long it will still take is not said as long as somebody is not there', (t) => {
  const { live, pass, shown } = start(t);
  live.busy('starting');
  live.open(all(2));
  for (let sent = 10; sent <= 300; sent += 10) {
    live.change([at(1, sent)]);
    pass(1);
  }
  assert.match(shown(), /\d s {2}starting: 1 of 2 are there$/);
});

test('the time of an upload begins with it', (t) => {
  const { live, pass, shown } = start(t);
  live.busy('starting');
  pass(20);
  live.open(all(1));
  for (const sent of [10, 20, 30]) {
    live.change([at(1, sent)]);
    pass(1);
  }
  assert.match(shown(), / 0\.3 s {2}uploading$/);
});

test('twenty agencies have a bar each where there is room, more have one together', (t) => {
  const { live, pass, shown } = start(t);
  live.busy('starting');
  live.open(all(20));
  pass(1);
  assert.match(shown(), /agency 20 .*\n {2}total /);
  live.closeBars();
  live.open(all(21));
  pass(1);
  assert.match(shown().split('total').at(-1) ?? '', /\n {2}21 agencies .* 0%/);
});

test('no line is wider than a narrow terminal, which would keep it', (t) => {
  const { live, pass, shown } = start(t, { columns: 30 });
  live.busy('a thing that takes more words than there is room for');
  pass(5);
  assert.match(shown(), /^ {2}\S 0\.5 s {2}a thing that tak\S*$/);
  assert.ok(shown().length < 30);
  live.end();
  assert.equal(shown(), '');
});

test('a rate is not that of a moment: a burst counts for as much as it is of two seconds', () => {
  const pace = new Pace();
  pace.add(0, 0);
  pace.add(1_900, 1_900);
  assert.equal(pace.add(2_000, 3_000), 1_500);
  assert.equal(pace.add(3_899, 3_000)?.toFixed(), '769', 'what is two seconds ago is still known');
  assert.equal(pace.add(3_900, 3_000), 550, 'and what is longer ago is not');
});
