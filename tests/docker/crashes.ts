/** What a crash or a cut of the network costs: no bet, and none is stored twice. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { agencyRows, storedRowsOf } from './bets.ts';
import { docker, dockerBoth, dockerOk, PATIENCE_MS, System } from './system.ts';

const WINNERS = [4, 1, 0, 0];
/** The last has one bet: started when all else is over, it keeps the draw until then, however slow the machine is. */
const FILES = WINNERS.map((winners, i) => agencyRows(i + 1, i < 3 ? 3_000 : 1, winners));
const UPLOADING = ['client1', 'client2', 'client3'];

/** About 6 s of upload, so that there is a middle. */
const SLOW = [
  ['maxAmount: 120', 'maxAmount: 20'],
  ['# period: 5s', 'period: 40ms'],
] as const;

const batches = (system: System): number =>
  system.logs('server').filter((line) => line.includes('action: apuesta_recibida | result: success')).length;

const starts = (system: System): number =>
  system.logs('server').filter((line) => line.includes('action: config | result: success')).length;

/** What process 1 has said of the restarts of its server. */
const restarts = (): string[] =>
  dockerBoth('logs', 'server').filter((line) => line.includes('action: restart | result: in_progress'));

async function uploading(system: System, atLeast: number): Promise<void> {
  await system.until(
    () => batches(system) >= atLeast || undefined,
    PATIENCE_MS,
    () => 'nothing is uploaded',
  );
}

async function allIsThereOnce(system: System): Promise<void> {
  // A server that has crashed may be thought ill for a while: its agency is then not started.
  await system.until(
    () => docker('compose', '-f', system.file, 'up', '-d').status === 0 || undefined,
    PATIENCE_MS,
    () => 'the last agency is not started',
  );
  for (const [i, winners] of WINNERS.entries()) {
    await system.line(
      `client${i + 1}`,
      new RegExp(`consulta_ganadores \\| result: success \\| cant_ganadores: ${winners}$`),
      PATIENCE_MS,
    );
    assert.equal(await system.exitCode(`client${i + 1}`), 0);
  }
  assert.equal(await system.exitCode('server'), 0);
  assert.deepEqual(system.storedRows(), storedRowsOf(FILES));
}

export function crashes(): void {
  test('the server crashes twice mid-upload: it is started again and every bet is there once', async (t) => {
    const system = new System(t, { clients: 4, files: FILES, agency: SLOW });
    system.up(...UPLOADING);
    // Both early: the rest of the upload has to outlast a look at the log and a command.
    for (const [i, stored] of [20, 60].entries()) {
      await uploading(system, stored);
      // Between a crash and the next start there is nothing to kill.
      await system.until(
        () => starts(system) === i + 1 || undefined,
        PATIENCE_MS,
        () => 'the server does not start',
      );
      // Everything in the container but its process 1, as the kernel does when memory runs out.
      docker('exec', 'server', 'sh', '-c', 'kill -KILL -1');
      await system.until(
        () => restarts().length === i + 1 || undefined,
        PATIENCE_MS,
        () => 'the server is not started again',
      );
    }
    await allIsThereOnce(system);
    assert.equal(restarts().length, 2);
    for (const line of restarts()) assert.match(line, /exit_code: 137/);
  });

  test('what a restart cannot mend is not restarted: exit code 2, and it stays down', async (t) => {
    const system = new System(t, {
      clients: 1,
      files: FILES.slice(0, 1),
      server: [['SERVER_PORT: 12345', 'SERVER_PORT: many']],
    });
    const { status, stderr } = docker('compose', '-f', system.file, 'up', '-d');
    assert.notEqual(status, 0);
    assert.match(stderr, /server exited \(2\)|server" exited \(2\)|exited \(2\)/);
    assert.equal(await system.exitCode('server'), 2);
    assert.deepEqual(restarts(), []);
    assert.equal(system.inspect('server', '{{.RestartCount}}'), '0');
    assert.match(dockerBoth('logs', 'server').join('\n'), /SERVER_PORT is "many".*must be a whole number/);
    assert.equal(system.inspect('client1', '{{.State.Status}}'), 'created');
  });

  test('`docker kill -s KILL server` mid-upload, started again: every bet is there once', async (t) => {
    const system = new System(t, { clients: 4, files: FILES, agency: SLOW });
    system.up(...UPLOADING);
    await uploading(system, 20);
    // Docker takes a kill by hand as the user's wish and does not restart the container by itself.
    dockerOk('kill', '-s', 'KILL', 'server');
    assert.equal(await system.exitCode('server'), 137);
    await sleep(1_000);
    for (const client of UPLOADING) assert.ok(system.isRunning(client), 'the agencies wait for it');
    await allIsThereOnce(system);
  });

  test('one agency is cut off the network mid-upload and comes back: every bet is there once', async (t) => {
    const system = new System(t, { clients: 4, files: FILES, agency: SLOW });
    system.up(...UPLOADING);
    await uploading(system, 20);
    dockerOk('network', 'disconnect', 'tp0_testing_net', 'client2');
    await sleep(3_000);
    dockerOk('network', 'connect', 'tp0_testing_net', 'client2');
    await allIsThereOnce(system);
  });
}
