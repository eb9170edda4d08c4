/** Starting what is written, with a `docker` that is a script: how it ends, and what is said. */
import assert from 'node:assert/strict';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Container } from '../../src/compose/engine.ts';
import { interruptible } from '../../src/compose/up/interrupted.ts';
import { start } from '../../src/compose/up/start.ts';
import { UserError } from '../../src/errors.ts';
import { container } from './container.ts';
import { temporaryFolder } from './shell.ts';

/** `meanwhile`: what a shell does while Compose runs; `log`: what a container has said. */
type Options = {
  port?: number;
  failing?: number;
  interrupt?: AbortController;
  meanwhile?: string;
  log?: string;
  before?: readonly Container[];
};

/** `exited 2`: with that code; `exited 128 no such network`: the engine did not start it. One that runs and is not `unhealthy` is healthy. */
function stateOf(state: string) {
  const [Status = '', code, ...refusal] = state.split(' ');
  const Running = !/created|exited/.test(Status);
  const health = Status === 'running' ? 'healthy' : Status;
  return {
    Running,
    Status,
    Health: Running ? { Status: health } : undefined,
    ExitCode: Number(code ?? 0),
    Error: refusal.join(' '),
    StartedAt: '',
  };
}

/** `up` fails so many times, with that exit code; the containers of the project are these, with their states. */
async function startWith(
  t: TestContext,
  failures: number,
  states: Readonly<Record<string, string>>,
  { failing = 1, interrupt, meanwhile = '', log = '', ...more }: Options = {},
) {
  const folder = temporaryFolder(t);
  const said: string[] = [];
  const [answer, ups] = [join(folder, 'answer'), join(folder, 'ups')];
  const inspected = Object.entries(states).map(([name, state]) => ({
    Name: `/${name}`,
    Image: 'sha256:1',
    State: stateOf(state),
    Config: {
      Env: [],
      Labels: { 'com.docker.compose.project': 'tp0', 'com.docker.compose.container-number': '1' },
    },
    HostConfig: { PortBindings: {} },
    NetworkSettings: { Networks: {} },
  }));
  writeFileSync(answer, JSON.stringify(inspected));
  writeFileSync(ups, '');
  const script = `case $1 in
    ps) echo id ;;
    inspect) cat '${answer}' ;;
    logs) shift 3; echo "$1: ${log}" ;;
    compose) ${meanwhile} echo "$* ignores:$COMPOSE_IGNORE_ORPHANS" >>'${ups}'; [ "$(wc -l <'${ups}')" -gt ${failures} ] || exit ${failing} ;;
  esac`;
  writeFileSync(join(folder, 'docker'), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, 'docker'), 0o755);
  const { PATH } = process.env;
  process.env.PATH = `${folder}:${PATH}`;
  try {
    const { signal } = interrupt ?? new AbortController();
    const told = {
      project: 'tp0',
      before: [],
      file: 'compose.yaml',
      say: (line: string) => said.push(line),
      signal,
      isAlone: false,
    };
    const code = await start({ ...told, ...more });
    const lines = readFileSync(ups, 'utf8').split('\n').slice(0, -1);
    return { code, lines, said };
  } finally {
    process.env.PATH = PATH;
  }
}

const outcome = async (...given: Parameters<typeof startWith>) => {
  const { code, lines } = await startWith(...given);
  return { code, ups: lines.length };
};

const NODES = { nats1: 'running', nats2: 'running', nats3: 'running' };

test('what can be typed next is said; the server of a lottery has no echo to give after its draw', async (t) => {
  const { said } = await startWith(t, 0, {});
  assert.match(said.join('\n'), /^Next: make logs .*; before the draw also make echo-test$/);
});

test('what could not start is left out', async (t) => {
  const { code, lines } = await startWith(t, 1, { server: 'created' }, { port: 8080 });
  assert.equal(code, 0);
  assert.deepEqual(
    lines.map((line) => line.includes('--scale inspector=0')),
    [false, true],
  );
});

test('Ctrl-C, which Compose hears too, is the end: nothing is tried again', async (t) => {
  for (const states of [{ ...NODES, server: 'created' }, { server: 'created' }]) {
    const { code, lines } = await startWith(t, 9, states, { port: 8080, failing: 130 });
    assert.deepEqual([code, lines.length], [130, 1]);
  }
});

