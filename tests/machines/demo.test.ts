import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fromCallback, fromPromise } from 'xstate';
import { demoMachine } from '../../machines/demo/demo.ts';
import type { ProcessCommand, ProcessInput, Who } from '../../machines/vocabulary/demo.ts';
import type { ProcessOrder } from '../../machines/vocabulary/lab.ts';
import {
  advanced,
  demo,
  demoOf,
  drawn,
  type Event,
  errored,
  exited,
  FILES,
  FLEET,
  fleetComplained,
  fleetFailed,
  fleetSent,
  fleetTold,
  INPUT,
  LAB,
  LAB_FLEET,
  listening,
  sent,
  signal,
  skipped,
  stopping,
  stored,
  TWO_SERVERS,
  told,
  WATCHED,
} from './demo-fixtures.ts';
import { stage } from './stage.ts';
import { testEveryPath } from './suite.ts';

testEveryPath({
  machine: demoMachine,
  inputs: [INPUT, FLEET, WATCHED, TWO_SERVERS, LAB, LAB_FLEET],
  events: [
    ...[
      { type: 'process.started', who: 'agency-1', time: 1 } as const,
      listening,
      drawn,
      sent,
      told,
      skipped,
      fleetSent,
      fleetTold,
      fleetFailed,
    ],
    { type: 'process.complained', who: 'agency-1', complaints: [{ of: 'agency-1', lines: ['a warning'] }] },
    { type: 'process.listening', who: 'server-2', port: 12346 },
    exited('server-2'),
    ...[exited('server'), exited('server', 1), exited('agency-1'), exited('agency-1', null, 'SIGTERM')],
    ...[exited('fleet'), exited('fleet', 1), errored('fleet')],
    { type: 'lab.ordered', id: 1, order: { do: 'signal', who: 'agency-1', signal: 'SIGKILL' } },
    { type: 'lab.restart', id: 2, who: 'agency-1' },
    { type: 'lab.restart', id: 3, who: 'server' },
    { type: 'process.answered', who: 'agency-1', id: 1 },
    { type: 'program.broken', error: new Error('a bug') },
    ...[errored('server'), errored('agency-1'), signal(), signal('SIGTERM')],
  ],
  impossible: (event, { context }) =>
    event.type.startsWith('process.') && 'who' in event && !context.living.includes(event.who),
  outputs: {
    prepareData: () => [FILES],
    emptyStore: () => [undefined],
    awaitPage: () => [undefined],
    readStore: () => [stored(2), stored(0)],
  },
  fatal: ['signals', 'lab'],
  remember: ({ runs, ports, living, isDrawn, isPaced, failed, exitCode }) => [
    runs.map(({ sent, skipped, winners }) => [Math.min(sent, 2), Math.min(skipped, 1), winners]),
    ...[ports.size, living, isDrawn, isPaced, failed, exitCode],
  ],
});

