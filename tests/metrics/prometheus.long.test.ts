/** A real Prometheus scrapes a real run: what is shipped for operators asks for what there is. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { CERTIFICATE_DAYS } from '../../src/limits.ts';
import { startServers } from '../cluster/servers.ts';
import { batchLine, doneLine, makeBets, writeAgencyFile } from '../support/bets.ts';
import { certificates, serverTls } from '../support/certificates.ts';
import { withoutEngine } from '../support/engine.ts';
import { greet } from '../support/peer.ts';
import { Program } from '../support/program.ts';
import { securedEngine } from '../support/secured-engine.ts';
import { agencyEnvironment, temporaryFolder, until } from '../support/system.ts';
import { metricsPort, WATCHED, watchedServer, without } from './helpers.ts';
import { alertRules, dashboardPanels, MONITORING, Prometheus } from './prometheus.ts';

test('promtool takes the shipped rules and configuration', { skip: without('promtool') }, () => {
  for (const [what, file] of [
    ['rules', 'alerts.yaml'],
    ['config', 'prometheus.yaml'],
  ] as const) {
    const { status, stdout, stderr } = spawnSync('promtool', ['check', what, join(MONITORING, file)], {
      encoding: 'utf8',
    });
    assert.deepEqual([status, stderr], [0, ''], stdout);
  }
});

test('the alerts of a cluster: an engine that is away, and fewer servers; none of a system that is well', {
  skip: without('promtool'),
}, () => {
  const file = join(import.meta.dirname, 'alerts.promtool.yaml');
  const { status, stdout, stderr } = spawnSync('promtool', ['test', 'rules', file], { encoding: 'utf8' });
  assert.equal(status, 0, stdout + stderr);
});

const DAY_S = 24 * 60 * 60;

/** An alert's expression without its bound, which is there whether it is exceeded or not. */
const measured = (expression: string): string => {
  const [, left] = /^(.*) (?:==|>|<) [\d.]+\s*$/s.exec(expression) ?? [];
  assert.ok(left, `no bound in ${expression}`);
  return left;
};

/** All that the dashboard and the alerts ask for. */
const expressions = [
  ...dashboardPanels().flatMap(({ targets }) =>
    targets.map(({ expr }) => expr.replaceAll('$__rate_interval', '1m')),
  ),
  ...alertRules().map(({ expr }) => measured(expr)),
];

const alert = (name: string): string => alertRules().find((rule) => rule.alert === name)!.expr;

const isOfTls = (expression: string): boolean => expression.includes('certificate');
const isOfCluster = (expression: string): boolean => expression.includes('quiniela_engine');

test('with TLS it is told when the first certificate is over', { skip: without('prometheus') }, async (t) => {
  const { watched } = await watchedServer(t, { env: serverTls(await certificates(t)) });
  const prometheus = await Prometheus.start(t, { 'quiniela-server': [watched] });
  const ofTls = expressions.filter(isOfTls);
  assert.ok(ofTls.length >= 2);
  await until(async () => (await prometheus.number('up')) === 1, 'the server');
  for (const expression of ofTls) {
    const days = await prometheus.number(expression);
    assert.ok(days && days > CERTIFICATE_DAYS - 2 && days <= CERTIFICATE_DAYS, `${expression} is ${days}`);
  }
});

