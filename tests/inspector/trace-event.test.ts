/** `quiniela trace --event`: what caused any event of a recorded run, and what it caused, as the page has it. */
import assert from 'node:assert/strict';
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createInspector } from '@statelyai/inspect';
import { createActor, createMachine, sendParent, sendTo } from 'xstate';
import { makeBets, writeAgencyFile } from '../support/bets.ts';
import { Program } from '../support/program.ts';
import { startAgency, startServer, temporaryFolder, until } from '../support/system.ts';
import { eventsIn } from './helpers.ts';

const trace = async (
  ...args: string[]
): Promise<{ lines: string[]; stderr: string; code: number | null }> => {
  const program = new Program(['trace', ...args]);
  const { code } = await program.exited;
  return { lines: program.lines, stderr: program.stderr, code };
};

type Told = { number: number; type: string; from: string | null; to: string; how: string; depth: number };

const dataOf = async (...args: string[]) => {
  const { lines, stderr } = await trace(...args, '--json');
  assert.equal(stderr, '');
  return JSON.parse(lines.join('\n')) as Told & {
    causes: readonly Told[];
    effects: readonly Told[];
    matches: readonly number[];
  };
};

/** A run of another program, as its client tells it; one of its names acts on a terminal. */
async function record(file: string): Promise<void> {
  writeFileSync(file, '');
  const child = createMachine({ id: 'child', on: { ask: { actions: sendParent({ type: 'answer' }) } } });
  const parent = createMachine({
    id: 'pa\u001b[2Jrent',
    invoke: { src: child, id: 'child' },
    on: { go: { actions: sendTo('child', { type: 'ask' }) }, answer: {} },
  });
  const { inspect } = createInspector({
    send: (event) => appendFileSync(file, `${JSON.stringify(event)}\n`),
  });
  const actor = createActor(parent, { inspect });
  actor.start();
  actor.send({ type: 'go' });
  actor.send({ type: 'go' });
  // The client tells in idle time.
  const answers = () =>
    eventsIn(file).filter((one) => one.type === '@xstate.snapshot' && one.event.type === 'answer');
  await until(() => answers().length === 2, 'both answers');
}

test('any event of any program, by a filter or by its number, as a tree', async (t) => {
  const file = join(temporaryFolder(t), 'run.ndjson');
  await record(file);
  const one = await dataOf(file, '--event', 'type:ask');
  assert.deepEqual(
    [one.causes, one.effects].map((all) => all.map(({ type, how }) => `${type} ${how}`)),
    [['go step'], ['answer step']],
  );
  assert.equal(one.matches.length, 2);
  const [, second] = one.matches;
  const other = await dataOf(file, '--event', String(second));
  assert.deepEqual([other.number, other.matches], [second, [second]]);

  const { lines, code } = await trace(file, '--event', 'type:ask');
  assert.equal(code, 0);
  assert.match(lines[0]!, /^Causes and effects: 1 before it, 1 after it$/);
  assert.match(lines[2]!, /^ +\d+ +0\.00 ms +[\d.]+ m?s go {2}pa\\x1b\[2Jrent, from outside$/);
  assert.match(lines[3]!, /^> +\d+ .* ask {2}pa\\x1b\[2Jrent (→|>) child$/);
  assert.match(lines[4]!, /^ +\d+ .* {3}answer {2}child (→|>) pa\\x1b\[2Jrent$/);
  assert.equal(lines.at(-1), `1 more matches: --event ${second}`);
});

test('an event that is not there, or no event, is said', async (t) => {
  const file = join(temporaryFolder(t), 'run.ndjson');
  await record(file);
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [['--event', 'type:nothing'], /no event of \d+ matches "type:nothing"\n$/],
    [['--event', '0'], /--event is "0", must be a whole number from 1 to \d+\n$/],
    [['--event', '  '], /--event is " {2}", must be an event's number, or a filter such as ".+"\n$/],
    [['--event', '1', '--agency', '2'], /--event and --agency are both given: one event, or a batch\n$/],
  ];
  for (const [args, message] of cases) {
    const { code, stderr } = await trace(file, ...args);
    assert.equal(code, 2);
    assert.match(stderr, /^quiniela: cannot trace: /);
    assert.match(stderr, message);
  }
});

test('across the processes of a run: from the file to STORED, over the wire', async (t) => {
  const folder = temporaryFolder(t);
  const file = join(folder, 'run.ndjson');
  const env = { INSPECT_FILE: file };
  writeAgencyFile(folder, 1, makeBets(1, 700, 1));
  const { program: server, port } = await startServer(t, { env: { ...env, AGENCIES: '1' } });
  const agency = startAgency(t, { port, id: 1, data: folder, env });
  await Promise.all([server, agency].map((program) => program.expectExit(0)));
  const { causes } = await dataOf(file, '--event', 'type:server.stored to:"agency 1"');
  const way = [
    'batches.ready',
    'socket.write',
    'client.batch',
    'store.submit',
    'folder.commit',
    'socket.sayAll',
  ];
  const found = causes.map(({ type }) => type).filter((type) => way.includes(type));
  // Where the way was gone last: the batches before it went it too.
  assert.deepEqual([...new Set(found.toReversed())].toReversed(), way);
  assert.ok(causes.some(({ type, how }) => type === 'socket.write' && how === 'wire'));
});