describe('demo', () => {
  const run = [listening, sent, drawn, told, exited('agency-1'), exited('server')];

  test('the agencies start once the server listens', async () => {
    const { send, processes } = await demo(2);
    assert.deepEqual(processes(), ['server']);
    send(listening);
    assert.deepEqual(processes(), ['server', 'agency-1']);
  });

  test('of several servers all must listen, and agencies know of all', async () => {
    const { send, processes, exitCode, settle } = await demoOf(TWO_SERVERS, 2);
    assert.deepEqual(processes(), ['server', 'server-2']);
    send({ type: 'process.listening', who: 'server-2', port: 2 });
    assert.deepEqual(processes(), ['server', 'server-2']);
    send(listening);
    assert.deepEqual(processes(), ['server', 'server-2', 'agency-1']);
    send(sent, { type: 'process.drawn', who: 'server-2' }, told);
    send(exited('agency-1'), exited('server-2'), exited('server'));
    await settle();
    assert.equal(exitCode(), 0);
  });

  test('what was sent is stored: it ends with the table and 0', async () => {
    const { state, exitCode, kinds, differences } = await demo(2, ...run);
    assert.deepEqual([state(), exitCode()], ['finished', 0]);
    assert.deepEqual([kinds().at(-1), differences()], ['result', []]);
  });

  test('what was sent is not all stored: it says so and ends with 1', async () => {
    const { state, exitCode, differences } = await demo(1, ...run);
    assert.deepEqual([state(), exitCode()], ['failed', 1]);
    assert.deepEqual(differences(), [{ of: 'bets', agency: 1, told: 2, stored: 1 }]);
  });

  test('a signal stops every process and ends with what a shell expects of it', async () => {
    const { send, settle, state, exitCode, told } = await demo(2, listening, signal());
    assert.deepEqual(
      [state(), told()],
      [stopping('clean', 'toldToStop'), ['process.stop SIGTERM', 'process.stop SIGTERM']],
    );
    send(exited('agency-1'), exited('server'));
    await settle();
    assert.deepEqual([state(), exitCode()], ['interrupted', 130]);
  });

  test('a signal while it stops because of a failure changes nothing, the next one is the second', async () => {
    const failing = [listening, exited('server', 1)];
    const { send, settle, state, exitCode, told } = await demo(2, ...failing, signal());
    assert.equal(told().at(-1), 'process.stop SIGTERM');
    send(exited('agency-1'));
    await settle();
    assert.deepEqual([state(), exitCode()], ['failed', 1]);
    const twice = await demo(2, ...failing, signal(), signal());
    assert.deepEqual([twice.state(), twice.exitCode()], ['killed', 130]);
  });

  test('a second signal waits for nothing, and ends with the code that a shell expects', async () => {
    for (const [name, code] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
    ] as const) {
      const { state, exitCode, told } = await demo(2, listening, signal(), signal(name));
      assert.deepEqual([state(), exitCode()], ['killed', code]);
      assert.equal(told().filter((command) => command === 'process.stop SIGKILL').length, 2, 'of each');
    }
  });

  test('a process that does not stop is killed in time, and it ends with 1', async () => {
    const { wait, send, exitCode, told } = await demo(2, listening, signal());
    wait(INPUT.stopMs);
    assert.equal(told().at(-1), 'process.stop SIGKILL');
    send(exited('agency-1', null, 'SIGKILL'), exited('server'));
    assert.equal(exitCode(), 1);
  });

  test('an agency that fails stops the others, and it ends with 1', async () => {
    const { send, told, exitCode, errors } = await demo(2, listening, exited('agency-1', 1));
    assert.ok(told().includes('process.stop SIGTERM'));
    assert.equal(errors().length, 1);
    send(exited('server'));
    assert.equal(exitCode(), 1);
  });

  test('of all that it complained of the last lines are told, each once', async () => {
    const lines = Array.from({ length: 25 }, (_, index) => `trouble ${index + 1}.`);
    const complained = (of: readonly string[]): Event => ({
      type: 'process.complained',
      who: 'agency-1',
      complaints: [{ of: 'agency-1', lines: of }],
    });
    const { errors } = await demo(
      2,
      ...[listening, complained(lines), complained(lines.slice(-1)), exited('agency-1', 1)],
    );
    const told = lines.slice(-20).map((line) => `\n  ${line}`);
    assert.deepEqual(errors(), [`agency 1 ended with exit code 1${told.join('')}`]);
  });

  test('a server that does not start is not waited for', async () => {
    const { wait, state } = await demo(2);
    wait(INPUT.startMs);
    assert.equal(state(), stopping('failed', 'none'));
  });

  test('a process that stays when all is told is not waited for', async () => {
    const { wait, state } = await demo(2, listening, sent, drawn, told);
    wait(INPUT.leaveMs);
    assert.equal(state(), stopping('failed', 'none'));
  });
});

