/** Files of TLS as people have them: what can be used is used, of anything else one sentence says what it is. */
import 'reflect-metadata'; // what x509 needs
import assert from 'node:assert/strict';
import { createPrivateKey, KeyObject, webcrypto } from 'node:crypto';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { rootCertificates } from 'node:tls';
import { X509CertificateGenerator } from '@peculiar/x509';
import { AgencyCertificates } from '../../src/identity/agency-certificates.ts';
import { makeAuthority } from '../../src/identity/authority.ts';
import { CredentialsReader, daysLeft } from '../../src/identity/credentials.ts';
import { agencyUri } from '../../src/identity/names.ts';
import { ServerCertificates } from '../../src/identity/server-certificates.ts';
import { readAuthorities } from '../../src/identity/trust.ts';
import { makeBets, writeAgencyFile } from '../support/bets.ts';
import { agencyTls, certificates, certify, EXPIRED, peerAs, serverTls } from '../support/certificates.ts';
import { launchServer, startAgency, startServer, temporaryFolder } from '../support/system.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const NEXT_WEEK = {
  notBefore: new Date(Date.now() + 7 * DAY_MS),
  notAfter: new Date(Date.now() + 90 * DAY_MS),
};

const filesIn = (dir: string) => ({
  cert: join(dir, 'server.pem'),
  key: join(dir, 'server.key'),
  ca: join(dir, 'ca.pem'),
});
const NOT_IN_LINES = /its lines are not those of PEM: is it indented, or all on one line\?$/;
const textOf = (path: string): string => readFileSync(path, 'utf8');
const derOf = (pem: string): Buffer => Buffer.from(pem.replaceAll(/-----[^-]+-----|\n/g, ''), 'base64');
const utf16 = (text: string): Buffer => Buffer.from(`\uFEFF${text}`, 'utf16le');

test('line ends of Windows, a mark at the beginning, text around it: all of it is read', async (t) => {
  const dir = await certificates(t, [1]);
  const files = filesIn(dir);
  for (const path of Object.values(files)) {
    const crlf = textOf(path).replaceAll('\n', '\r\n');
    writeFileSync(path, `\uFEFF${crlf}Bag Attributes: of somebody else's tool\r\n`);
  }
  assert.ok(new CredentialsReader().read(files).context());
  assert.equal(readAuthorities(files.ca).length, 1);
});

test('certificate and key in one file, and keys of any kind', async (t) => {
  const dir = await certificates(t, [1]);
  const { ca } = filesIn(dir);
  const both = join(dir, 'both.pem');
  writeFileSync(both, textOf(join(dir, 'server.pem')) + textOf(join(dir, 'server.key')));
  assert.ok(new CredentialsReader().read({ cert: both, key: both, ca }).context());
});

test('two hundred authorities are read, and one that is over among them is no alarm', async (t) => {
  const dir = await certificates(t, [1]);
  const files = filesIn(dir);
  const own = textOf(files.ca);
  const old = await makeAuthority('Old', EXPIRED);
  const many = Array.from({ length: 200 }, (_, index) => rootCertificates[index % rootCertificates.length]);
  writeFileSync(files.ca, [old.cert, ...many, own].join('\n'));
  const reader = new CredentialsReader();
  assert.ok(reader.read(files).context());
  assert.ok(daysLeft(reader.read(files).expiry) >= 0);
  // Nobody else is left.
  writeFileSync(files.ca, old.cert);
  const { file, at } = reader.read(files).expiry;
  assert.deepEqual(
    [file, at.toISOString().slice(0, 10)],
    [files.ca, EXPIRED.notAfter.toISOString().slice(0, 10)],
  );
});

