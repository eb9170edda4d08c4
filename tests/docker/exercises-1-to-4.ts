/** Exercises 1 to 4: echo clients, mounted configuration, graceful shutdown. (3 is in echo-test.ts.) */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { followUntil } from './follow.ts';
import { dockerOk, PATIENCE_MS, System } from './system.ts';

const RECEIVED =
  /action: receive_message \| result: success \| client_id: (\d+) \| msg: \[CLIENT (\d+)\] Message N°(\d+)$/;
const SERVED =
  /action: receive_message \| result: success \| ip: 172\.25\.125\.\d+ \| msg: \[CLIENT \d+\] Message N°\d+$/;
const FINISHED = /action: loop_finished \| result: success \| client_id: (\d+)$/;

const QUICK = [
  ['amount: 5', 'amount: 4'],
  ['# period: 5s', 'period: 50ms'],
] as const;
const ENDLESS = [
  ['amount: 5', 'amount: 1000000'],
  ['# period: 5s', 'period: 20ms'],
] as const;

export function exercises1to4(): void {
  test('exercise 1: three echo clients, four messages each', async (t) => {
    const system = new System(t, { clients: 3, mode: 'echo', agency: QUICK });
    system.up();
    const messages = new Map<string, number[]>();
    const finished = new Set<string>();
    let served = 0;
    await followUntil(system.file, ({ service, text }) => {
      const [, id, sender, n] = RECEIVED.exec(text) ?? [];
      if (id !== undefined) {
        assert.equal(service, `client${id}`);
        assert.equal(sender, id);
        messages.set(id, [...(messages.get(id) ?? []), Number(n)]);
      }
      if (service === 'server' && SERVED.test(text)) served += 1;
      const [, done] = FINISHED.exec(text) ?? [];
      if (done !== undefined) finished.add(done);
      return finished.size === 3 && served === 12;
    });
    for (const id of ['1', '2', '3']) {
      assert.deepEqual(messages.get(id), [1, 2, 3, 4]);
      assert.equal(await system.exitCode(`client${id}`), 0);
    }
    assert.ok(system.isRunning('server'), 'the server stays');
  });

  test('a server that is restarted costs echo clients nothing: they call again', async (t) => {
    const system = new System(t, {
      clients: 3,
      mode: 'echo',
      agency: [...QUICK, ['amount: 4', 'amount: 30']],
    });
    system.up();
    for (const client of ['client1', 'client2', 'client3']) await system.line(client, RECEIVED);
    dockerOk('restart', '-t', '10', 'server');
    for (const client of ['client1', 'client2', 'client3']) {
      await system.line(client, FINISHED);
      assert.equal(await system.exitCode(client), 0);
      assert.equal(system.logs(client).filter((line) => RECEIVED.test(line)).length, 30);
    }
  });

  test('exercise 2: a change of the mounted configuration needs no build', async (t) => {
    const system = new System(t, { clients: 1, mode: 'echo', agency: QUICK });
    system.up();
    await system.line('client1', /action: config .*loop_amount: 4 \| loop_period: 50ms \| log_level: INFO/);
    assert.equal(await system.exitCode('client1'), 0);
    const image = system.inspect('server', '{{.Image}}');

    // Also the port: health check, server and agencies must agree on it without a new compose file.
    system.configure('server', [
      ['SERVER_PORT: 12345', 'SERVER_PORT: 12399'],
      ['SERVER_LISTEN_BACKLOG: 4096', 'SERVER_LISTEN_BACKLOG: 7'],
      ['LOGGING_LEVEL: INFO', 'LOGGING_LEVEL: DEBUG'],
    ]);
    system.configure('agency', [
      ['amount: 5', 'amount: 2'],
      ['# period: 5s', 'period: 1s10ms'],
      ['server:12345', 'server:12399'],
      ['level: INFO', 'level: DEBUG'],
    ]);
    system.compose('stop');
    system.up();
    await system.line('server', /action: config .*port: 12399 \| listen_backlog: 7 \| logging_level: DEBUG/);
    await system.line(
      'client1',
      /server_address: server:12399 .*loop_amount: 2 \| loop_period: 1s10ms \| log_level: DEBUG/,
    );
    assert.equal(await system.exitCode('client1'), 0);
    assert.equal(system.logs('client1').filter((line) => RECEIVED.test(line)).length, 4 + 2);
    assert.equal(system.inspect('server', '{{.Image}}'), image);
  });

  test('exercise 4: SIGTERM ends one client, then the server and the others, with code 0', async (t) => {
    const system = new System(t, { clients: 3, mode: 'echo', agency: ENDLESS });
    system.up();
    for (const client of ['client1', 'client2', 'client3']) await system.line(client, RECEIVED);

    // Docker itself measures: what is not gone within 10 s is killed.
    dockerOk('stop', '-t', '10', 'client1');
    assert.equal(await system.exitCode('client1'), 0);
    assert.ok(system.isRunning('server'));
    assert.ok(system.isRunning('client2'));
    await system.line('client1', /action: signal_received \| result: success \| signal: SIGTERM/);

    system.stop();
    for (const container of ['server', 'client2', 'client3']) {
      assert.equal(await system.exitCode(container), 0);
      await system.line(container, /action: signal_received \| result: success \| signal: SIGTERM/);
    }
    await system.line('server', /action: close \| result: success \| resource: listener/);
    assert.equal(system.inspect('server', '{{.RestartCount}}'), '0');
  });

  test('exercise 4: SIGTERM to the server alone, and SIGINT', async (t) => {
    const system = new System(t, { clients: 1, mode: 'echo', agency: ENDLESS });
    system.up();
    await system.line('client1', RECEIVED);
    dockerOk('kill', '-s', 'INT', 'client1');
    assert.equal(await system.exitCode('client1'), 0);
    dockerOk('stop', '-t', '10', 'server');
    assert.equal(await system.exitCode('server'), 0);

    dockerOk('start', 'server');
    await system.until(
      () => system.logs('server').filter((line) => line.includes('action: config')).length === 2 || undefined,
      PATIENCE_MS,
      () => 'the server does not start again',
    );
    dockerOk('kill', '-s', 'INT', 'server');
    assert.equal(await system.exitCode('server'), 0);
  });
}
