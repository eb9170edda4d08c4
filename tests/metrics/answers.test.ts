/** What is answered is what the program is now, made no more often than it must be. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fleetMachine } from '../../machines/agency/fleet.ts';
import { METRICS_FRESH_MS, METRICS_LATE_MS } from '../../src/limits.ts';
import { type FleetRoot, watchFleet } from '../../src/metrics/agencies.ts';
import { answering } from '../../src/metrics/answers.ts';
import { engineChecks, engineFamilies } from '../../src/metrics/engine.ts';
import { endpointLater } from '../../src/metrics/later.ts';
import { AgencyMeter } from '../../src/metrics/meters.ts';
import { gauge, textOf } from '../../src/metrics/text.ts';
import { agencies, ended, type FleetEvent, signal } from '../machines/fleet-fixtures.ts';
import { stage } from '../machines/stage.ts';

test('however often they are asked for, figures are made once in a while, and never older; those of the process stand with them', (t) => {
  let [at, made] = [0, 0];
  t.mock.method(process.hrtime, 'bigint', () => BigInt(at * 1e6));
  const nobody = { families: () => [gauge('made', '', ++made)], livez: () => [], readyz: () => [] };
  const ask = answering(nobody, () => [gauge('process', '', 7)]);
  const metrics = () =>
    ask('/metrics', '')
      .body.split('\n')
      .filter((line) => /^[^#]/.test(line));
  const W = METRICS_FRESH_MS;
  for (const now of [0, W - 1, W, 2 * W - 1, 2 * W, 3 * W - 1, 3 * W]) {
    at = now;
    assert.deepEqual(metrics(), [`made ${1 + Math.floor(now / W)}`, 'process 7']);
  }
});

test('each agency of a fleet is counted where it is; told to stop, and at its end, it is alive and not ready', () => {
  const fleet = (...events: FleetEvent[]) => {
    const on = stage(fleetMachine, { agencies: agencies(1, 2, 3), groupSize: 2, pauseMs: 9, stopMs: 9 }, [
      'agencies',
      'signals',
    ]);
    on.send(...events);
    const watched = watchFleet(on.actor as FleetRoot, new AgencyMeter(), undefined);
    const of = (state: string) =>
      Number(
        new RegExp(`quiniela_fleet_agencies{state="${state}"} (\\d+)`).exec(textOf(watched.families()))?.[1],
      );
    const isWell = (checks: readonly { isWell: boolean }[]) => checks.every((check) => check.isWell);
    return {
      counts: [of('waiting'), of('working'), of('ended')],
      isAlive: isWell(watched.livez()),
      isReady: isWell(watched.readyz()),
    };
  };
  assert.deepEqual(fleet(), { counts: [1, 2, 0], isAlive: true, isReady: true });
  assert.deepEqual(fleet(ended(1)), { counts: [1, 1, 1], isAlive: true, isReady: true });
  assert.deepEqual(fleet(ended(1), signal()), { counts: [1, 1, 1], isAlive: true, isReady: false });
  assert.deepEqual(fleet(ended(1), signal(), ended(2)), { counts: [1, 0, 2], isAlive: true, isReady: false });
});

test('for how long an engine is away is told in seconds, and when its access ends in seconds since 1970', (t) => {
  t.mock.method(process.hrtime, 'bigint', () => BigInt(10_000 * 1e6));
  const engine = { awaySince: 7_000, waiting: 2, accessEnds: new Date(86_400_000) };
  const values = engineFamilies(engine).map(({ samples }) => samples[0]?.value);
  assert.deepEqual(values, [0, 3, 2, 86_400]);
  assert.deepEqual(engineChecks(engine), [
    { name: 'engine', isWell: false, says: 'has not answered for 3 s' },
  ]);
});

test('a program is asked from when it is ready, though that is soon, and not after its end', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const place = { host: '127.0.0.1', port: 0 };
  const watched = { families: () => [], livez: () => [], readyz: () => [] };
  const told = Promise.withResolvers<string>();
  const soon = endpointLater(place, { log: (entry) => told.resolve(`${entry?.action} ${entry?.result}`) });
  t.after(soon.start(watched));
  soon.ready();
  assert.equal(await told.promise, 'metrics success');

  const started = t.mock.method(globalThis, 'setTimeout');
  const ended = t.mock.method(globalThis, 'clearTimeout');
  endpointLater(place, { log: () => assert.fail('it was opened') }).start(watched)();
  const [late] = started.mock.calls;
  assert.equal(late?.arguments[1], METRICS_LATE_MS);
  assert.ok(ended.mock.calls.some(({ arguments: [timer] }) => timer === late?.result));
});