test('what cannot be used is said by what it is', async (t) => {
  const dir = await certificates(t, [1]);
  const other = await certificates(t, [1]);
  const files = filesIn(dir);
  const good = { cert: textOf(files.cert), key: textOf(files.key), ca: textOf(files.ca) };
  const secret = createPrivateKey(good.key).export({
    type: 'pkcs8',
    format: 'pem',
    cipher: 'aes-256-cbc',
    passphrase: 'secret',
  });
  const half = (text: string) => text.slice(0, text.length / 2);
  const cases: [file: keyof typeof files, content: string | Buffer, why: string | RegExp][] = [
    ['cert', '', 'it is no certificate in PEM: nothing in it begins with -----BEGIN CERTIFICATE-----'],
    [
      'cert',
      good.key,
      'it is no certificate in PEM: it begins with -----BEGIN PRIVATE KEY-----, not with -----BEGIN CERTIFICATE-----',
    ],
    ['cert', good.cert.replaceAll(/^/gm, '  '), NOT_IN_LINES],
    ['cert', good.cert.replaceAll('\n', ''), NOT_IN_LINES],
    ['key', good.key.replaceAll('\n', ' '), NOT_IN_LINES],
    ['key', good.key.replaceAll('PRIVATE', 'OPENSSH PRIVATE'), /^it is a key in the form of OpenSSH/],
    ['cert', derOf(good.cert), 'it is binary, as DER or PKCS #12: openssl makes PEM of it'],
    ['cert', utf16(good.cert), 'it is UTF-16, and PEM is ASCII: save it as that, or as UTF-8'],
    ['cert', half(good.cert), 'it ends in the middle: is it still being written?'],
    ['cert', good.ca + good.cert, 'its certificate 2 is of the key, and has to be the first'],
    ['cert', good.cert.replace(/\n.{30}/, '\nAAAA'), /^its certificate 1 is none: /],
    ['key', textOf(filesIn(other).key), `it is not the key of ${JSON.stringify(files.cert)}`],
    ['key', secret, /^it is encrypted, and there is nobody to ask for its passphrase/],
    ['key', good.cert, /^it is no private key in PEM: it begins with -----BEGIN CERTIFICATE-----, not with/],
    ['key', derOf(good.key), /^it is (binary|no private key)/],
    ['key', half(good.key), 'it ends in the middle: is it still being written?'],
    ['key', good.key.replace(/\n.{20}/, '\nAAAA'), /^it is no private key in PEM: /],
    ['ca', good.cert, "it has no authority's certificate, only that of CN=server"],
    ['ca', half(good.ca), 'it ends in the middle: is it still being written?'],
    // An authority that is left out refuses whoever it vouches for.
    ['ca', good.ca + half(textOf(filesIn(other).ca)), 'it ends in the middle: is it still being written?'],
  ];
  for (const [file, content, why] of cases) {
    writeFileSync(files[file], content);
    assert.throws(
      () => new CredentialsReader().read(files).context(),
      (error: Error & { code: string; exitCode: number }) => {
        const [, before, said = ''] = /^(cannot use ".*?" for TLS: )(.*)$/.exec(error.message) ?? [];
        assert.equal(before, `cannot use ${JSON.stringify(files[file])} for TLS: `, error.message);
        if (typeof why === 'string') assert.equal(said, why);
        else assert.match(said, why);
        assert.deepEqual([error.code, error.exitCode], ['TLS', 2]);
        return true;
      },
    );
    writeFileSync(files[file], good[file]);
  }
  assert.ok(new CredentialsReader().read(files).context());
});

