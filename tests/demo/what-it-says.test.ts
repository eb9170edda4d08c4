import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { demoMachine } from '../../machines/demo/demo.ts';
import type { DemoInput } from '../../machines/demo/run.ts';
import type { DemoEvent, DemoFiles, ScreenCommand, StoredDraw, Who } from '../../machines/vocabulary/demo.ts';
import type { LogEntry } from '../../machines/vocabulary/log.ts';
import { type LoggedEntry, saidIn } from '../../src/demo/said.ts';
import { createScreen } from '../../src/demo/screen.ts';
import { stage } from '../machines/stage.ts';

const INPUT: DemoInput = {
  servers: 1,
  agencies: 2,
  agenciesAs: 'processes',
  store: '.data/demo',
  isWatched: false,
  isLab: false,
  remake: 'make data',
  startMs: 1,
  pageMs: 10_000,
  leaveMs: 1,
  stopMs: 1,
};
const FILES: DemoFiles = { folder: '.data', rows: [3, 4], made: [], asked: undefined };

const entry = (action: string, details: LogEntry['details'] = {}): LoggedEntry => ({
  level: 30,
  action,
  result: 'success',
  details,
});
/** As processes write it whose clock somebody sets back, so that nobody may go by it. */
const linesOf = (entries: readonly LoggedEntry[]): string[] =>
  entries.map(({ details, ...entry }) => JSON.stringify({ ...entry, time: -1e12, ...details }));
const logged = (who: Who, ...entries: LoggedEntry[]): DemoEvent[] => [...saidIn(who, linesOf(entries), 0)];
const exited = (who: Who, code: number | null = 0, signal: string | null = null): DemoEvent => ({
  type: 'process.exited',
  who,
  code,
  signal,
});
const started = (who: Who, time: number): DemoEvent => ({ type: 'process.started', who, time });
const signal = (name: 'SIGINT' | 'SIGTERM'): DemoEvent => ({ type: 'signal.received', signal: name });

const listening = logged('server', entry('config', { port: 40_123 }));
const drawn = logged('server', entry('sorteo'));
const sent = (agency: number, cantidad: number) =>
  logged(`agency-${agency}`, entry('apuesta_enviada', { cantidad }));
const told = (agency: number, winners: number, time: number): DemoEvent[] => [
  ...saidIn(`agency-${agency}`, linesOf([entry('consulta_ganadores', { cant_ganadores: winners })]), time),
];
const troubled: LoggedEntry = {
  ...entry('connect', { error: 'ECONNREFUSED' }),
  level: 50,
  result: 'fail',
};

const stored = (first: number, isOver = true): StoredDraw => ({
  isOver,
  bets: first + 4,
  agencies: new Map([
    [1, { stored: first, winners: 1 }],
    [2, { stored: 4, winners: 0 }],
  ]),
});

/** The demo with its processes played by the test. */
const begin = () => {
  const shown: ScreenCommand[] = [];
  const texts: string[] = [];
  const stream = { write: (text: string) => texts.push(text), on() {} } as unknown as NodeJS.WriteStream;
  const screen = createScreen({
    out: stream,
    err: stream,
    env: {},
    nextSteps: ['What next'],
    againSteps: [],
  });
  const show = (_: unknown, command: ScreenCommand) => {
    shown.push(command);
    screen.show(command);
  };
  const sources = ['signals', 'lab', 'process', 'prepareData', 'emptyStore', 'readStore'];
  const demo = stage(demoMachine, INPUT, sources, { actions: { show } });
  const finish = (id: string, output: unknown) =>
    demo.send({ type: `xstate.done.actor.${id}`, output } as never);
  finish('prepareData', FILES);
  finish('emptyStore', undefined);
  return { ...demo, finish, shown, texts };
};

const upload = ({ send }: ReturnType<typeof begin>) =>
  send(
    ...[...listening, started('agency-1', 5_000), started('agency-2', 4_000)],
    ...[...sent(1, 2), ...sent(1, 1), ...sent(2, 4)],
  );

const leave = ({ send }: ReturnType<typeof begin>) =>
  send(
    ...[...drawn, ...told(1, 1, 4_900), ...told(2, 0, 4_500)],
    ...[exited('agency-1'), exited('agency-2'), exited('server')],
  );