describe('demo that is watched', () => {
  const watched = async (...soFar: Event[]) => {
    const page = Promise.withResolvers<void>();
    const started: ProcessInput[] = [];
    const process = fromCallback<ProcessCommand, ProcessInput>(({ input }) => {
      started.push(input);
    });
    const on = stage(demoMachine, WATCHED, ['signals', 'lab'], {
      actors: {
        process,
        prepareData: fromPromise(async () => FILES),
        emptyStore: fromPromise(async () => {}),
        awaitPage: fromPromise(() => page.promise),
      },
    });
    const settle = () => new Promise((resolve) => setImmediate(resolve));
    await settle();
    on.send(...soFar);
    await settle();
    return { ...on, page, settle, started };
  };

  test('the agencies wait for the page, and take their time', async () => {
    const { state, page, settle, started } = await watched(listening);
    assert.equal(state(), 'running.awaitingPage');
    assert.deepEqual(
      started.map(({ who, isPaced }) => [who, isPaced]),
      [['server', true]],
    );
    page.resolve();
    await settle();
    assert.equal(state(), 'running.withAgencies.uploading');
    assert.deepEqual(started.at(-1), {
      who: 'agency-1',
      agencies: 1,
      ports: [12345],
      port: undefined,
      rows: 2,
      isPaced: true,
    });
  });

  test('nobody comes, or none can: they start in time, and as fast as ever', async () => {
    for (const none of ['late', 'failed'] as const) {
      const { state, page, settle, started, clock } = await watched(listening);
      if (none === 'late') clock.increment(WATCHED.pageMs);
      else page.reject(new Error('it was killed'));
      await settle();
      assert.equal(state(), 'running.withAgencies.uploading');
      assert.equal(started.at(-1)?.isPaced, false);
    }
  });

  test('a signal, or the end of the server, does not wait for a page', async () => {
    for (const event of [signal(), exited('server', 1)]) {
      const { state } = await watched(listening, event);
      assert.match(state(), /^(stopping|failed|counting)/);
    }
  });
});

describe('demo with a fleet', () => {
  const fleet = (bets: number, ...soFar: Event[]) => demoOf(FLEET, bets, ...soFar);

  test('one process for all agencies starts once the server listens', async () => {
    const { processes } = await fleet(2, listening);
    assert.deepEqual(processes(), ['server', 'fleet']);
  });

  test('what its lines say is counted for the agency that each names', async () => {
    const run = [listening, fleetSent, drawn, fleetTold, exited('fleet'), exited('server')];
    const { state, exitCode, kinds, differences } = await fleet(2, ...run);
    assert.deepEqual([state(), exitCode()], ['finished', 0]);
    assert.deepEqual([kinds().at(-1), differences()], ['result', []]);
  });

  test('an agency of it that fails stops all, and is told once: the exit code of the fleet is no news', async () => {
    const { send, state, told, exitCode, errors } = await fleet(2, listening, fleetComplained, fleetFailed);
    assert.deepEqual(
      [state(), told()],
      [stopping('failed', 'none'), ['process.stop SIGTERM', 'process.stop SIGTERM']],
    );
    send(exited('fleet', 1), exited('server'));
    assert.deepEqual([state(), exitCode()], ['failed', 1]);
    assert.deepEqual(errors(), [
      'agency 1 failed\n  action: run | result: fail | client_id: 1 | exit_code: 1',
    ]);
  });

  test('a fleet that ends before all its agencies know their winners has failed', async () => {
    const { state, errors } = await fleet(2, listening, fleetSent, exited('fleet'));
    assert.equal(state(), stopping('failed', 'none'));
    assert.deepEqual(errors(), ["the agencies' process ended before all knew their winners"]);
  });

  test('a fleet that fails while all is being stopped is said', async () => {
    const { send, settle, exitCode, errors } = await fleet(2, listening, signal());
    send(exited('fleet', 1), exited('server'));
    await settle();
    assert.deepEqual([exitCode(), errors()], [1, ["the agencies' process ended with exit code 1"]]);
  });
});

