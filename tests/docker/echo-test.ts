/** Exercise 3: validar-echo-server.sh, against ours, against others, and without any. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type Ran, run } from '../compose/shell.ts';
import { until } from '../support/system.ts';
import { docker, dockerOk, PATIENCE_MS, System } from './system.ts';

const SUCCESS = 'action: test_echo_server | result: success\n';
const FAIL = 'action: test_echo_server | result: fail\n';
const NETWORK = 'tp0_testing_net';

const validate = (...message: string[]): Ran => run('sh', ['validar-echo-server.sh', ...message]);

function says(ran: Ran, wanted: string): void {
  assert.equal(ran.stdout, wanted, ran.stderr);
  assert.equal(ran.status, wanted === SUCCESS ? 0 : 1);
}

/** Some other server of that name, made of netcat: `command` serves each connection. */
async function mockServer(t: TestContext, command: string): Promise<void> {
  dockerOk('network', 'create', NETWORK);
  t.after(() => {
    docker('rm', '-f', 'server');
    docker('network', 'rm', NETWORK);
  });
  const netcat = ['nc', '-ll', '-p', '12345', '-e', 'sh', '-c', command];
  dockerOk('run', '-d', '--init', '--name', 'server', '--network', NETWORK, 'busybox:latest', ...netcat);
  const isListening = () =>
    /0\.0\.0\.0:12345|:::12345/.test(docker('exec', 'server', 'netstat', '-ltn').stdout);
  await until(isListening, 'the mock listens', PATIENCE_MS);
}

export function echoTests(): void {
  test('exercise 3: our server echoes, whatever the message', (t) => {
    const system = new System(t, { clients: 0 });
    system.up('--wait');
    says(validate(), SUCCESS);
    for (const message of [
      '',
      'two  words ',
      '"quotes" \'and\' `ticks`',
      '$HOME $(id) $x %s %d',
      '\\n \\ \\0',
      '-n',
      '--help',
      'ñandú € 😀',
      '*',
    ]) {
      says(validate(message), SUCCESS);
    }
    says(run('make', ['-s', 'echo-test', 'MESSAGE=a $$b `c` "d" \'e\'']), SUCCESS);
    says(run('bash', ['validar-echo-server.sh']), SUCCESS);
    assert.equal(validate('one', 'two').status, 1);
    assert.match(validate('one', 'two').stderr, /^[^\n]*expected one argument at most[^\n]*\n$/);
  });

  test('exercise 3: another echo server of that name is as good', async (t) => {
    await mockServer(t, 'cat');
    says(validate('hola'), SUCCESS);
  });

  test('exercise 3: a server that answers something else fails', async (t) => {
    await mockServer(t, 'read -r line; echo "error reading data: $line"');
    says(validate('hola'), FAIL);
  });

  test('exercise 3: a server that says more than it should fails', async (t) => {
    await mockServer(t, 'read -r line; echo "$line"; echo "$line"; sleep 60');
    says(validate('hola'), FAIL);
  });

  test('exercise 3: a server that never answers fails after some seconds', async (t) => {
    await mockServer(t, 'sleep 900');
    const started = Date.now();
    says(validate('hola'), FAIL);
    assert.ok(Date.now() - started < 600_000, 'not when the mock ends');
  });

  test('exercise 3: the server is off', (t) => {
    dockerOk('network', 'create', NETWORK);
    t.after(() => docker('network', 'rm', NETWORK));
    const ran = validate();
    says(ran, FAIL);
    assert.match(ran.stderr, /there is no container of the server: `make up` starts one\n$/);
  });

  test('exercise 3: there is no network', () => {
    const ran = validate();
    says(ran, FAIL);
    assert.equal(ran.stderr, 'there is no server, and no network "tp0_testing_net": `make up` starts both\n');
  });
}