test('whatever else fails is not tried again', async (t) => {
  assert.deepEqual(await outcome(t, 9, { server: 'created' }), { code: 1, ups: 1 });
  assert.deepEqual(await outcome(t, 9, { ...NODES, server: 'created' }), { code: 1, ups: 1 });
});

test('the last words of what does not start are shown: the first that others wait for', async (t) => {
  const saidOf = async (states: Readonly<Record<string, string>>, log: string) =>
    (await startWith(t, 9, states, { log })).said.join('\n');
  const waiting = { server: 'created', server2: 'created' };
  assert.equal(
    await saidOf({ ...NODES, nats2: 'exited 2', ...waiting }, 'nats-server: Parse error on line 9'),
    'The container nats2 has ended with exit code 2. It says (make logs has all of it):\n  nats2: nats-server: Parse error on line 9',
  );
  assert.match(
    await saidOf({ ...NODES, server: 'running', server2: 'unhealthy' }, 'ERROR    action: x'),
    /^The container server2 is running, but does not answer\. It says .*\n {2}server2: ERROR {4}action: x$/,
  );
  // What the engine did not start has said nothing: its log is of the start before.
  assert.equal(
    await saidOf({ server: 'exited 128 network x not found' }, 'INFO     action: close'),
    'The server was not started: network x not found',
  );
  assert.match(await saidOf({ server: 'unhealthy' }, 'x'), /^The server is running, but does not answer\./);
  assert.equal(await saidOf({ ...NODES, server: 'running', client1: 'created' }, 'x'), '');
});

test('a draw that ends while Compose waits for its server is no failure; that it was over before is no excuse', async (t) => {
  const states = { server: 'exited', client1: 'exited' };
  const log = 'action: sorteo | result: success';
  const server = container('server');
  assert.deepEqual(await outcome(t, 1, states, { log, before: [server] }), { code: 0, ups: 1 });
  assert.deepEqual(await outcome(t, 1, states, { before: [server] }), { code: 1, ups: 1 });
  const before = [{ ...server, isRunning: false, status: 'exited' }];
  assert.deepEqual(await outcome(t, 1, states, { log, before }), { code: 1, ups: 1 });
});

test('orphans are removed, also for somebody who has Compose ignore them: it would refuse both', async (t) => {
  process.env.COMPOSE_IGNORE_ORPHANS = '1';
  t.after(() => delete process.env.COMPOSE_IGNORE_ORPHANS);
  const { lines } = await startWith(t, 0, {});
  assert.match(lines.join(), /--remove-orphans .*ignores:0$/);
});

test('Ctrl-C that nobody below has heard is heard: before Compose nothing is started, after it nothing is tried again', async (t) => {
  const interrupt = new AbortController();
  interrupt.abort();
  assert.deepEqual(await outcome(t, 0, {}, { interrupt }), { code: 130, ups: 0 });

  // As its plugin dies, docker itself fails: with its usage, and 1.
  const late = new AbortController();
  process.once('SIGWINCH', () => late.abort());
  const meanwhile = "trap '' TERM; kill -WINCH $PPID;";
  const outcomeOfLate = await outcome(t, 9, { ...NODES, server: 'created' }, { interrupt: late, meanwhile });
  assert.deepEqual(outcomeOfLate, { code: 130, ups: 1 });
});

test('a signal that Compose has not heard is handed on to it, and is what make up ends with', async (t) => {
  const interrupt = new AbortController();
  const stop = new UserError('INTERRUPTED', 'interrupted by SIGTERM', { exitCode: 143 });
  process.once('SIGWINCH', () => interrupt.abort(stop));
  // Until it hears something.
  const meanwhile = 'kill -WINCH $PPID; exec sleep 600;';
  assert.deepEqual(await outcome(t, 0, {}, { interrupt, meanwhile }), { code: 143, ups: 0 });
});

test('what fails of an interruption is no fault to tell of; what fails without one is', async () => {
  const said: string[] = [];
  const failing = (signal: AbortSignal) =>
    interruptible({ say: (line) => void said.push(line), signal }, () => Promise.reject(new Error('mine')));
  await assert.rejects(failing(new AbortController().signal), /mine/);
  assert.deepEqual([await failing(AbortSignal.abort()), said.length], [130, 1]);
});
