/** Alive while it recovers, ready once it listens: a server of real machines, asked over HTTP. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { ActorRefFrom } from 'xstate';
import { createActor, fromCallback } from 'xstate';
import { betStoreMachine } from '../../machines/bet-store/bet-store.ts';
import { serverMachine } from '../../machines/server/server.ts';
import type { FolderCommand } from '../../machines/vocabulary/folder.ts';
import type { CertificatesCommand } from '../../machines/vocabulary/identity.ts';
import type { LogEntry } from '../../machines/vocabulary/log.ts';
import { metricsOfServer } from '../../src/metrics/for-server.ts';
import { openServer } from '../cluster/support.ts';
import { TroubledLog } from '../cluster/troubled-log.ts';
import { agencyFinished, bound, INPUT, recovered } from '../machines/server-fixtures.ts';
import { startServer, until } from '../support/system.ts';
import { ask, awaitSamples, metricsPort, scrape, WATCHED } from './helpers.ts';

const listens = fromCallback(() => {});
const nobody = fromCallback<CertificatesCommand>(() => {});
const silentFolder = fromCallback<FolderCommand>(() => {});

/** A server whose folder takes its time: it is recovering until the test says otherwise. */
const recovering = async (t: TestContext) => {
  const entries: LogEntry[] = [];
  const log = { log: (...all: readonly LogEntry[]) => entries.push(...all) };
  const metrics = metricsOfServer({ host: '127.0.0.1', port: 0 }, log, () => new Date(86_400_000));
  const betStore = betStoreMachine.provide({ actors: { folder: silentFolder } });
  const actors = { betStore, listener: listens, signals: listens, certificates: nobody };
  const root = createActor(serverMachine.provide({ actors }), { input: INPUT });
  root.start();
  t.after(() => root.stop());
  t.after(metrics.watch(root as ActorRefFrom<typeof serverMachine>));
  const portOf = () => entries.find(({ action }) => action === 'metrics')?.details?.port;
  return {
    root,
    metrics,
    port: async () => {
      await until(() => portOf() !== undefined, 'the port');
      return Number(portOf());
    },
  };
};

test('a server of many is not ready while the engine does not answer, and tells for how long, and what waits', async (t) => {
  const server = await recovering(t);
  const engine = new TroubledLog();
  const { store, say } = await openServer(t, engine.port(), { clock: engine.time, agencies: 1 });
  server.metrics.meter.store(store);
  server.root.send(recovered());
  server.root.send(bound);
  const port = await server.port();
  const isUp = (up: number, waiting: number) =>
    awaitSamples(port, { quiniela_engine_up: up, quiniela_engine_proposals_waiting: waiting });
  assert.deepEqual(await ask(port, '/readyz'), { status: 200, text: 'ok\n' });
  await isUp(1, 0);

  engine.trouble.isAway = true;
  const saying = say({ kind: 'open', agency: 1 });
  await engine.pass(1_000);
  await isUp(0, 1);
  assert.ok(((await scrape(port)).get('quiniela_engine_away_seconds') ?? 0) > 0);
  const { status, text } = await ask(port, '/readyz');
  assert.equal(status, 503);
  assert.match(text, /^\[-\]engine failed: has not answered for \d+ s$/m);
  assert.equal((await ask(port, '/livez')).status, 200);

  engine.trouble.isAway = false;
  await engine.pass(60_000);
  await saying;
  await isUp(1, 0);
  assert.equal((await ask(port, '/readyz')).status, 200);
});

test('a server that recovers is alive and not ready, and is asked before it listens', async (t) => {
  const server = await recovering(t);
  // Nobody has said that it listens.
  const port = await server.port();
  assert.deepEqual(await ask(port, '/livez'), { status: 200, text: 'ok\n' });
  const { status, text } = await ask(port, '/readyz');
  assert.equal(status, 503);
  assert.match(text, /^\[-\]store failed: is being recovered$/m);
  assert.match(text, /^\[-\]listener failed: takes none$/m);
  assert.match(text, /^readyz check failed\n$/m);
  server.root.send(recovered());
  assert.match((await ask(port, '/readyz')).text, /^\[\+\]store ok: open\n\[-\]listener failed/);
  server.root.send(bound);
  assert.deepEqual(await ask(port, '/readyz'), { status: 200, text: 'ok\n' });
  assert.deepEqual(await ask(port, '/readyz?verbose'), {
    status: 200,
    text: '[+]store ok: open\n[+]listener ok: takes connections\n[+]stays ok: nobody told it to stop\nreadyz check passed\n',
  });
});

test('it stays ready through the draw; while it closes it is alive and not ready', async (t) => {
  const server = await recovering(t);
  server.metrics.listening();
  const port = await server.port();
  server.root.send(recovered());
  server.root.send(bound);
  server.root.send(agencyFinished(1));
  server.root.send(agencyFinished(2));
  assert.ok(server.root.getSnapshot().matches({ serving: 'drawing' }));
  assert.equal((await ask(port, '/readyz')).status, 200);
  server.root.send({ type: 'signal.received', signal: 'SIGTERM' });
  const { status, text } = await ask(port, '/readyz');
  assert.deepEqual([status, /^\[-\]stays failed: it is closing$/m.test(text)], [503, true]);
  assert.equal((await ask(port, '/livez?verbose')).status, 200);
});

test('a defect of what is measured costs an answer, not the server', async (t) => {
  const server = await recovering(t);
  server.metrics.listening();
  const port = await server.port();
  Object.assign(server.root.getSnapshot().context, { sessions: undefined });
  assert.equal((await ask(port, '/metrics')).status, 500);
  assert.equal((await ask(port, '/livez')).status, 200);
});

test('it is told when the first of the certificates is over', async (t) => {
  const server = await recovering(t);
  server.metrics.listening();
  const samples = await scrape(await server.port());
  assert.equal(samples.get('quiniela_certificate_expiry_timestamp_seconds'), 86_400);
});

test('another path says what there is', async (t) => {
  const server = await recovering(t);
  server.metrics.listening();
  const port = await server.port();
  const { status, text } = await ask(port, '/');
  assert.deepEqual([status, text], [404, 'here are /metrics, /livez and /readyz, both with ?verbose\n']);
});

test('a real server answers once it listens, and its end closes the port', async (t) => {
  const { program } = await startServer(t, { env: WATCHED });
  const port = await metricsPort(program);
  const order = program.lines.map((line) => /action: (\w+)/.exec(line)?.[1]);
  assert.ok(order.indexOf('metrics') > order.indexOf('accept_connections'), order.join());
  assert.deepEqual(await ask(port, '/readyz'), { status: 200, text: 'ok\n' });
  assert.ok((await scrape(port)).size > 0);
  program.signal('SIGTERM');
  await program.expectExit(0);
  await assert.rejects(ask(port, '/livez'));
});
