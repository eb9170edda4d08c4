/** What is said last of a run, and that a screen which has gone is no reason to end it. */
import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import type { Fact, Progress, Result } from '../../machines/vocabulary/demo.ts';
import { createScreen } from '../../src/demo/screen.ts';

const ESC = '\x1b';
/** One line that stood there is, and then comes what is said. */
const TAKEN_AWAY = new RegExp(`^\\r${ESC}\\[1A${ESC}\\[J${ESC}\\[\\?25hStopped`);

function start(terminal: { isTTY?: boolean } = {}) {
  const [out, err] = [1, 2].map(() => Object.assign(new PassThrough().setEncoding('utf8'), terminal));
  const results: Result[] = [];
  const screen = createScreen({
    out: out as unknown as NodeJS.WriteStream,
    err: err as unknown as NodeJS.WriteStream,
    env: { TERM: 'xterm' },
    nextSteps: ['What next'],
    againSteps: ['Begin anew'],
    onResult: (result) => results.push(result),
  });
  const show = (fact: Fact) => screen.show({ type: 'screen.show', fact });
  const read = (): string => String(out!.read() ?? '');
  return { screen, show, read, out: out!, err: err!, results };
}

const result = (stored: number): Result => ({
  rows: [{ agency: 1, rows: 4, sent: 4, skipped: 0, winners: 0, stored }],
  ms: 1_000,
  isPaced: false,
  differences: stored === 4 ? [] : [{ of: 'bets', agency: 1, told: 4, stored }],
  troubles: new Map(),
});

test('who has stopped a run with bets is told how to go on, whatever became of the count; who had none is not', () => {
  const store = '.data/demo';
  const stopped: Fact[] = [
    { kind: 'stopped', bets: 3, store },
    { kind: 'notCounted', store, ms: 1_000 },
    { kind: 'notChecked', store },
  ];
  for (const fact of stopped) {
    const { show, read } = start();
    show(fact);
    assert.match(read(), /^Stopped[^\n]*\nBegin anew\n$/, fact.kind);
  }
  const { show, read } = start();
  show({ kind: 'stoppedEarly' });
  assert.equal(read(), 'Stopped before any bet was stored\n');
});

test('what can be done with the bets is said if they are those that were sent', () => {
  for (const [stored, isSaid] of [
    [4, true],
    [3, false],
  ] as const) {
    const { show, read, err, results } = start();
    show({ kind: 'result', result: result(stored) });
    assert.equal(read().includes('What next\n'), isSaid);
    assert.equal(err.read() === null, isSaid);
    assert.deepEqual(results, [result(stored)], 'also for whoever reads it as data');
  }
});

test('a terminal that was closed ends nothing, whichever of its streams says so', () => {
  const { show, out, err } = start();
  for (const stream of [out, err]) stream.emit('error', new Error('EIO'));
  show({ kind: 'stoppedEarly' });
});

test('twenty agencies have lines of their own, more have one for all', () => {
  for (const [count, line] of [
    [20, 'agency 1: 100 %, 8 bets\n'],
    [21, 'all 21 agencies: 100 %, 168 bets\n'],
  ] as const) {
    const { screen, read } = start();
    const at = (sent: number): Progress[] =>
      Array.from({ length: count }, (_, index) => ({
        ...{ agency: index + 1, rows: 8, sent, skipped: 0, winners: undefined },
      }));
    screen.show({ type: 'progress.open', agencies: at(0) });
    screen.show({ type: 'progress.change', agencies: at(8) });
    assert.ok(read().includes(line), line);
  }
});

test('on a terminal what goes on after each thing that is said is shown, and nothing once all is over', (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const { screen, show, read } = start({ isTTY: true });
  const after = (fact: Fact): string => {
    show(fact);
    read();
    t.mock.timers.tick(100);
    return /\d s {2}(.*)/.exec(stripVTControlCharacters(read()))?.[1] ?? '';
  };
  assert.equal(after({ kind: 'listening', ports: [1], store: 's' }), 'starting the agencies');
  assert.equal(after({ kind: 'stopping', signal: 'SIGINT' }), 'stopping all');
  assert.equal(after({ kind: 'killing', who: ['fleet'], ms: 1 }), 'killing those that stay');
  assert.equal(after({ kind: 'stopped', bets: 3, store: 's' }), 'killing those that stay');
  show({ kind: 'stopped', bets: 3, store: 's' });
  assert.match(read(), TAKEN_AWAY, 'the line that changes gives its place to what stays');
  screen.show({ type: 'progress.close' });
  t.mock.timers.tick(100);
  assert.match(read(), /reading back what is stored/);
  screen.end();
  read();
  t.mock.timers.tick(100);
  assert.equal(read(), '');
});
