/** Starting what is written, with a `docker` that is a script: what a real engine does once in thirty starts. */
import assert from 'node:assert/strict';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { start } from '../../src/compose/up/start.ts';
import { temporaryFolder } from './shell.ts';

/** `up` fails so many times, with that exit code; the containers of the project are these, with their states. */
function startWith(
  t: TestContext,
  failures: number,
  states: Readonly<Record<string, string>>,
  { failing = 1, ...more }: { port?: number; failing?: number } = {},
) {
  const folder = temporaryFolder(t);
  const [answer, ups] = [join(folder, 'answer'), join(folder, 'ups')];
  const inspected = Object.entries(states).map(([name, Status]) => ({
    Name: `/${name}`,
    State: { Running: Status === 'running', Status, ExitCode: 0, StartedAt: '' },
    Config: {
      Env: [],
      Labels: { 'com.docker.compose.project': 'tp0', 'com.docker.compose.container-number': '1' },
    },
    HostConfig: { PortBindings: {} },
  }));
  writeFileSync(answer, JSON.stringify(inspected));
  writeFileSync(ups, '');
  const script = `case $1 in
    ps) echo id ;;
    inspect) cat '${answer}' ;;
    compose) echo "$* ignores:$COMPOSE_IGNORE_ORPHANS" >>'${ups}'; [ "$(wc -l <'${ups}')" -gt ${failures} ] || exit ${failing} ;;
  esac`;
  writeFileSync(join(folder, 'docker'), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, 'docker'), 0o755);
  const { PATH } = process.env;
  process.env.PATH = `${folder}:${PATH}`;
  try {
    const code = start({ project: 'tp0', file: 'compose.yaml', say: () => {}, isAlone: false, ...more });
    const lines = readFileSync(ups, 'utf8').split('\n').slice(0, -1);
    return { code, lines };
  } finally {
    process.env.PATH = PATH;
  }
}

const outcome = (...given: Parameters<typeof startWith>) => {
  const { code, lines } = startWith(...given);
  return { code, ups: lines.length };
};

const NODES = { nats1: 'running', nats2: 'running', nats3: 'running' };

test('a node of the engine that begins anew as Compose waits for it is waited for again, not for ever', (t) => {
  const waiting = { ...NODES, server: 'created', server2: 'created' };
  assert.deepEqual(outcome(t, 1, waiting), { code: 0, ups: 2 });
  assert.deepEqual(outcome(t, 2, waiting), { code: 0, ups: 3 });
  assert.deepEqual(outcome(t, 9, waiting), { code: 1, ups: 3 });
});

test('what could not start is left out, also while the engine is waited for', (t) => {
  const { code, lines } = startWith(t, 2, { ...NODES, server: 'created' }, { port: 8080 });
  assert.deepEqual([code, lines.length], [0, 3]);
  assert.deepEqual(
    lines.map((line) => line.includes('--scale inspector=0')),
    [false, true, true],
  );
});

test('Ctrl-C, which Compose hears too, is the end: nothing is tried again', (t) => {
  for (const states of [{ ...NODES, server: 'created' }, { server: 'created' }]) {
    const { code, lines } = startWith(t, 9, states, { port: 8080, failing: 130 });
    assert.deepEqual([code, lines.length], [130, 1]);
  }
});

test('whatever else fails is not tried again', (t) => {
  assert.deepEqual(outcome(t, 9, { server: 'created' }), { code: 1, ups: 1 });
  assert.deepEqual(outcome(t, 9, { ...NODES, server: 'created', server2: 'running' }), { code: 1, ups: 1 });
});

test('orphans are removed, also for somebody who has Compose ignore them: it would refuse both', (t) => {
  process.env.COMPOSE_IGNORE_ORPHANS = '1';
  t.after(() => delete process.env.COMPOSE_IGNORE_ORPHANS);
  const { lines } = startWith(t, 0, {});
  assert.match(lines.join(), /--remove-orphans .*ignores:0$/);
});
