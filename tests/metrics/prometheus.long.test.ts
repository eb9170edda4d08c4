/** A real Prometheus scrapes a real run: what is shipped for operators asks for what there is. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { CERTIFICATE_DAYS } from '../../src/limits.ts';
import { batchLine, doneLine, makeBets, writeAgencyFile } from '../support/bets.ts';
import { certificates, serverTls } from '../support/certificates.ts';
import { greet } from '../support/peer.ts';
import { Program } from '../support/program.ts';
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

const isOfTls = (expression: string): boolean => expression.includes('certificate');
const isOfCluster = (expression: string): boolean => expression.includes('quiniela_engine');

test('with TLS it is told when the first certificate is over', { skip: without('prometheus') }, async (t) => {
  const { watched } = await watchedServer(t, { env: serverTls(await certificates(t)) });
  const prometheus = await Prometheus.start(t, { 'quiniela-server': watched });
  const ofTls = expressions.filter(isOfTls);
  assert.ok(ofTls.length >= 2);
  await until(async () => (await prometheus.number('up')) === 1, 'the server');
  for (const expression of ofTls) {
    const days = await prometheus.number(expression);
    assert.ok(days && days > CERTIFICATE_DAYS - 2 && days <= CERTIFICATE_DAYS, `${expression} is ${days}`);
  }
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
    'quiniela-server': watched,
    'quiniela-fleet': await metricsPort(fleet),
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
  const [waits] = alertRules().filter(({ alert }) => alert === 'QuinielaDrawWaits');
  assert.equal(await prometheus.number(waits!.expr), 1);

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