test('a key that TLS holds for too weak is refused as it is read, not at the first handshake', async (t) => {
  const dir = await certificates(t, [1]);
  const files = filesIn(dir);
  const certificatesThere = new ServerCertificates(files);
  const before = certificatesThere.context;
  const signingAlgorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  const weak = { ...signingAlgorithm, publicExponent: Uint8Array.of(1, 0, 1), modulusLength: 512 };
  const keys = await webcrypto.subtle.generateKey(weak, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned({ signingAlgorithm, keys });
  writeFileSync(files.cert, certificate.toString('pem'));
  writeFileSync(files.key, KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' }));
  const refused = { code: 'TLS', message: /^cannot use ".*server\.pem" for TLS: .*key too small/ };
  assert.throws(() => new ServerCertificates(files), refused);
  assert.throws(() => certificatesThere.load(), refused);
  assert.equal(certificatesThere.context, before, 'those that were there stay');
});

test('an agency’s certificate has to name it, and nobody else', async (t) => {
  const dir = await certificates(t, [1]);
  const names = [1, 2].map((agency) => ({ type: 'url', value: agencyUri(agency) }) as const);
  await certify(dir, 'two', { name: 'agency-1', role: 'client', names });
  await certify(dir, 'none', {
    name: 'agency-1',
    role: 'client',
    names: [{ type: 'dns', value: 'agency-1' }],
  });
  await certify(dir, 'early', {
    name: 'agency-1',
    role: 'client',
    names: names.slice(0, 1),
    validity: NEXT_WEEK,
  });
  const of = (name: string) =>
    new AgencyCertificates(
      { cert: join(dir, `${name}.pem`), key: join(dir, `${name}.key`), ca: join(dir, 'ca.pem') },
      [1],
      false,
    );
  assert.throws(() => of('two'), {
    message: /two\.pem" for TLS: it is of agencies 1, 2 at once, not of agency 1$/,
  });
  assert.throws(() => of('none'), { message: /none\.pem" for TLS: it is of no agency, not of agency 1$/ });
  const day = NEXT_WEEK.notBefore.toISOString().slice(0, 10);
  assert.deepEqual(of('early').warnings, [
    `the certificate ${JSON.stringify(join(dir, 'early.pem'))} is good from ${day} on: is the clock right?`,
  ]);
});

test('a fleet reads its authorities once, and says of all its certificates when the first is over', async (t) => {
  const dir = await certificates(t, [1, 2, 3]);
  const notAfter = new Date(Math.ceil(Date.now() / 1000) * 1000 + 50 * DAY_MS);
  const validity = { notBefore: new Date(Date.now() - DAY_MS), notAfter };
  const names = [{ type: 'url', value: agencyUri(2) }] as const;
  await certify(dir, 'agency-2', { name: 'agency-2', role: 'client', names, validity });
  const own = new AgencyCertificates(
    { cert: join(dir, 'agency-{id}.pem'), key: join(dir, 'agency-{id}.key'), ca: join(dir, 'ca.pem') },
    [1, 2, 3],
    false,
  );
  assert.deepEqual([own.expiresAt, own.warnings], [notAfter, []]);
  const before = own.of(2);
  assert.equal(own.of(2), before, 'what has not changed is not made anew');
  const longer = new Date(notAfter.getTime() + DAY_MS);
  await certify(dir, 'agency-2', {
    name: 'agency-2',
    role: 'client',
    names,
    validity: { ...validity, notAfter: longer },
  });
  assert.notEqual(own.of(2), before);
  assert.deepEqual(own.expiresAt, longer);
});

test('at the start it is one line, and exit code 2: also of a folder, and of a file of somebody else', async (t) => {
  const dir = await certificates(t, [1]);
  const { cert, key } = filesIn(dir);
  const refused = async (env: Record<string, string>, why: string) => {
    const { program } = launchServer(t, { env: { ...serverTls(dir), ...env } });
    assert.deepEqual(await program.exited, { code: 2, signal: null });
    assert.equal(program.stderr, `quiniela: cannot use ${why}\n`);
  };
  await refused({ TLS_CA: dir }, `${JSON.stringify(dir)} for TLS: it is a folder`);
  await refused(
    { TLS_CERT: key },
    `${JSON.stringify(key)} for TLS: it is no certificate in PEM: it begins with -----BEGIN PRIVATE KEY-----, not with -----BEGIN CERTIFICATE-----`,
  );
  // Root may read all files.
  if (process.getuid?.() === 0) return t.diagnostic('as root, no file is of somebody else');
  chmodSync(cert, 0);
  await refused({}, `${JSON.stringify(cert)} for TLS: permission denied`);
});

test('SIGHUP in the middle of a copy, or with what no agency would take: those that were there stay', async (t) => {
  const dir = await certificates(t, [1]);
  const files = filesIn(dir);
  const other = await certificates(t, [1]);
  await certify(dir, 'early', { name: 'server', role: 'server', names: [], validity: NEXT_WEEK });
  await certify(dir, 'late', { name: 'server', role: 'server', names: [], validity: EXPIRED });
  const { program, port } = await startServer(t, { env: serverTls(dir) });
  const good = Object.values(files).map((path) => [path, textOf(path)] as const);
  const copy = (name: string) => {
    for (const [path, end] of [
      [files.cert, 'pem'],
      [files.key, 'key'],
    ] as const)
      writeFileSync(path, textOf(join(dir, `${name}.${end}`)));
  };
  const cases: [change: () => void, why: RegExp][] = [
    [
      () => writeFileSync(files.ca, `${textOf(files.ca)}${textOf(filesIn(other).ca).slice(0, 200)}`),
      /ca\.pem" for TLS: it ends in the middle/,
    ],
    [() => writeFileSync(files.cert, ''), /server\.pem" for TLS: it is no certificate in PEM/],
    [() => copy('early'), /server\.pem" for TLS: it is good from \S+ on: is the clock right\?/],
    [() => copy('late'), /server\.pem" for TLS: it ended on \S+,/],
  ];
  for (const [change, why] of cases) {
    change();
    const from = program.lines.length;
    program.signal('SIGHUP');
    assert.match(await program.line('action: load_certificates | result: fail', from), why);
    for (const [path, text] of good) writeFileSync(path, text);
    const peer = await peerAs(port, dir, 'health');
    peer.end('hola\n');
    await peer.expectLine('hola');
  }
  program.signal('SIGTERM');
  await program.expectExit(0);
});

test('a server whose certificate is not good yet warns of it, and is told so by whoever calls', async (t) => {
  const dir = await certificates(t, [1]);
  const address = [{ type: 'ip', value: '127.0.0.1' }] as const;
  await certify(dir, 'early', { name: 'server', role: 'server', names: address, validity: NEXT_WEEK });
  const { program, port } = await startServer(t, { env: serverTls(dir, 'early') });
  await program.line('early.pem" is good from ');
  const data = temporaryFolder(t);
  writeAgencyFile(data, 1, makeBets(1, 1));
  const agency = startAgency(t, { port, data, env: agencyTls(dir) });
  await agency.line("the server's certificate is not valid yet: is the clock right?");
  await agency.expectExit(2);
  program.signal('SIGTERM');
  await program.expectExit(0);
});