describe('what the demo says', () => {
  test('compares what the agencies were told with what is stored, and counts the time', () => {
    const demo = begin();
    upload(demo);
    leave(demo);
    assert.equal(demo.state(), 'checking');
    demo.finish('readStore', stored(3));
    assert.equal(demo.state(), 'finished');
    assert.deepEqual(demo.texts.slice(-10), [
      '\n',
      '  agency   bets sent   bets stored   winners\n',
      '  ------   ---------   -----------   -------\n',
      '       1           3             3         1\n',
      '       2           4             4         0\n',
      '  ------   ---------   -----------   -------\n',
      '   total           7             7         1\n',
      ...['\n', "Took 0.90 s from the agencies' start to the last winner: 8 bets/s\n", 'What next\n'],
    ]);
    assert.equal(demo.actor.getSnapshot().output?.exitCode, 0);
  });

  test('says where they differ, and fails', () => {
    for (const [draw, line] of [
      [stored(2), 'agency 1: 3 bets were sent, 2 are stored'],
      [stored(3, false), "the draw is not over by the store's journal"],
      [{ ...stored(3), bets: 8 }, '7 bets were sent, bets.csv has 8'],
      [
        {
          ...stored(3),
          agencies: new Map([
            [1, { stored: 3, winners: 2 }],
            [2, { stored: 4, winners: 0 }],
          ]),
        },
        'agency 1 was told 1 winner, 2 are stored',
      ],
    ] as const) {
      const demo = begin();
      upload(demo);
      leave(demo);
      demo.finish('readStore', draw);
      assert.equal(demo.state(), 'failed');
      assert.equal(demo.texts.at(-1), `quiniela: what was sent is not what is stored:\n  ${line}\n`);
      assert.equal(demo.actor.getSnapshot().output?.exitCode, 1);
    }
  });

  test('shows the progress of each agency, and closes it before it says anything else', () => {
    const demo = begin();
    upload(demo);
    demo.send(signal('SIGINT'));
    const types = demo.shown.map(({ type }) => type);
    assert.deepEqual(types.slice(-6), [
      'progress.open',
      'progress.change',
      'progress.change',
      'progress.change',
      'progress.close',
      'screen.show',
    ]);
  });

  test('a process that fails is shown with its last trouble, each line once', () => {
    const demo = begin();
    upload(demo);
    demo.send(...logged('agency-2', troubled), ...logged('agency-2', troubled), exited('agency-2', 1));
    assert.equal(demo.state(), 'stopping.ending.asking.failed,wish.none');
    assert.equal(
      demo.texts.at(-1),
      'quiniela: agency 2 ended with exit code 1\n  action: connect | result: fail | error: ECONNREFUSED\n',
    );
  });

  test('rows that are no bets are counted, with an example', () => {
    const demo = begin();
    const invalid: LoggedEntry = { ...troubled, action: 'read_bet', details: { line: 11 } };
    demo.send(...listening, ...logged('agency-2', invalid, entry('read_bets', { invalid: 1 })));
    demo.send(...sent(1, 3), ...sent(2, 4));
    leave(demo);
    demo.finish('readStore', stored(3));
    assert.equal(
      demo.texts.at(-2),
      'Without a valid bet, and skipped: 1 row of agency 2, such as\n  action: read_bet | result: fail | line: 11\n',
    );
  });

  test('each process is asked to stop once, however the signal comes', () => {
    const demo = begin();
    upload(demo);
    demo.send(signal('SIGINT'));
    const asked: { type: string }[] = demo.heard('process').filter(({ type }) => type === 'process.stop');
    const stop = { type: 'process.stop', signal: 'SIGTERM' };
    assert.deepEqual(asked, [stop, stop, stop]);
    demo.send(exited('agency-1'), exited('agency-2', null, 'SIGTERM'), exited('server'));
    assert.equal(demo.state(), 'counting');
    demo.finish('countStore', stored(2, false));
    assert.equal(demo.texts.at(-1), 'Stopped: 6 bets stored in .data/demo/bets.csv\n');
    assert.equal(demo.actor.getSnapshot().output?.exitCode, 130);
  });
});