describe('demo on which somebody acts', () => {
  const lab = (...soFar: Event[]) => demoOf(LAB, 2, ...soFar);
  const order: ProcessOrder = { do: 'signal', who: 'agency-1', signal: 'SIGKILL' };
  const ordered = (id: number, to: ProcessOrder = order): Event => ({ type: 'lab.ordered', id, order: to });
  const restart = (id: number, who: Who): Event => ({ type: 'lab.restart', id, who });
  const killed = (who: Who) => exited(who, null, 'SIGKILL');

  test('a process hears what is wanted of it, and its answer is passed on', async () => {
    const { send, commands, answers } = await lab(listening, ordered(1));
    assert.deepEqual(commands(), [{ type: 'process.order', id: 1, order }]);
    send({ type: 'process.answered', who: 'agency-1', id: 1, refusal: 'it is paused already' });
    assert.deepEqual(answers(), [{ id: 1, refusal: 'it is paused already' }]);
  });

  test('a process that ends before its time is no failure: started again, it goes on to the draw', async () => {
    const run = [listening, killed('agency-1'), killed('server')];
    const { send, settle, processes, answers, kinds, state, exitCode, differences } = await lab(...run);
    assert.deepEqual(processes(), []);
    assert.equal(state(), 'running.withAgencies.uploading');
    send(restart(1, 'server'), listening, restart(2, 'agency-1'));
    assert.deepEqual(processes(), ['server', 'agency-1']);
    assert.deepEqual(
      answers().map(({ refusal }) => refusal),
      [undefined, undefined],
    );
    // What was acknowledged just before stands in no log.
    send(advanced('agency-1', { sent: 1 }), drawn, told, exited('agency-1'), exited('server'));
    await settle();
    assert.deepEqual([state(), exitCode(), differences()], ['finished', 0, []]);
    assert.deepEqual(
      kinds().filter((kind) => kind === 'fell' || kind === 'again'),
      ['fell', 'fell', 'again', 'again'],
    );
  });

  test('a server that is started again listens where it did', async () => {
    const { send, input } = await lab(listening);
    assert.equal(input('server')?.port, undefined);
    send(killed('server'), restart(1, 'server'));
    assert.equal(input('server')?.port, 12345);
  });

  test('a server that is stopped after the draw may be started again for who was not told', async () => {
    const { send, processes, state } = await lab(listening, sent, drawn, exited('server'));
    assert.equal(state(), 'running.withAgencies.uploading');
    send(restart(1, 'server'));
    assert.deepEqual(processes(), ['agency-1', 'server']);
  });

  test('what cannot be done is refused, with the reason', async () => {
    const { send, answers } = await lab(ordered(1, { ...order, who: 'server' }), listening);
    send(restart(2, 'server'), restart(3, 'agency-7'), killed('agency-1'), ordered(4));
    send(restart(5, 'agency-1'), sent, told, exited('agency-1'), restart(6, 'agency-1'));
    assert.deepEqual(answers(), [
      { id: 1, refusal: 'the demo is starting or ending: nothing can be done to its processes' },
      { id: 2, refusal: 'server runs already' },
      { id: 3, refusal: 'there is no process agency-7' },
      { id: 4, refusal: 'agency-1 does not run' },
      { id: 5 },
      { id: 6, refusal: 'the demo is starting or ending: nothing can be done to its processes' },
    ]);
  });

  test('a signal ends it, with whatever does not run', async () => {
    const { send, settle, state, exitCode } = await lab(listening, killed('server'), signal());
    send(exited('agency-1'));
    await settle();
    assert.deepEqual([state(), exitCode()], ['interrupted', 130]);
  });

  test('an agency of a fleet that fails is said, and the others go on', async () => {
    const { state, errors } = await demoOf(LAB_FLEET, 2, listening, fleetComplained, fleetFailed);
    assert.deepEqual([state(), errors().length], ['running.withAgencies.uploading', 1]);
  });
});
