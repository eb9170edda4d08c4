/** `make up MONITORING=1`, with Debian's Prometheus in an image of the name that is looked for: no registry is asked. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { parse } from 'yaml';
import { REPOSITORY, run } from '../compose/shell.ts';
import { without } from '../metrics/helpers.ts';
import { temporaryFolder, until } from '../support/system.ts';
import { clone } from './make-targets.ts';
import { containersOf, docker, dockerBoth, dockerOk, PATIENCE_MS } from './system.ts';

const IMAGE: string = parse(readFileSync(join(REPOSITORY, 'compose-templates/prometheus.yaml'), 'utf8'))
  .prometheus.image;

/** The image as it is here; if it is not, one that stands in for it as long as the test runs. */
const provideImage = (t: TestContext): void => {
  if (docker('image', 'inspect', IMAGE).status === 0) return;
  const folder = temporaryFolder(t);
  const program = execFileSync('sh', ['-c', 'command -v prometheus'], { encoding: 'utf8' }).trim();
  copyFileSync(program, join(folder, 'prometheus'));
  writeFileSync(
    join(folder, 'Dockerfile'),
    'FROM node:26-slim\nCOPY prometheus /bin/prometheus\nUSER 65534\nENTRYPOINT ["/bin/prometheus"]\n',
  );
  dockerOk('build', '-q', '-t', IMAGE, folder);
  t.after(() => docker('image', 'rm', IMAGE));
};

/** The number that an expression gives now; NaN: none. */
const number = async (url: string, query: string): Promise<number> => {
  const answer = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(query)}`);
  const { data } = (await answer.json()) as { data: { result: { value: [number, string] }[] } };
  return Number(data.result[0]?.value[1]);
};

const becomes = (url: string, query: string, wanted: number): Promise<void> => {
  const is = async () => (await number(url, query).catch(() => Number.NaN)) === wanted;
  return until(is, `${query} is ${wanted}`, PATIENCE_MS);
};

/** Where the user finds it. */
const placeIn = (said: string): string => {
  const [, url] = /^Prometheus: (http:\/\/127\.0\.0\.1:\d+)\/alerts$/m.exec(said) ?? [];
  assert.ok(url, said);
  return url;
};

export function monitoring(): void {
  test('make cluster TLS=1 MONITORING=1: agencies show certificates to any server, and every server is asked', {
    skip: without('prometheus'),
  }, async (t) => {
    provideImage(t);
    const cwd = clone(t);
    const make = (...args: string[]) => run('make', ['-s', ...args], { cwd });
    const words = ['SERVERS=2', 'AGENCIES=2', 'BETS=100', 'MODE=batches', 'MONITORING=1', 'TLS=1'];
    const up = make('cluster', ...words);
    assert.equal(up.status, 0, up.stdout + up.stderr);
    const url = placeIn(up.stdout);
    dockerOk('wait', 'client1', 'client2');
    for (const server of ['server', 'server2']) {
      assert.match(dockerBoth('logs', server).join('\n'), /action: load_certificates \| result: success/);
    }
    await becomes(url, 'count(up{job="quiniela-server"} == 1)', 2);
    await becomes(url, 'count(quiniela_engine_up == 1)', 2);
    await becomes(url, 'count(quiniela_certificate_expiry_timestamp_seconds > time())', 2);
    dockerOk('stop', '-t', '10', 'server2');
    await becomes(url, 'count(up{job="quiniela-server"})', 1);
    const down = make('down');
    assert.equal(down.status, 0, down.stdout + down.stderr);
    assert.match(down.stdout, /\(200 bets\)/);
  });

  test('make up MONITORING=1 TLS=1: Prometheus asks the server and the fleet; what is not to be had is left out', {
    skip: without('prometheus'),
  }, async (t) => {
    provideImage(t);
    const cwd = clone(t);
    const agency = join(cwd, 'docker', 'agency.yaml');
    writeFileSync(agency, readFileSync(agency, 'utf8').replace('# period: 5s', 'period: 1s'));
    const words = ['AGENCIES=3', 'BETS=100000', 'FLEET=yes', 'MONITORING=1', 'TLS=1'];
    const up = run('make', ['-s', 'up', ...words], { cwd });
    assert.equal(up.status, 0, up.stdout + up.stderr);
    const url = placeIn(up.stdout);
    assert.match(up.stdout, /^(No Grafana: cannot run docker pull \S+: .+|Grafana: http\S+)$/m);
    // Both are asked; and both say how much memory they have, without /proc, and until when their certificates are good.
    await becomes(url, 'sum(up)', 2);
    await becomes(url, 'count(quiniela_bets_stored_total > 0)', 1);
    await becomes(url, 'count(process_resident_memory_bytes > 0)', 2);
    await becomes(url, 'count(quiniela_certificate_expiry_timestamp_seconds - time() > 0)', 2);
    assert.equal(run('make', ['-s', 'down'], { cwd }).status, 0);
    assert.equal(containersOf(), '', 'make down takes all of it away');
  });
}
