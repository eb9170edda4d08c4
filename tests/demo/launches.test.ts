/** What the demo starts its processes with: each has what it needs, and may read nothing of the others. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { ProcessInput, Who } from '../../machines/vocabulary/demo.ts';
import { launches } from '../../src/demo/launches.ts';

const MAIN = join(import.meta.dirname, '../../src/main.ts');
const FOLDER = '/somewhere';
const PLACES = {
  entry: MAIN,
  data: join(FOLDER, 'data'),
  store: join(FOLDER, 'store'),
  certificates: join(FOLDER, 'certs'),
};

const asked = (who: Who, more: Partial<ProcessInput> = {}): ProcessInput => ({
  ...{ who, agencies: 4, ports: [7001, 7002, 7003], port: undefined, rows: 10_000, isPaced: false },
  ...more,
});

const envOf = (who: Who, more: Partial<ProcessInput> = {}, isLab = false) =>
  launches({ ...PLACES, isLab })(asked(who, more)).env;

/** The files outside the program that it may read or write. */
const rightsOf = (who: Who): string[] =>
  launches(PLACES)(asked(who))
    .args.flatMap((arg) => /^--allow-fs-(\w+=.*)/.exec(arg)?.[1] ?? [])
    .filter((right) => right.includes(FOLDER))
    .map((right) => right.replace(`${FOLDER}/`, ''))
    .sort();

describe('the rights', () => {
  test('of an agency: to its own file and its own key', () => {
    assert.deepEqual(rightsOf('agency-2'), [
      ...['read=certs/agency-2.key', 'read=certs/agency-2.pem', 'read=certs/ca.pem'],
      'read=data/agency-2.csv',
    ]);
  });

  test('of a fleet: to the files and the keys of all agencies, not to that of the server', () => {
    assert.deepEqual(rightsOf('fleet'), ['read=certs/agency-*', 'read=certs/ca.pem', 'read=data']);
  });

  test('of a server: to its own key, and to the folder of the draw, where it alone may write', () => {
    assert.deepEqual(rightsOf('server'), [
      ...['read=certs/ca.pem', 'read=certs/server.key', 'read=certs/server.pem'],
      ...['read=store', 'write=store'],
    ]);
  });
});

test('each agency calls another server first, and knows the others', () => {
  const called = (['agency-1', 'agency-2', 'agency-3', 'agency-4', 'fleet'] as const).map((who) =>
    (envOf(who).CLI_SERVER_ADDRESS ?? '').replaceAll('127.0.0.1:', ''),
  );
  const [first, second, third] = ['7001,7002,7003', '7002,7003,7001', '7003,7001,7002'];
  assert.deepEqual(called, [first, second, third, first, first]);
});

describe('somebody watches', () => {
  const periodOf = (who: Who, isLab = false): number =>
    Number.parseInt(envOf(who, { isPaced: true }, isLab).CLI_LOOP_PERIOD ?? '', 10);

  test('agencies take their time, and do not end together: the draw is seen to wait', () => {
    const periods = (['agency-1', 'agency-2', 'agency-3', 'agency-4'] as const).map((who) => periodOf(who));
    for (const [index, period] of periods.entries())
      assert.ok(period > (periods[index - 1] ?? 0), `${periods}`);
    assert.equal(periodOf('fleet'), periods[3], 'a fleet has one for all');
    assert.equal(envOf('agency-1').CLI_LOOP_PERIOD, undefined, 'nobody watches');
  });

  test('who may act has longer for it', () => {
    assert.ok(periodOf('agency-1', true) > 2 * periodOf('agency-1'));
  });
});

describe('in the lab', () => {
  test('an agency waits for a dead server as long as it takes, elsewhere it gives up', () => {
    assert.equal(envOf('agency-1', {}, true).CLI_CONNECTION_MAXATTEMPTS, '0');
    assert.equal(envOf('agency-1').CLI_CONNECTION_MAXATTEMPTS, undefined);
  });

  test('a process that is started again has another name, and takes orders as before; elsewhere none does', () => {
    const launch = launches({ ...PLACES, isLab: true });
    const names = (['server', 'agency-1', 'server'] as const).map((who) => {
      const { env, takesOrders } = launch(asked(who));
      assert.deepEqual([takesOrders, env.INSPECT_CONTROL], [true, '1']);
      return env.INSPECT_PROCESS;
    });
    assert.deepEqual(names, ['server_1', 'agency-1_1', 'server_2']);
    const { env, takesOrders } = launches(PLACES)(asked('server'));
    assert.deepEqual([takesOrders, env.INSPECT_CONTROL], [false, undefined]);
  });

  test('a server that is started again listens where it did', () => {
    assert.equal(envOf('server', { port: 7001 }, true).SERVER_PORT, '7001');
    assert.equal(envOf('server', {}, true).SERVER_PORT, '0', 'the first time, on any port');
  });
});

test('what a bet is, the user says to all processes at once, and nothing else of theirs reaches one', (t) => {
  const rules = { LOTTERY_MAX_NUMBER: '99', CLI_LOTTERY_MAXNUMBER: '99' };
  const others = { STORE_CREDS: '/somewhere/else' };
  const names = Object.keys({ ...rules, ...others });
  const before = names.map((name) => [name, process.env[name]] as const);
  t.after(() => {
    for (const [name, value] of before)
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
  });
  Object.assign(process.env, rules, others);
  for (const who of ['server', 'agency-1', 'fleet'] as const) {
    const env = envOf(who);
    for (const [name, value] of Object.entries(rules)) assert.equal(env[name], value, who);
    assert.deepEqual([env.STORE_CREDS, env.PATH], [undefined, undefined], who);
  }
});
