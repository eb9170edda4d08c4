/** How the demo ends: what it says of a run, and with which code, whatever goes wrong. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { StoredDraw } from '../../machines/vocabulary/demo.ts';
import { UserError } from '../../src/errors.ts';
import {
  advanced,
  demo,
  demoIn,
  demoOf,
  drawn,
  type Event,
  errored,
  exited,
  INPUT,
  LAB,
  listening,
  sent,
  signal,
  stopping,
  stored,
  told,
} from './demo-fixtures.ts';

const gone = [exited('agency-1'), exited('server')];
const run = [listening, sent, drawn, told, ...gone];
const broken: Event = { type: 'program.broken', error: new Error('a bug') };
const never = () => new Promise<never>(() => {});

describe('demo that cannot go on', () => {
  const refuse = async (): Promise<never> => {
    throw new UserError('DATA', 'cannot run the demo: a file is not there');
  };

  test('what could not be done is said, and ends with the code of its error', async () => {
    for (const surroundings of [{ prepareData: refuse }, { emptyStore: refuse }, { readStore: refuse }]) {
      const { state, exitCode, errors } = await demoIn(surroundings, ...run);
      assert.deepEqual([state(), exitCode()], ['failed', 2]);
      assert.deepEqual(errors(), ['cannot run the demo: a file is not there']);
    }
  });

  test('a defect while processes run stops them, is said, and ends with 1', async () => {
    const { send, state, exitCode, errors } = await demo(2, listening, broken);
    assert.equal(state(), stopping('failed', 'none'));
    send(...gone);
    assert.deepEqual([exitCode(), errors()], [1, ['a defect, Error: a bug']]);
  });

  test('a defect while it stops is no clean end', async () => {
    const { send, settle, exitCode } = await demo(2, listening, signal(), broken);
    send(...gone);
    await settle();
    assert.equal(exitCode(), 1);
  });

  test('a process that cannot be started is named, and is not waited for', async () => {
    const { send, state, exitCode, errors } = await demo(2, listening, errored('agency-1'));
    assert.equal(state(), stopping('failed', 'none'));
    assert.deepEqual(errors(), ['agency 1 could not be started: ENOENT']);
    send(exited('server'));
    assert.equal(exitCode(), 1);
    const both = await demo(2, listening, exited('server', 1), errored('agency-1'));
    assert.equal(both.state(), 'failed');
  });

  test('who leaves before its time has failed, also with 0; and who fails, also in time', async () => {
    for (const [early, why] of [
      [[listening, exited('server')], 'the server ended before the draw'],
      [[listening, sent, exited('agency-1')], 'agency 1 ended before it knew its winners'],
      [[listening, sent, drawn, told, exited('agency-1', 1)], 'agency 1 ended with exit code 1'],
    ] as const) {
      const { state, errors } = await demo(2, ...early);
      assert.deepEqual([state(), errors()], [stopping('failed', 'none'), [why]]);
    }
  });

  test('agencies that were not told before the server left are given a while, then stopped', async () => {
    const { wait, state } = await demo(2, listening, sent, drawn, exited('server'));
    wait(INPUT.leaveMs - 1);
    assert.equal(state(), 'running.withAgencies.leaving');
    wait(1);
    assert.equal(state(), stopping('failed', 'none'));
  });

  test('what even the system does not end is left behind, and said', async () => {
    const { wait, state, exitCode, endsAtOnce, kinds } = await demo(2, listening, signal());
    wait(INPUT.stopMs);
    wait(INPUT.stopMs);
    assert.deepEqual([state(), exitCode(), endsAtOnce()], ['overdue', 1, true]);
    assert.deepEqual(kinds().slice(-2), ['killing', 'leftBehind']);
  });
});

describe('demo that is told to stop', () => {
  test('before anything runs it ends with what a shell expects', async () => {
    const { state, exitCode, kinds } = await demoIn({ prepareData: never }, signal('SIGTERM'));
    assert.deepEqual([state(), exitCode(), kinds()], ['interrupted', 143, ['stoppedEarly']]);
  });

  test('it counts what is stored, and a process that the signal ended has ended well', async () => {
    const killed = exited('agency-1', null, 'SIGTERM');
    const { settle, state, exitCode, kinds } = await demo(2, listening, signal(), killed, exited('server'));
    await settle();
    assert.deepEqual([state(), exitCode(), kinds().at(-1)], ['interrupted', 130, 'stopped']);
  });

  test('where nothing can be counted, it says so', async () => {
    const readStore = async () => Promise.reject(new Error('there is no folder'));
    const { settle, state, exitCode, kinds } = await demoIn({ readStore }, listening, signal(), ...gone);
    await settle();
    assert.deepEqual([state(), exitCode(), kinds().at(-1)], ['interrupted', 130, 'stoppedEarly']);
  });

  test('to count has a deadline, and another signal waits for nothing', async () => {
    const late = await demoIn({ readStore: never }, listening, signal(), ...gone);
    late.wait(INPUT.stopMs);
    assert.deepEqual([late.state(), late.exitCode(), late.endsAtOnce()], ['uncounted', 130, true]);
    assert.equal(late.kinds().at(-1), 'notCounted');
    const twice = await demoIn({ readStore: never }, listening, signal(), ...gone, signal('SIGTERM'));
    assert.deepEqual([twice.state(), twice.exitCode(), twice.endsAtOnce()], ['killed', 143, true]);
  });

  test('after the draw it says that nothing was compared', async () => {
    const { state, exitCode, kinds } = await demoIn({ readStore: never }, ...run, signal('SIGTERM'));
    assert.deepEqual([state(), exitCode(), kinds().at(-1)], ['interrupted', 143, 'notChecked']);
  });
});

describe('demo that compares', () => {
  const whole = stored(2);
  const one = (bets: number, winners: number | undefined) => new Map([[1, { stored: bets, winners }]]);

  test('whatever is not as the agencies were told is named, and ends with 1', async () => {
    for (const [draw, difference] of [
      [{ ...whole, isOver: false }, { of: 'draw' }],
      [
        { ...whole, bets: 3 },
        { of: 'bets', told: 2, stored: 3 },
      ],
      [
        { ...whole, agencies: one(3, 1) },
        { of: 'bets', agency: 1, told: 2, stored: 3 },
      ],
      [
        { ...whole, agencies: one(2, 2) },
        { of: 'winners', agency: 1, told: 1, stored: 2 },
      ],
    ] as const) {
      const { differences, exitCode } = await demoIn({ readStore: async () => draw as StoredDraw }, ...run);
      assert.deepEqual([differences(), exitCode()], [[difference], 1]);
    }
  });

  test('winners of which the folder knows nothing differ', async () => {
    const draw = { ...whole, agencies: one(2, undefined) };
    const { differences } = await demoIn({ readStore: async () => draw }, ...run);
    assert.deepEqual(differences(), [{ of: 'winners', agency: 1, told: 1, stored: undefined }]);
  });

  test('bets of which no log tells count only where a person killed who would have told', async () => {
    const half = [listening, advanced('agency-1', { sent: 1 }), drawn, told, ...gone];
    const { differences } = await demo(2, ...half);
    assert.deepEqual(differences(), [{ of: 'bets', agency: 1, told: 1, stored: 2 }]);
    const skipping = [listening, advanced('agency-1', { skipped: 1 }), drawn, told, ...gone];
    const lab = await demoOf(LAB, 1, ...skipping);
    assert.deepEqual(lab.differences(), [], 'nor do rows that are no bets');
  });

  test('what is known of an agency stays known, whatever its log says next', async () => {
    const known = advanced('agency-1', { skipped: 1, winners: 1, toldAt: 9 });
    const { result } = await demo(2, listening, drawn, known, sent, ...gone);
    const [row] = result()?.rows ?? [];
    assert.deepEqual([row?.sent, row?.skipped, row?.winners], [2, 1, 1]);
  });

  test('it took from the first start to the last winner', async () => {
    const started = (time: number): Event => ({ type: 'process.started', who: 'agency-1', time });
    const after = advanced('agency-1', { winners: 1, toldAt: 5 });
    const { result } = await demo(2, listening, started(3), started(4), sent, drawn, told, after, ...gone);
    assert.equal(result()?.ms, 4);
  });
});

describe('demo on which somebody acts', () => {
  test('an agency that is started again calls where the server listens now', async () => {
    const again: Event = { type: 'lab.restart', id: 1, who: 'server' };
    const agency: Event = { type: 'lab.restart', id: 2, who: 'agency-1' };
    const elsewhere: Event = { type: 'process.listening', who: 'server', port: 5 };
    const ended = [exited('agency-1', null, 'SIGKILL'), exited('server', null, 'SIGKILL')];
    const { input } = await demoOf(LAB, 2, listening, ...ended, again, elsewhere, agency);
    assert.deepEqual(input('agency-1')?.ports, [5]);
  });
});
