/** The repository that `make course-layout` writes, as the course's own tests use it: its images, compose file, script. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Ran, REPOSITORY, run, temporaryFolder } from '../compose/shell.ts';
import { containersOf, docker, dockerOk, removeProject } from './system.ts';

const IMAGES = ['server:latest', 'client:latest'] as const;

/** As the course's tests write it: the 1,000 bets of an agency in ten batches, 50 ms apart. */
const HASTY =
  'server:\n  address: "server:12345"\nloop:\n  amount: 3\n  period: "50ms"\nlog:\n  level: "INFO"\nbatch:\n  maxAmount: 100\n';

/** Its images have the names of ours: afterwards these have them again. */
function lendNames(t: TestContext): void {
  const ours = IMAGES.map((name) => [name, dockerOk('image', 'inspect', '-f', '{{.Id}}', name)] as const);
  t.after(() => {
    for (const [name, id] of ours) {
      const theirs = dockerOk('image', 'inspect', '-f', '{{.Id}}', name);
      dockerOk('tag', id, name);
      if (theirs !== id) docker('rmi', theirs);
    }
  });
}

export function courseLayout(): void {
  test("on the course's repository an echo server is an echo server, and the draw tells each agency its winners", (t) => {
    lendNames(t);
    t.after(removeProject);
    const cwd = join(temporaryFolder(t), 'tp0');
    const layout = join(REPOSITORY, 'docker/course-layout.sh');
    const good = (command: string, ...args: string[]): string => {
      const { status, stdout, stderr }: Ran = run(command, args, { cwd: command === 'sh' ? '/' : cwd });
      assert.equal(status, 0, stdout + stderr);
      return stdout;
    };
    good('sh', layout, cwd);
    const up = (branch: string, agencies: number, configuration?: string): void => {
      good('git', 'switch', '-q', branch);
      if (configuration !== undefined) writeFileSync(join(cwd, 'client/config.yaml'), configuration);
      good('./generar-compose.sh', 'docker-compose-dev.yaml', String(agencies));
      good('make', '-s', 'docker-compose-up');
    };

    up('ej3', 0);
    assert.equal(good('./validar-echo-server.sh'), 'action: test_echo_server | result: success\n');
    good('make', '-s', 'docker-compose-down');
    good('git', 'checkout', '-q', '.');

    up('ej8', 2, HASTY);
    dockerOk('wait', 'client1', 'client2');
    const { stdout, stderr } = docker('logs', 'server');
    const [configuration = ''] = stdout.split('\n').filter((line) => line.includes('action: config'));
    assert.match(configuration, /listen_backlog: 5/, 'the course reads the first');
    assert.match(stdout, /action: sorteo \| result: success/, stdout + stderr);
    for (const client of ['client1', 'client2']) {
      const said = docker('logs', client);
      assert.match(said.stdout, /consulta_ganadores \| result: success/, said.stdout + said.stderr);
    }
    assert.equal(stdout.match(/apuesta_recibida \| result: success/g)?.length, 20, stdout);
    good('make', '-s', 'docker-compose-down');
    assert.equal(containersOf(), '');
    assert.equal(dockerOk('volume', 'ls', '-q', '--filter', 'name=tp0'), '', 'the draw was in memory');
  });
}
