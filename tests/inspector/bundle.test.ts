/** The bundled program is all that an inspector needs: no page, layout library or package beside it. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { parse } from 'yaml';
import { composeFile } from '../../src/compose/compose-file.ts';
import { machines } from '../../tools/diagrams/machines.ts';
import { ELK_WORKER } from '../../tools/inspector-assets.ts';
import { bundledProgram } from '../support/bundle.ts';

const ROOT = join(import.meta.dirname, '../..');

test('the bundled inspector serves its page under the permission model, and ends with SIGTERM', async (t) => {
  const file = await bundledProgram();
  const rights = ['--permission', '--allow-net', `--allow-fs-read=${dirname(file)}/`];
  const args = [...rights, '--disable-warning=ExperimentalWarning', file, 'inspector', '--port', '0'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const url = /page: (\S+)/.exec(line)![1]!;
  const html = await (await fetch(url)).text();
  for (const [, path] of html.matchAll(/(?:src|href)="(\/[^"]*)"/g))
    assert.equal((await fetch(new URL(path!, url))).status, 200, `${path}`);
  assert.doesNotMatch(
    html.replaceAll('http://www.w3.org/2000/svg', ''),
    /https?:/,
    'nothing comes from elsewhere',
  );
  const charts = (await (await fetch(new URL('/charts.json', url))).json()) as Record<string, string>;
  assert.deepEqual(
    Object.keys(charts).sort(),
    Object.values(machines)
      .map(({ id }) => id)
      .sort(),
  );
  const elk = await (await fetch(new URL('/elk.js', url))).text();
  assert.equal(elk, readFileSync(ELK_WORKER, 'utf8'), 'what lays out any other machine');
  child.kill('SIGTERM');
  assert.deepEqual(await once(child, 'exit'), [0, null]);
});

test('a compose file has an inspector where it is asked for, on this machine only', () => {
  const file = join(ROOT, 'docker-compose-dev.yaml');
  const read = (inspect: boolean) => parse(composeFile({ file, clients: 2, inspect }), { merge: true });
  const { server, client1, client2, inspector } = read(true).services;
  assert.deepEqual(inspector.ports, ['127.0.0.1:8080:8080']);
  assert.ok(inspector.entrypoint.includes('--allow-host=inspector'), 'as its processes call it');
  assert.equal(inspector.read_only, true);
  assert.deepEqual(inspector.cap_drop, ['ALL']);
  for (const service of [server, client1, client2]) {
    assert.equal(service.environment.INSPECT_URL, 'http://inspector:8080');
    assert.equal('inspector' in (service.depends_on ?? {}), false, 'nobody waits for it');
  }
  const plain = read(false).services;
  assert.equal(plain.inspector, undefined);
  assert.equal(plain.server.environment.INSPECT_URL, undefined);
});
