/** What a fleet and an agency tell whoever watches them. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { agencyUri } from '../../src/identity/names.ts';
import { makeBets, writeAgencyFile } from '../support/bets.ts';
import { agencyTls, certificates, certify, serverTls } from '../support/certificates.ts';
import { greet } from '../support/peer.ts';
import { Program } from '../support/program.ts';
import { agencyEnvironment, startAgency, startServer, temporaryFolder } from '../support/system.ts';
import { ask, awaitSamples, metricsPort, WATCHED, without } from './helpers.ts';

test('a fleet tells of its agencies, its bets and its calls that failed; it is ready until it is told to stop', async (t) => {
  const data = temporaryFolder(t);
  for (const id of [1, 2]) writeAgencyFile(data, id, makeBets(id, 100 * id));
  // Agency 3 is somebody else, so nobody leaves.
  const { port } = await startServer(t, { agencies: 3 });
  const fleet = new Program(['agency', '--id', '1-2'], { ...agencyEnvironment({ port, data }), ...WATCHED });
  t.after(() => fleet.kill());
  const watched = await metricsPort(fleet);
  await awaitSamples(watched, {
    quiniela_bets_sent_total: 300,
    quiniela_agencies_served_total: 0,
    quiniela_connect_failures_total: 0,
    quiniela_connections_lost_total: 0,
    'quiniela_fleet_agencies{state="waiting"}': 0,
    'quiniela_fleet_agencies{state="working"}': 2,
    'quiniela_fleet_agencies{state="ended"}': 0,
    'quiniela_machine_state{machine="fleet",state="running"}': 1,
  });
  assert.deepEqual(await ask(watched, '/readyz'), { status: 200, text: 'ok\n' });
  const stranger = await greet(port, 1, /^WELCOME:1:100:/);
  await awaitSamples(watched, { quiniela_connections_lost_total: 1 });
  stranger.destroy();
  fleet.signal('SIGTERM');
  await fleet.expectExit(0);
});

test('with TLS it is told when the first of the fleet’s certificates is over', async (t) => {
  const dir = await certificates(t, [1, 2, 3]);
  const notAfter = new Date(Math.ceil(Date.now() / 1_000) * 1_000 + 50 * 86_400_000);
  const validity = { notBefore: new Date(Date.now() - 1_000), notAfter };
  const names = [{ type: 'url', value: agencyUri(2) }] as const;
  await certify(dir, 'agency-2', { name: 'agency-2', role: 'client', names, validity });
  const data = temporaryFolder(t);
  for (const id of [1, 2]) writeAgencyFile(data, id, makeBets(id, 1));
  const { port } = await startServer(t, { agencies: 3, env: serverTls(dir) });
  const env = { ...agencyEnvironment({ port, data }), ...agencyTls(dir), ...WATCHED };
  const fleet = new Program(['agency', '--id', '1-2'], env);
  t.after(() => fleet.kill());
  await awaitSamples(await metricsPort(fleet), {
    quiniela_bets_sent_total: 2,
    quiniela_certificate_expiry_timestamp_seconds: notAfter.getTime() / 1_000,
  });
});

test('an agency alone is watched too', { skip: without('promtool') }, async (t) => {
  const data = temporaryFolder(t);
  writeAgencyFile(data, 1, makeBets(1, 10));
  const { port } = await startServer(t, { agencies: 2 });
  const watched = await metricsPort(startAgency(t, { port, data, env: WATCHED }));
  await awaitSamples(watched, { quiniela_bets_sent_total: 10 });
  const { text } = await ask(watched, '/metrics');
  assert.match(text, /^quiniela_machine_state\{machine="agency",state="online\.awaitingWinners"\} 1$/m);
  const { stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
  assert.deepEqual([stdout, stderr], ['', '']);
});
