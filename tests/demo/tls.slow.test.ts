/** The demo with TLS: it makes what it needs, each process reads its own key, and what it makes is kept. */
import assert from 'node:assert/strict';
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeCertificates } from '../../src/identity/certificates.ts';
import { demoFolder, runFromSources } from './helpers.ts';

test('with --tls everybody has a certificate, made once', async () => {
  using folder = demoFolder();
  const certificate = () => readFileSync(join(folder.path, '.data/certs/agency-1.pem'), 'utf8');
  const first = await runFromSources(folder.path, '--tls', '--agencies', '2', '--bets', '30');
  assert.deepEqual([first.err, first.code], ['', 0]);
  assert.match(first.out, /^TLS +certificates in \.data\/certs, just made$/m);
  assert.equal(first.out.match(/^ {7}\d +30 +30 +\d$/gm)?.length, 2);
  const made = certificate();

  const fleet = await runFromSources(
    folder.path,
    '--tls',
    '--agencies',
    '2',
    '--bets',
    '30',
    '--fleet',
    'yes',
  );
  assert.deepEqual([fleet.err, fleet.code], ['', 0]);
  assert.match(fleet.out, /^TLS +certificates in \.data\/certs$/m);
  assert.equal(certificate(), made);
});

test('certificates that are of no use are named, and nothing is started', async () => {
  using folder = demoFolder();
  const [own, other] = [join(folder.path, '.data/certs'), join(folder.path, 'other')];
  for (const dir of [own, other]) await makeCertificates({ dir, agencies: [1, 2] });
  for (const name of ['server.pem', 'server.key']) copyFileSync(join(other, name), join(own, name));
  const { code, out, err } = await runFromSources(folder.path, '--tls', '--agencies', '2', '--bets', '30');
  assert.deepEqual([code, out], [2, '']);
  assert.equal(
    err,
    'quiniela: cannot run the demo: in ".data/certs", server.pem is not signed by this ca.pem: remove it and its .key, and type this again\n',
  );
});
