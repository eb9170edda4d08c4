import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readFileSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Crowd } from '../../src/inspector/hub/crowd.ts';
import { PageReader, PictureReader } from '../../src/inspector/hub/readers.ts';
import { openRecording } from '../../src/inspector/hub/replay.ts';
import { Program } from '../support/program.ts';
import { temporaryFolder } from '../support/system.ts';
import { askHub, RUN, startInspector } from './helpers.ts';

test('status tells of a recorded run, and of no inspector', async (t) => {
  const told = new Program(['status', '--file', RUN]);
  await told.expectExit(0);
  assert.equal(told.lines[0], 'Drawn: all 2 have their winners');
  assert.equal(told.count('✓ agency'), 2);
  assert.match(told.lines.join('\n'), /✓ server +stopped\n {2}✓ store +closed/);

  const { program, url } = await startInspector(t);
  const silent = new Program(['status', '--url', url]);
  await silent.expectExit(0);
  assert.deepEqual(silent.lines, ['No process has said anything yet.']);
  program.signal('SIGTERM');
  await program.expectExit(0);
  const missing = new Program(['status', '--url', url]);
  assert.deepEqual(await missing.exited, { code: 1, signal: null });
  assert.match(missing.stderr, /cannot ask the inspector at .*: ECONNREFUSED; INSPECT=1 starts one/);
});

test('what is no recording is refused in one line', async (t) => {
  const file = join(temporaryFolder(t), 'not.ndjson');
  writeFileSync(file, 'agency,name\n');
  for (const [name, reason] of [
    [file, 'its first line is no inspection event'],
    ['/nowhere', 'it does not exist'],
  ] as const) {
    const program = new Program(['inspector', '--replay', name]);
    assert.deepEqual(await program.exited, { code: 2, signal: null });
    assert.equal(program.stderr, `quiniela: cannot replay "${name}": ${reason}\n`);
  }
});

test('lines that are no events are skipped and counted, half a last line too', async (t) => {
  const file = join(temporaryFolder(t), 'run.ndjson');
  const lines = readFileSync(RUN, 'utf8').trimEnd().split('\n');
  const odd = ['garbage', '{"type":"@xstate.event"', '\u0000'.repeat(5_000), 'x'.repeat(1_000_000), 'null'];
  for (const [index, line] of odd.entries()) lines.splice(index * 50, 0, line);
  writeFileSync(file, `${lines.join('\n')}\n${lines.at(-1)!.slice(0, 100)}`);
  const told = new Program(['status', '--file', file]);
  await told.expectExit(0);
  assert.equal(told.lines[0], 'Drawn: all 2 have their winners');
  assert.equal(told.lines.at(-1), '6 lines were no events');

  const { program, url } = await startInspector(t, { args: ['--replay', file] });
  await program.line('action: replay | result: in_progress | events: 397 | skipped: 6');
  assert.equal((await askHub(url)).events, 398);
});

test('a recording of any size is read in bounded memory, though all of it happened at once', async (t) => {
  const file = join(temporaryFolder(t), 'run.ndjson');
  const run = readFileSync(RUN);
  const fd = openSync(file, 'w');
  for (let round = 0; round < 300; round += 1) writeSync(fd, run);
  closeSync(fd);
  // All of its events would take 500 MB.
  const told = new Program(['status', '--file', file], { NODE_OPTIONS: '--max-old-space-size=160' });
  await told.expectExit(0);
  assert.equal(told.lines[0], 'Drawn: all 2 have their winners');
});

test('what has been read of a recording is there before the rest', async (t) => {
  const file = join(temporaryFolder(t), 'run.ndjson');
  const run = readFileSync(RUN);
  writeFileSync(file, Buffer.concat(Array.from({ length: 60 }, () => run)));
  const { history, soFar, whole } = await openRecording(file);
  assert.ok(soFar.share > 0 && soFar.share < 0.1, `${soFar.share} of it are read`);
  // A picture of a part of it is nobody's; a page is told how much is to come.
  const picture = new PictureReader(history, soFar);
  const page = new PageReader(history, { hub: 'hub', run: 'run', replay: soFar, crowd: new Crowd(() => {}) });
  assert.equal(picture.next(), '');
  const first = page.next();
  assert.match(first, /"isReplay":true.*"share":0\.\d/);
  const { events } = await whole;
  assert.equal(soFar.share, 1);
  assert.ok(history.next >= events, 'with the definitions that are told apart');
  const told: { next: number; share: number; events: unknown[] }[] = [];
  for (let text = page.next(); text !== ''; text = page.next())
    told.push(JSON.parse(text.slice(text.indexOf('data: ') + 'data: '.length)));
  assert.equal(
    told.reduce((sum, { events }) => sum + events.length, 0),
    history.next,
  );
  assert.deepEqual([told.at(-1)?.next, told.at(-1)?.share], [history.next, 1]);
  assert.match(picture.next(), /"actors":\[\{/);
});

test('who stops an inspector that is reading does not wait for the end of the file', async (t) => {
  const file = join(temporaryFolder(t), 'run.ndjson');
  const run = readFileSync(RUN);
  writeFileSync(file, Buffer.concat(Array.from({ length: 60 }, () => run)));
  const stop = new AbortController();
  const { soFar, history, whole } = await openRecording(file, stop.signal);
  stop.abort();
  await assert.rejects(whole);
  assert.equal(soFar.share, 1, 'nothing is to come');
  assert.ok(history.next > 0 && history.next < 60 * 397, `${history.next} events`);
});

test('no file at all, and one of a gigabyte, are refused at once', async (t) => {
  const folder = temporaryFolder(t);
  const fifo = join(folder, 'fifo');
  execFileSync('mkfifo', [fifo]);
  const large = join(folder, 'large');
  writeFileSync(large, 'no event\n');
  truncateSync(large, 1024 ** 3);
  for (const [name, reason] of [
    [folder, /cannot replay ".*": it is a folder$/m],
    [fifo, /it is a FIFO, not a file/],
    ['/dev/zero', /it is a device, not a file/],
    [large, /its first line is no inspection event/],
  ] as const) {
    const program = new Program(['inspector', '--replay', name]);
    assert.notEqual((await program.exited).code, 0);
    assert.match(program.stderr, reason);
    assert.equal(program.stderr.split('\n').length, 2);
  }
});

test('a port that is taken is told, with exit code 1', async (t) => {
  const { url } = await startInspector(t);
  const program = new Program(['inspector', '--port', new URL(url).port]);
  await program.expectExit(1);
  assert.equal(program.count('action: inspect | result: fail'), 1);
});
