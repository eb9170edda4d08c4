import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Recorder } from '../../src/inspector/probe/recorder.ts';
import { temporaryFolder, until } from '../support/system.ts';

const PRLIMIT = '/usr/bin/prlimit';

const linesOf = (file: string): string[] => readFileSync(file, 'utf8').split('\n');

/** What it says on stderr. */
function hearErrors(t: TestContext): string[] {
  const said: string[] = [];
  t.mock.method(console, 'error', (text: string) => said.push(text));
  return said;
}

test('a file that cannot be made is said once, in words, and nothing else happens', async (t) => {
  const said = hearErrors(t);
  const file = join(temporaryFolder(t), 'nowhere', 'run.ndjson');
  const recorder = new Recorder(file, 'p');
  for (const line of ['{}', '{}']) recorder.write(line);
  recorder.end();
  assert.deepEqual(said, [`quiniela: cannot record to "${file}": it does not exist`]);
});

test('what is written during the end stands behind what came before', async (t) => {
  const file = join(temporaryFolder(t), 'run.ndjson');
  const recorder = new Recorder(file, 'p');
  const lines = Array.from({ length: 2_000 }, (_, index) =>
    JSON.stringify({ index, text: 'x'.repeat(1_000) }),
  );
  for (const line of lines.slice(0, 1_990)) recorder.write(line);
  // The write has begun, and has not ended.
  await until(() => existsSync(file) && linesOf(file).length > 1, 'the first write');
  for (const line of lines.slice(1_990)) recorder.write(line);
  recorder.end();
  recorder.write('{"late":1}');
  await until(() => linesOf(file).length >= lines.length + 1, 'the last write');
  assert.deepEqual(linesOf(file), [...lines, '']);
});

test('what the disk takes in time is never lost, however much it is in all', async (t) => {
  const file = join(temporaryFolder(t), 'run.ndjson');
  const recorder = new Recorder(file, 'p');
  const line = JSON.stringify({ text: 'x'.repeat(1024 * 1024) });
  for (let count = 1; count <= 12; count += 1) {
    recorder.write(line);
    await until(() => statSync(file).size === count * (line.length + 1), `line ${count}`);
  }
  await recorder.end();
  assert.ok(linesOf(file).every((written) => written === line || written === ''));
});

test('lines that come faster than the disk takes them are counted', async (t) => {
  const file = join(temporaryFolder(t), 'run.ndjson');
  const recorder = new Recorder(file, 'p');
  const line = JSON.stringify({ text: 'x'.repeat(1_000_000) });
  for (let count = 0; count < 12; count += 1) recorder.write(line);
  recorder.end();
  const [first, ...others] = linesOf(file).filter(Boolean);
  const { type, process, lost } = JSON.parse(first!);
  assert.deepEqual([type, process, lost + others.length], ['@quiniela.lost', 'p', 12]);
  assert.ok(others.every((other) => other === line));
});

test('a disk that takes only a part is said once; what follows has lines of its own', {
  skip: !existsSync(PRLIMIT) && 'there is no prlimit',
}, async (t) => {
  const said = hearErrors(t);
  const file = join(temporaryFolder(t), 'run.ndjson');
  const recorder = new Recorder(file, 'p');
  const limitFiles = (bytes: string) =>
    execFileSync(PRLIMIT, ['--pid', `${process.pid}`, `--fsize=${bytes}:`]);
  const line = JSON.stringify({ text: 'x'.repeat(1_000) });
  limitFiles('2500');
  try {
    for (let count = 0; count < 5; count += 1) recorder.write(line);
    await until(() => said.length > 0, 'it is said');
  } finally {
    limitFiles('unlimited');
  }
  recorder.write('{"after":1}');
  recorder.end();
  const lines = linesOf(file);
  assert.deepEqual(said, [`quiniela: cannot record to "${file}": a file may not be so large here`]);
  // Two whole ones, half of the third; five count as lost, as nobody knows which of them are there.
  assert.deepEqual(lines.slice(0, 2), [line, line]);
  assert.equal(JSON.parse(lines[3]!).lost, 5);
  assert.deepEqual(lines.slice(4), ['{"after":1}', '']);
});
