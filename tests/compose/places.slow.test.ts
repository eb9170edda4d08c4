/** The paths in a compose file are right wherever it is. */
import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { composeFile } from '../../src/compose/compose-file.ts';
import { REPOSITORY, run, temporaryFolder, withoutDocker } from './shell.ts';

const read = (text: string) => parse(text, { merge: true });

const sourceOf = (text: string): string => read(text).services.server.volumes[0].source;

test('in the repository, below it and elsewhere', (t) => {
  const elsewhere = temporaryFolder(t);
  assert.equal(
    sourceOf(composeFile({ file: join(REPOSITORY, 'x.yaml'), clients: 1 })),
    './docker/server.yaml',
  );
  assert.equal(
    sourceOf(composeFile({ file: join(REPOSITORY, 'docker', 'x.yaml'), clients: 1 })),
    './server.yaml',
  );
  assert.equal(
    sourceOf(composeFile({ file: join(REPOSITORY, 'tests', 'x.yaml'), clients: 1 })),
    '../docker/server.yaml',
  );
  const far = read(composeFile({ file: join(elsewhere, 'x.yaml'), clients: 1 })).services;
  assert.equal(far.server.volumes[0].source, join(relative(elsewhere, REPOSITORY), 'docker', 'server.yaml'));
  assert.equal(far.client1.build.context, relative(elsewhere, REPOSITORY));
});

test('a folder reached through a link gets absolute paths', (t) => {
  const real = temporaryFolder(t);
  mkdirSync(join(real, 'deep', 'er'), { recursive: true });
  symlinkSync(join(real, 'deep', 'er'), join(real, 'link'));
  const text = composeFile({ file: join(real, 'link', 'x.yaml'), clients: 1 });
  assert.equal(sourceOf(text), join(REPOSITORY, 'docker', 'server.yaml'));
});

test('data and configuration of other folders', (t) => {
  const folder = temporaryFolder(t, 'price $10 ');
  const text = composeFile({
    file: join(REPOSITORY, 'x.yaml'),
    clients: 1,
    data: join(folder, 'my data'),
    config: folder,
  });
  const { server, client1 } = read(text).services;
  const named = relative(REPOSITORY, folder).replaceAll('$', '$$$$');
  assert.equal(server.volumes[0].source, `${named}/server.yaml`);
  assert.equal(client1.volumes[1].source, `${named}/my data`);
});

test('Docker Compose finds the same files from everywhere', { skip: withoutDocker }, (t) => {
  const folder = temporaryFolder(t, 'a folder ');
  const file = join(folder, 'my compose file.yaml');
  const script = join(REPOSITORY, 'generar-compose.sh');
  assert.equal(run('sh', [script, 'my compose file.yaml', '3'], { cwd: folder }).status, 0);
  for (const cwd of [folder, '/', REPOSITORY]) {
    const { status, stdout, stderr } = run('docker', ['compose', '-f', file, 'config', '--format', 'json'], {
      cwd,
    });
    assert.equal(status, 0, stderr);
    assert.equal(stderr, '');
    const { services } = JSON.parse(stdout);
    assert.equal(services.server.build.context, REPOSITORY);
    assert.equal(services.server.volumes[0].source, join(REPOSITORY, 'docker', 'server.yaml'));
    assert.equal(services.client3.volumes[0].source, join(REPOSITORY, 'docker', 'agency.yaml'));
    assert.equal(services.client3.volumes[1].source, join(REPOSITORY, '.data'));
    assert.equal(services.client3.container_name, 'client3');
    assert.equal(services.client3.environment.CLI_ID, '3');
  }
});

test('Docker Compose accepts every mode and size', { skip: withoutDocker }, (t) => {
  const folder = temporaryFolder(t);
  const cases: [string, string][] = [
    ['', '0'],
    ['', '1'],
    ['', '300'],
    ['lottery', '2'],
    ['batches', '2'],
    ['bet', '2'],
    ['echo', '2'],
  ];
  for (const [mode, clients] of cases) {
    const file = join(folder, `${mode}-${clients}.yaml`);
    const written = run('./generar-compose.sh', [file, clients], { env: { MODE: mode } });
    assert.equal(written.status, 0, written.stderr);
    const { status, stdout, stderr } = run('docker', ['compose', '-f', file, 'config', '--services']);
    assert.equal(status, 0, stderr);
    assert.equal(stdout.trim().split('\n').length, Number(clients) + 1);
  }
  const file = join(folder, 'fleet.yaml');
  assert.equal(run('./generar-compose.sh', [file, '300'], { env: { FLEET: 'yes' } }).status, 0);
  const { stdout, stderr } = run('docker', ['compose', '-f', file, 'config', '--format', 'json']);
  assert.equal(stderr, '');
  const { services } = JSON.parse(stdout);
  assert.deepEqual(Object.keys(services).sort(), ['clients', 'server']);
  assert.equal(services.clients.environment.CLI_ID, '1-300');
});
