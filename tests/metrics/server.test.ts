/** What a server tells whoever watches it is what has happened, and once. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { batchLine, doneLine, makeBets, wireBet } from '../support/bets.ts';
import { greet, Peer } from '../support/peer.ts';
import { startServer } from '../support/system.ts';
import { ask, awaitSamples, scrape, WATCHED, watchedServer, without } from './helpers.ts';

const ONE = makeBets(1, 10, 1);
const TWO = makeBets(2, 3);

const inState = (state: string) => `quiniela_machine_state{machine="server",state="${state}"}`;
const agencies = (state: string) => `quiniela_agencies{state="${state}"}`;
const refusals = (code: string) => `quiniela_refusals_total{code="${code}"}`;

test('bets, batches, refusals, takeovers, connections and states are those of the run', async (t) => {
  const { program, port, watched } = await watchedServer(t, { agencies: 3 });
  await awaitSamples(watched, {
    [agencies('missing')]: 3,
    [inState('serving.collecting.listening')]: 1,
    quiniela_bets_stored_total: 0,
  });
  const first = await greet(port, 1);
  first.send(batchLine(0, ONE.slice(0, 6)));
  await first.expectLine('STORED:6');
  const one = await greet(port, 1, /^WELCOME:1:6:/);
  await first.linesToEnd();
  // Six of these are stored already: they are not counted again.
  one.send(batchLine(0, ONE));
  await one.expectLine('STORED:10');
  one.send(batchLine(10, [[...makeBets(1, 1)[0]!.slice(0, 5), '10000'] as never]));
  await one.expectLine('REJECTED:10:0:NUMBER');
  const stranger = await Peer.connect(port);
  stranger.send('HELLO:9\n');
  await stranger.expectLine(/^ERROR:AGENCY:/);
  await stranger.linesToEnd();
  one.send(doneLine(1, ONE));
  const two = await greet(port, 2);
  const single = `BET:once:${wireBet(TWO[0]!)}\n`;
  two.send(single + single);
  await two.expectLines(`BET:once:${TWO[0]![5]}`, `BET:once:${TWO[0]![5]}`);
  await awaitSamples(watched, {
    quiniela_bets_stored_total: 11,
    quiniela_batches_stored_total: 2,
    quiniela_batches_rejected_total: 1,
    [refusals('AGENCY')]: 1,
    [refusals('BUSY')]: 0,
    quiniela_sessions_superseded_total: 1,
    [agencies('waiting')]: 1,
    [agencies('uploading')]: 1,
    [agencies('missing')]: 1,
    'quiniela_connections{of="agency"}': 2,
    'quiniela_connections{of="stranger"}': 0,
    [inState('serving')]: 1,
    [inState('serving.collecting')]: 1,
    [inState('serving.collecting.receivingBatches')]: 1,
    [inState('serving.collecting.listening')]: 0,
    'quiniela_draw_info{draw="1"}': 1,
    quiniela_store_waiting_bytes: 0,
  });
  two.send(batchLine(0, TWO) + doneLine(2, TWO));
  await two.expectLine('STORED:3');
  two.reset();
  await awaitSamples(watched, { [agencies('waiting')]: 1, [agencies('away')]: 1, [agencies('missing')]: 1 });
  const again = await greet(port, 2, /^WELCOME:1:3:/);
  await awaitSamples(watched, { [agencies('uploading')]: 1, [agencies('away')]: 0 });
  again.destroy();
  const samples = await scrape(watched);
  const commits = samples.get('quiniela_commit_duration_seconds_count')!;
  assert.ok(commits >= 4, `${commits} commits`);
  assert.equal(samples.get('quiniela_commit_duration_seconds_bucket{le="+Inf"}'), commits);
  assert.ok(samples.get('quiniela_commit_duration_seconds_sum')! > 0);
  for (const name of ['process_resident_memory_bytes', 'process_cpu_seconds_total', 'nodejs_heap_used_bytes'])
    assert.ok(samples.get(name)! > 0, name);
  one.destroy();
  program.signal('SIGTERM');
  await program.expectExit(0);
});

test('however many peers come, the labels stay the same', async (t) => {
  const env = { AGENCIES_FROM: '0' };
  const { program, port, watched } = await watchedServer(t, { agencies: 10_000, env });
  const before = [...(await scrape(watched)).keys()];
  for (let agency = 0; agency < 5; agency++) await greet(port, agency);
  await awaitSamples(watched, { [agencies('uploading')]: 5, [agencies('missing')]: 9_995 });
  assert.deepEqual([...(await scrape(watched)).keys()], before);
  program.signal('SIGTERM');
  await program.expectExit(0);
});

test('promtool finds nothing to say about them', { skip: without('promtool') }, async (t) => {
  const { watched } = await watchedServer(t);
  const { text } = await ask(watched, '/metrics');
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
    input: text,
    encoding: 'utf8',
  });
  assert.deepEqual([status, stdout, stderr], [0, '', '']);
});

test('without METRICS_PORT nobody is answered, and on another address than loopback only if told', async (t) => {
  const { program } = await startServer(t);
  program.signal('SIGTERM');
  await program.expectExit(0);
  assert.equal(program.count('action: metrics'), 0);
  const { program: watched } = await startServer(t, { env: WATCHED });
  assert.match(await watched.line('action: metrics'), /host: 127\.0\.0\.1 \| port: \d+$/);
});

test('a port that is taken is said, and the draw goes on', async (t) => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  t.after(() => taken.close());
  const { port: METRICS_PORT } = taken.address() as { port: number };
  const { program, port } = await startServer(t, { agencies: 1, env: { METRICS_PORT: `${METRICS_PORT}` } });
  await program.line(
    `action: metrics | result: fail | error: cannot listen on 127.0.0.1:${METRICS_PORT} for METRICS_PORT: `,
  );
  const one = await greet(port, 1);
  one.send(batchLine(0, ONE) + doneLine(1, ONE));
  await one.expectLine('STORED:10');
  await one.expectLine(/^WINNERS:/);
  one.end();
  await program.expectExit(0);
});
