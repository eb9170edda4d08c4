/** What is process 1 of the server's container: which ends are final, which begin it again, how it stops. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { REPOSITORY, run, temporaryFolder } from './shell.ts';

const SCRIPT = join(REPOSITORY, 'docker', 'supervise.sh');

/** Runs a command of the shell under supervision until it ends. */
const supervised = (t: TestContext, command: string) =>
  run('sh', [SCRIPT, 'sh', '-c', command], { cwd: temporaryFolder(t) });

/** The same, to be sent signals; `said` waits for a line of its stdout. */
function supervising(t: TestContext, ...command: string[]) {
  const child = spawn('sh', [SCRIPT, ...command], {
    cwd: temporaryFolder(t),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.after(() => child.kill('SIGKILL'));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const errors = createInterface({ input: child.stderr })[Symbol.asyncIterator]();
  return {
    said: async () => String((await lines.next()).value),
    complained: async () => String((await errors.next()).value),
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    exited: once(child, 'exit').then(([code]) => code as number),
  };
}

test('an end that is meant, and one that a restart cannot mend, are final', (t) => {
  for (const code of [0, 2]) {
    const { status, stdout, stderr } = supervised(t, `echo once; exit ${code}`);
    assert.deepEqual([status, stdout, stderr], [code, 'once\n', '']);
  }
});

test('a crash is started again after a pause, whatever ended it, and says so', (t) => {
  const { status, stdout, stderr } = supervised(
    t,
    'echo run; [ -e crashed ] && exit 0; : >crashed; kill -KILL $$',
  );
  assert.deepEqual([status, stdout], [0, 'run\nrun\n']);
  assert.match(
    stderr,
    /^\S+ \S+ ERROR {4}action: restart \| result: in_progress \| exit_code: 137 \| delay: 1s$/m,
  );
  const failed = supervised(t, '[ -e crashed ] && exit 2; : >crashed; exit 1');
  assert.equal(failed.status, 2);
  assert.match(failed.stderr, /exit_code: 1 \| delay: 1s/);
});

test('a command that the kernel has killed for want of memory is said to be, and no other', (t) => {
  const cgroups = [
    ['memory.events', (times: number) => `low 0\noom ${times}\noom_kill ${times}\noom_group_kill 0\n`],
    ['memory/memory.oom_control', (times: number) => `oom_kill_disable 0\nunder_oom 0\noom_kill ${times}\n`],
  ] as const;
  for (const [file, text] of cgroups) {
    const CGROUP = temporaryFolder(t);
    const counter = join(CGROUP, file);
    mkdirSync(dirname(counter), { recursive: true });
    const killed = (times: number, ...how: string[]) => {
      writeFileSync(counter, text(1));
      writeFileSync(join(CGROUP, 'next'), text(times));
      const command = `[ -e crashed ] && exit 0; : >crashed; cat '${CGROUP}/next' >'${counter}'; kill -KILL $$`;
      const options = { cwd: temporaryFolder(t), env: { CGROUP } };
      return run('sh', [SCRIPT, ...how, 'sh', '-c', command], options).stderr;
    };
    assert.match(killed(2), /action: restart .*exit_code: 137 \| error: out of memory \| delay: 1s$/m);
    assert.match(killed(1), /action: restart .*exit_code: 137 \| delay: 1s$/m);
    assert.match(
      killed(2, '--once'),
      /action: exit \| result: fail \| exit_code: 137 \| error: out of memory$/m,
    );
    assert.doesNotMatch(killed(1, '--once'), /action/);
  }
});

test('a signal goes to the command, whose exit code is the last word', async (t) => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    // Node, as a shell gives no SIGINT to a shell that it runs in the background.
    const code = `process.once('${signal}', () => process.exit(0)); setInterval(() => {}, 1000); console.log('ready')`;
    const program = supervising(t, process.execPath, '-e', code);
    assert.equal(await program.said(), 'ready');
    program.kill(signal);
    assert.equal(await program.exited, 0);
  }
  const failing = supervising(t, 'sh', '-c', `trap 'exit 1' TERM; echo ready; while :; do sleep 0.05; done`);
  assert.equal(await failing.said(), 'ready');
  failing.kill('SIGTERM');
  assert.equal(await failing.exited, 1, 'who is told to stop is not started again');
});

test('a command that is told to stop before it listens to signals is stopped: 0', async (t) => {
  const program = supervising(t, 'sh', '-c', 'echo ready; while :; do sleep 0.05; done');
  assert.equal(await program.said(), 'ready');
  program.kill('SIGTERM');
  assert.equal(await program.exited, 0);
});

test('a signal that comes before the number of the command is known reaches it', (t) => {
  const slow = join(temporaryFolder(t), 'slow.sh');
  const text = readFileSync(SCRIPT, 'utf8');
  const begun = '  "$@" &\n';
  assert.ok(text.includes(begun));
  writeFileSync(slow, text.replace(begun, `${begun}  sleep 0.5\n`));
  const command = `trap 'exit 0' TERM; kill -TERM "$PPID"; for i in $(seq 200); do sleep 0.05; done; exit 2`;
  assert.equal(run('sh', [slow, 'sh', '-c', command]).status, 0);
});

test('what runs once ends as its command does, also if that crashes; told to stop before it listens, with 0', async (t) => {
  for (const code of [0, 1, 2]) {
    const { status, stdout, stderr } = run('sh', [SCRIPT, '--once', 'sh', '-c', `echo once; exit ${code}`]);
    assert.deepEqual([status, stdout, stderr], [code, 'once\n', '']);
  }
  assert.equal(run('sh', [SCRIPT, '--once', 'sh', '-c', 'kill -KILL $$']).status, 137);
  const program = supervising(t, '--once', 'sh', '-c', 'echo ready; while :; do sleep 0.05; done');
  assert.equal(await program.said(), 'ready');
  program.kill('SIGTERM');
  assert.equal(await program.exited, 0);
});

test('a second signal reaches the command too', async (t) => {
  const command = `n=0; trap 'n=$((n+1)); echo $n; [ $n -lt 2 ] || exit 143' TERM; echo ready; while :; do sleep 0.05; done`;
  const program = supervising(t, 'sh', '-c', command);
  assert.equal(await program.said(), 'ready');
  for (const n of ['1', '2']) {
    program.kill('SIGTERM');
    assert.equal(await program.said(), n);
  }
  assert.equal(await program.exited, 143);
});

test('who is told to stop during the pause before a restart does so at once', async (t) => {
  const program = supervising(t, 'sh', '-c', 'exit 1');
  assert.match(await program.complained(), /delay: 1s/);
  assert.match(await program.complained(), /delay: 2s/);
  program.kill('SIGTERM');
  assert.equal(await program.exited, 1);
});