test('of a cluster it is told of the engine, when that lets nobody in any more, and who is missing at all servers', {
  skip: without('prometheus') || withoutEngine,
}, async (t) => {
  const { url, accounts, file, good } = await securedEngine(t);
  const STORE_CREDS = file('week.creds', accounts.creds(Math.floor(Date.now() / 1_000) + 7 * DAY_S));
  const env = { ...good, STORE_CREDS, STORE_REPLICAS: '1', ...WATCHED };
  const servers = await startServers(t, 2, { url, draw: 'x', agencies: 3, env });
  const ports = await Promise.all(servers.map(({ program }) => metricsPort(program)));
  const prometheus = await Prometheus.start(t, { 'quiniela-server': ports });
  const [here, there] = servers;
  const uploading = await greet(here!.port, 1, 'WELCOME:x:0:0');
  uploading.send(batchLine(0, makeBets(1, 5)));
  await uploading.expectLine('STORED:5');
  const bets = makeBets(2, 5);
  const waiting = await greet(there!.port, 2, 'WELCOME:x:0:0');
  waiting.send(batchLine(0, bets) + doneLine(2, bets));
  await waiting.expectLine('STORED:5');
  await until(
    async () => (await prometheus.number('sum(quiniela_agencies{state="waiting"})')) === 1,
    'who waits for the draw',
  );
  // Agency 3 is at none of the servers, each of the others at one.
  await until(async () => (await prometheus.number(alert('QuinielaDrawWaits'))) === 1, 'who is missing');
  const ofEngine = expressions.filter(isOfCluster);
  assert.ok(ofEngine.length >= 5);
  for (const expression of ofEngine)
    assert.equal((await prometheus.query(expression)).length, servers.length, expression);
  const days = Number(await prometheus.number(measured(alert('QuinielaEngineAccessExpires'))));
  assert.ok(days > 6 && days <= 7, `${days}`);
  assert.equal((await prometheus.query(alert('QuinielaEngineAccessExpires'))).length, servers.length);
  uploading.end();
  waiting.end();
});

test('it scrapes a server and a fleet; every expression of the dashboard and of the alerts gives data', {
  skip: without('prometheus'),
}, async (t) => {
  const data = temporaryFolder(t);
  for (const id of [1, 2]) writeAgencyFile(data, id, makeBets(id, 500 * id));
  const { program, port, watched } = await watchedServer(t, { agencies: 4 });
  const fleet = new Program(['agency', '--id', '1-2'], {
    ...agencyEnvironment({ port, data }),
    ...WATCHED,
  });
  t.after(() => fleet.kill());
  const prometheus = await Prometheus.start(t, {
    'quiniela-server': [watched],
    'quiniela-fleet': [await metricsPort(fleet)],
  });
  const three = makeBets(3, 7);
  const peer = await greet(port, 3);
  const isStored = async () => (await prometheus.number('quiniela_bets_stored_total')) === 1_500;
  await until(isStored, 'what the fleet has stored');
  peer.send(batchLine(0, three));
  await peer.expectLine('STORED:7');
  await until(
    async () => ((await prometheus.number('increase(quiniela_bets_stored_total[5m])')) ?? 0) > 0,
    'bets that were stored while it looked',
  );

  assert.deepEqual(
    await prometheus.rules(),
    alertRules().map(({ alert }) => alert),
  );
  assert.equal(await prometheus.number('sum(quiniela_agencies)'), 4);
  const bothWait = async () => (await prometheus.number('quiniela_agencies{state="waiting"}')) === 2;
  await until(bothWait, "the fleet's agencies, which have finished");
  assert.equal(await prometheus.number('sum(up)'), 2);

  assert.ok(expressions.length > 40);
  // A rate needs two looks at what it is of.
  for (const expression of expressions.filter((one) => !isOfTls(one) && !isOfCluster(one)))
    await until(async () => (await prometheus.query(expression)).length > 0, `data for ${expression}`);

  // One that waits is an alert's matter: somebody is missing, others have finished.
  assert.equal(await prometheus.number(alert('QuinielaDrawWaits')), 1);

  peer.send(doneLine(3, three));
  const four = makeBets(4, 5, 1);
  const last = await greet(port, 4);
  last.send(batchLine(0, four) + doneLine(4, four));
  for (const agency of [last, peer]) {
    const line = await agency.line();
    if (line.startsWith('STORED:')) await agency.expectLine(/^WINNERS:/);
    agency.end();
  }
  await fleet.expectExit(0);
  await program.expectExit(0);
  await until(async () => (await prometheus.number('sum(up)')) === 0, 'that nobody answers any more');
});
