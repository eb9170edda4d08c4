/** A command that has no machine, and a signal: what is under way ends in order, and the exit code says of what. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { Program, STOP_MS } from '../support/program.ts';
import { temporaryFolder, until } from '../support/system.ts';

const SIGNALS = [
  ['SIGHUP', 129],
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const;

const RECORDING = join(import.meta.dirname, '../inspector/run.ndjson');

for (const [signal, code] of SIGNALS) {
  test(`${signal} leaves no half file of data, and the one from before`, async (t) => {
    const folder = temporaryFolder(t);
    const file = join(folder, 'agency-1.csv');
    writeFileSync(file, 'the earlier one');
    const data = new Program(['data', '--agencies', '1', '--bets', '100000000', '--out', folder]);
    t.after(() => data.kill());
    const sizes = () => readdirSync(folder).map((name) => statSync(join(folder, name)).size);
    await until(() => sizes().some((size) => size > 1_000), 'a file that is begun');
    data.signal(signal);
    assert.deepEqual(await data.exited, { code, signal: null });
    assert.equal(data.stderr, `quiniela: interrupted by ${signal}\n`);
    assert.deepEqual(readdirSync(folder), ['agency-1.csv']);
    assert.equal(readFileSync(file, 'utf8'), 'the earlier one');
  });

  test(`${signal} is how a status that is watched ends`, async (t) => {
    const status = new Program(['status', '--watch', '--json', '--file', RECORDING]);
    t.after(() => status.kill());
    await status.line('{');
    status.signal(signal);
    await status.expectExit(0, STOP_MS);
  });
}

test('certificates that are made by a signal are whole, and nothing else is there', async (t) => {
  const folder = temporaryFolder(t);
  const certs = new Program(['certs', '--agencies', '10000', '--out', folder]);
  t.after(() => certs.kill());
  await until(() => readdirSync(folder).includes('agency-3.pem'), 'the first certificates');
  certs.signal('SIGTERM');
  assert.deepEqual(await certs.exited, { code: 143, signal: null });
  const made = readdirSync(folder);
  assert.ok(
    made.every((name) => /^[\w-]+\.(pem|key)$/.test(name)),
    made.join(' '),
  );
  assert.equal(made.filter((name) => name.endsWith('.key')).length, made.length / 2);
});

test('an inspector that does not answer any more keeps nobody who watches', async (t) => {
  const empty = { events: 0, actors: [], definitions: [] };
  let isSilent = false;
  const hub = createServer((_, answer) => {
    if (!isSilent) return answer.end(JSON.stringify(empty));
    status.signal('SIGTERM');
  });
  t.after(() => hub.close().closeAllConnections());
  hub.listen(0, '127.0.0.1');
  await once(hub, 'listening');
  const { port } = hub.address() as AddressInfo;
  const status = new Program(['status', '--watch', '--json', '--url', `http://127.0.0.1:${port}`]);
  t.after(() => status.kill());
  await status.line('{');
  isSilent = true;
  await status.expectExit(0, STOP_MS);
});
