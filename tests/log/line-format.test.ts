import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import type { LogLevel } from '../../machines/vocabulary/log.ts';
import { courseFields, info, logLine, written } from './helpers.ts';

const LEVELS: LogLevel[] = ['debug', 'info', 'warn', 'error', 'critical'];

test('a line is exactly: local time, level of 8, action, result, details in their order', async () => {
  const line = await written([
    {
      level: 'info',
      action: 'config',
      result: 'success',
      details: { port: 12345, listen_backlog: 5, logging_level: 'DEBUG', agencies: 5 },
    },
  ]);
  assert.match(line.trimEnd(), logLine);
  assert.equal(
    line.slice('2026-11-23 12:00:00'.length),
    ' INFO     action: config | result: success | port: 12345 | listen_backlog: 5 | logging_level: DEBUG | agencies: 5\n',
  );
});

test('without details the line ends after the result', async () => {
  const line = await written([{ level: 'error', action: 'connect', result: 'fail' }]);
  assert.equal(line.slice(19), ' ERROR    action: connect | result: fail\n');
});

test('entries that are logged together are a line each, and those below the level are left out', async () => {
  for (const format of ['text', 'json'] as const) {
    const together = await written(
      [[info({ n: 1 }), { ...info({ n: 2 }), level: 'debug' }, info({ n: 3 })]],
      {
        level: 'INFO',
        format,
      },
    );
    const numbers = together
      .trimEnd()
      .split('\n')
      .map((line) => /"?n"?: ?(\d)/.exec(line)?.[1]);
    assert.deepEqual(numbers, ['1', '3']);
  }
});

test('every level has its name, eight wide', async () => {
  const lines = (await written(LEVELS.map((level) => ({ ...info(), level })))).split('\n');
  assert.deepEqual(
    lines.slice(0, 5).map((line) => line.slice(20, 29)),
    ['DEBUG    ', 'INFO     ', 'WARNING  ', 'ERROR    ', 'CRITICAL '],
  );
});

test('a level lets through itself and what is more important', async () => {
  const lines = LEVELS.map((level) => ({ ...info({ level }), level }));
  const counts: number[][] = [];
  for (const level of ['DEBUG', 'INFO', 'NOTICE', 'WARNING', 'ERROR', 'CRITICAL'] as const) {
    const text = await written(lines, { level });
    const json = await written(lines, { level, format: 'json' });
    counts.push([text, json].map((output) => output.split('\n').length - 1));
  }
  assert.deepEqual(counts, [
    [5, 5],
    [4, 4],
    [3, 3],
    [3, 3],
    [2, 2],
    [1, 1],
  ]);
});

test("the course's checks find every field", async () => {
  const line = await written([
    info({ ip: '172.25.125.3', msg: '[CLIENT 1] Message N°1', path: 'a:b: c', none: '' }),
  ]);
  assert.deepEqual(courseFields(line), [
    ['action', 'receive_message'],
    ['result', 'success'],
    ['ip', '172.25.125.3'],
    ['msg', '[CLIENT 1] Message N°1'],
    ['path', 'a:b: c'],
    ['none', ''],
  ]);
});

test('the time is local, and goes on', () => {
  const script = `
    import { createLog } from './src/log/log.ts';
    const log = await createLog({ level: 'INFO', format: 'text' });
    const times = [Date.UTC(2026, 10, 23, 12, 0, 0, 1), Date.UTC(2026, 10, 23, 12, 0, 0, 999),
      Date.UTC(2026, 10, 23, 12, 0, 1), Date.UTC(2027, 0, 1, 2, 59, 59), Date.UTC(2027, 0, 1, 3, 0, 0)];
    for (const time of times) {
      Date.now = () => time;
      log.log({ level: 'info', action: 'a', result: 'success' });
    }`;
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: new URL('../..', import.meta.url),
    env: { ...process.env, TZ: 'America/Argentina/Buenos_Aires' },
    encoding: 'utf8',
  });
  assert.deepEqual(
    stdout.split('\n').map((line) => line.slice(0, 19)),
    [
      '2026-11-23 09:00:00',
      '2026-11-23 09:00:00',
      '2026-11-23 09:00:01',
      '2026-12-31 23:59:59',
      '2027-01-01 00:00:00',
      '',
    ],
  );
});

test("json is pino's, with the same fields", async () => {
  const before = Date.now();
  const line = await written([info({ ip: '::1', msg: 'a|b', cantidad: 3 })], { format: 'json' });
  const { time, ...rest } = JSON.parse(line);
  assert.deepEqual(rest, {
    level: 30,
    action: 'receive_message',
    result: 'success',
    ip: '::1',
    msg: 'a|b',
    cantidad: 3,
  });
  assert.ok(time >= before && time <= Date.now());
});
