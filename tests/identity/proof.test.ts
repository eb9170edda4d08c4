/** A signature is of one statement by one key: nothing of either can be changed. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeAuthority } from '../../src/identity/authority.ts';
import { certificateOf, isSignedWith, signWith } from '../../src/identity/proof.ts';
import { isBase64, isSignature, textOfStatement } from '../../src/identity/statement.ts';
import { readAuthorities, whyNotTrusted } from '../../src/identity/trust.ts';
import { CERTIFICATE_BYTES } from '../../src/limits.ts';
import { whyWrong } from '../../src/store/proofs.ts';
import { temporaryFolder } from '../support/system.ts';
import {
  ALWAYS,
  agencies,
  agencyOf,
  authorities,
  authority,
  proofBy,
  statementOf,
  stranger,
  strangers,
  YEAR,
} from './signing.ts';

const STATEMENT = statementOf(1, 5);
const PROOF = proofBy(agencies[1]!, STATEMENT);
const MIDDLE = new Date(Date.UTC(2026, 6));

const whyNothing = (proof: typeof PROOF): string | undefined =>
  whyWrong(STATEMENT, proof) ?? whyNotTrusted(certificateOf(proof), authorities, MIDDLE);

test('what was signed is right; with any field of it changed it is not', () => {
  assert.equal(whyWrong(STATEMENT, PROOF), undefined);
  const changes = [
    { draw: '2' },
    { count: 6 },
    { crc: STATEMENT.crc ^ 1 },
    { sha: STATEMENT.sha.replace(/.$/, 'x') },
  ];
  for (const change of changes) {
    assert.equal(whyWrong({ ...STATEMENT, ...change }, PROOF), "the signature is not its certificate's");
  }
  assert.equal(whyWrong({ ...STATEMENT, agency: 2 }, PROOF), "the certificate is agency 1's");
  assert.equal(whyWrong(STATEMENT, proofBy(authority, STATEMENT)), "the certificate is no agency's");
});

test('no other text says the same as a signature or a certificate', () => {
  assert.equal(whyNothing(PROOF), undefined);
  for (const part of ['signature', 'certificate'] as const) {
    const text = PROOF[part];
    for (let at = 0; at < text.length; at++) {
      for (const char of ['A', '/', '=', ' ', '-', '\n']) {
        if (char === text[at]) continue;
        const changed = `${text.slice(0, at)}${char}${text.slice(at + 1)}`;
        const why = whyNothing({ ...PROOF, [part]: changed });
        assert.ok(why, `${part} with "${char}" at ${at}`);
      }
    }
    for (const changed of [`${text}=`, `${text} `, `${text}AAAA`, text.slice(4), text.slice(0, -4), '']) {
      assert.ok(whyNothing({ ...PROOF, [part]: changed }), `${part}: ${changed}`);
    }
  }
});

test('a certificate that is too long to be kept is refused', () => {
  const certificate = 'A'.repeat(4 * Math.ceil(CERTIFICATE_BYTES / 3) + 4);
  const why = 'the certificate cannot be read: it has over 16384 bytes, which is all that is kept';
  assert.equal(whyWrong(STATEMENT, { ...PROOF, certificate }), why);
});

test('base64 has one spelling', () => {
  for (const text of ['AA==', 'AAE=', 'AAEC', '+/+/']) assert.ok(isBase64(text), text);
  for (const text of ['', 'A', 'AA', 'AB==', 'AAF=', '-_-_', 'AAEC\n', 'AA==AA=='])
    assert.ok(!isBase64(text), text);
  assert.ok(isSignature('A'.repeat(1364).concat('AA==')));
  assert.ok(!isSignature('A'.repeat(1372)));
});

test('an operator’s own keys sign too: P-256, RSA', () => {
  const pairs = [
    generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    generateKeyPairSync('rsa', { modulusLength: 2048 }),
  ];
  for (const { privateKey, publicKey } of pairs) {
    const signature = signWith(privateKey)(STATEMENT);
    assert.ok(isSignedWith({ publicKey }, STATEMENT, signature));
    assert.ok(!isSignedWith({ publicKey }, { ...STATEMENT, count: 6 }, signature));
  }
});

test('openssl says the same of a signature', (t) => {
  if (spawnSync('openssl', ['version']).error) return t.skip('there is no openssl here');
  const dir = temporaryFolder(t);
  const file = (name: string, content: string | Buffer): string => {
    writeFileSync(join(dir, name), content);
    return join(dir, name);
  };
  const { publicKey } = new X509Certificate(agencies[1]!.cert);
  const key = file('key.pem', publicKey.export({ type: 'spki', format: 'pem' }));
  const signature = file('signature', Buffer.from(PROOF.signature, 'base64'));
  const verify = (text: string) =>
    spawnSync('openssl', [
      'pkeyutl',
      '-verify',
      '-pubin',
      '-inkey',
      key,
      '-rawin',
      '-in',
      file('said', text),
      '-sigfile',
      signature,
    ]);
  assert.equal(
    verify(textOfStatement(STATEMENT)).status,
    0,
    String(verify(textOfStatement(STATEMENT)).stderr),
  );
  assert.notEqual(verify(textOfStatement({ ...STATEMENT, count: 6 })).status, 0);
});

test('an authority vouches for what it has signed, while both certificates are good', async () => {
  const certificate = new X509Certificate(agencies[1]!.cert);
  const why = (by = authorities, year = 2026) => whyNotTrusted(certificate, by, new Date(Date.UTC(year, 6)));
  assert.equal(why(), undefined);
  assert.equal(why([...strangers, ...authorities]), undefined);
  assert.equal(why(strangers), 'the certificate of CN=agency-1 is not signed by CN=Stranger');
  const others = [...strangers, new X509Certificate(agencies[2]!.cert)];
  assert.equal(why(others), 'the certificate of CN=agency-1 is not signed by CN=Stranger or CN=agency-2');
  for (const year of [2025, 2027]) {
    const text = `the certificate of CN=agency-1 is good from 2026-01-01 to 2027-01-01, not on ${year}-07-01`;
    assert.equal(why(authorities, year), text);
  }
  const old = await makeAuthority('Old', YEAR);
  const young = new X509Certificate((await agencyOf(old, 1, ALWAYS)).cert);
  assert.equal(
    whyNotTrusted(young, [new X509Certificate(old.cert)], new Date(Date.UTC(2027, 6))),
    'the certificate of CN=Old is good from 2026-01-01 to 2027-01-01, not on 2027-07-01',
  );
});

test('a file of authorities holds one or more of them, and nothing else', (t) => {
  const dir = temporaryFolder(t);
  const put = (text: string, name = 'ca.pem'): string => {
    writeFileSync(join(dir, name), text);
    return join(dir, name);
  };
  assert.equal(readAuthorities(put(authority.cert)).length, 1);
  assert.equal(readAuthorities(put(`# ours\n${authority.cert}\n# theirs\r\n${stranger.cert}`)).length, 2);
  const refused: [path: string, why: RegExp][] = [
    [join(dir, 'none'), /none": it does not exist/],
    [put('', 'empty'), /it is no certificate in PEM/],
    [put(authority.key, 'key'), /it is no certificate in PEM/],
    [put(authority.cert + agencies[1]!.cert, 'agency'), /CN=agency-1 is no authority/],
    [put('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n', 'broken'), /broken": /],
  ];
  for (const [path, message] of refused)
    assert.throws(() => readAuthorities(path), { code: 'CERTIFICATES', message });
});
