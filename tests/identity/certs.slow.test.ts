/** `quiniela certs`: certificates that others accept, keys for their owner's eyes, and nothing written over. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { issue, makeAuthority } from '../../src/identity/authority.ts';
import { makeCertificates } from '../../src/identity/certificates.ts';
import { agencyOfNames, HEALTH_URI } from '../../src/identity/names.ts';
import { certificates } from '../support/certificates.ts';
import { Program } from '../support/program.ts';
import { temporaryFolder } from '../support/system.ts';

const ROOT = join(import.meta.dirname, '../..');

const read = (dir: string, name: string): string => readFileSync(join(dir, name), 'utf8');
const all = (dir: string): string[] => readdirSync(dir).sort();
const contents = (dir: string): Record<string, string> =>
  Object.fromEntries(all(dir).map((name) => [name, read(dir, name)]));

const certificateOf = (dir: string, name: string): X509Certificate => new X509Certificate(read(dir, name));

test('openssl accepts each certificate for what it is for, and for nothing else', async (t) => {
  if (spawnSync('openssl', ['version']).error) return t.skip('there is no openssl here');
  const dir = await certificates(t);
  const verify = (name: string, purpose: string) =>
    spawnSync('openssl', ['verify', '-x509_strict', '-purpose', purpose, '-CAfile', 'ca.pem', name], {
      cwd: dir,
    });
  for (const [name, is, isNot] of [
    ['server.pem', 'sslserver', 'sslclient'],
    ['health.pem', 'sslclient', 'sslserver'],
    ['agency-2.pem', 'sslclient', 'sslserver'],
  ] as const) {
    const { status, stdout, stderr } = verify(name, is);
    assert.equal(status, 0, `${stdout}${stderr}`);
    assert.notEqual(verify(name, isNot).status, 0, `${name} as ${isNot}`);
  }
  const other = await certificates(t);
  assert.notEqual(
    spawnSync('openssl', ['verify', '-CAfile', join(other, 'ca.pem'), 'server.pem'], { cwd: dir }).status,
    0,
  );
});

test('a certificate names who it is for', async (t) => {
  const dir = await certificates(t, [0, 7, 10_000]);
  for (const agency of [0, 7, 10_000]) {
    const { subjectAltName } = certificateOf(dir, `agency-${agency}.pem`);
    assert.equal(agencyOfNames(subjectAltName), agency);
  }
  const { subjectAltName } = certificateOf(dir, 'health.pem');
  assert.deepEqual([agencyOfNames(subjectAltName), subjectAltName], [undefined, `URI:${HEALTH_URI}`]);
  const server = certificateOf(dir, 'server.pem');
  for (const name of ['server', 'localhost']) assert.equal(server.checkHost(name), name);
  for (const address of ['127.0.0.1', '::1']) assert.equal(server.checkIP(address), address);
  assert.equal(server.checkHost('elsewhere'), undefined);
});

test('what docs/security.md has openssl make of an agency’s request is that agency to a server', async (t) => {
  if (spawnSync('openssl', ['version']).error || spawnSync('bash', ['--version']).error)
    return t.skip('there is no openssl or no bash here');
  const dir = await certificates(t);
  const typed = /`(openssl x509 -req .*)`/.exec(read(join(ROOT, 'docs'), 'security.md'))?.[1];
  const request =
    'openssl req -new -newkey ed25519 -nodes -keyout agency-7.key -subj /CN=whoever -out agency-7.csr';
  const { status, stderr } = spawnSync('bash', ['-c', `${request} && ${typed} -out agency-7.pem`], {
    cwd: dir,
    encoding: 'utf8',
  });
  assert.equal(status, 0, stderr);
  assert.equal(agencyOfNames(certificateOf(dir, 'agency-7.pem').subjectAltName), 7);
  const { kept, doubts } = await makeCertificates({ dir, agencies: [7] });
  assert.deepEqual([kept, doubts], [['ca', 'server', 'health', 'agency-7'], []]);
});

test('a private key is its owner’s alone, whatever the umask', {
  skip: process.platform === 'win32',
}, async (t) => {
  const before = process.umask(0);
  try {
    const dir = await certificates(t);
    for (const name of all(dir))
      assert.equal(statSync(join(dir, name)).mode & 0o777, name.endsWith('.key') ? 0o600 : 0o644, name);
  } finally {
    process.umask(before);
  }
});

describe('what is there stays', () => {
  test('missing ones are added by the same authority', async (t) => {
    const dir = await certificates(t, [1, 3]);
    const before = contents(dir);
    rmSync(join(dir, 'agency-3.pem'));
    const report = await makeCertificates({ dir, agencies: [1, 2, 3] });
    assert.deepEqual(report, {
      made: ['agency-2', 'agency-3'],
      kept: ['ca', 'server', 'health', 'agency-1'],
      doubts: [],
    });
    const { 'agency-3.pem': _, ...kept } = before;
    assert.deepEqual({ ...contents(dir), ...kept }, contents(dir));
    const authority = certificateOf(dir, 'ca.pem');
    for (const name of ['agency-2.pem', 'agency-3.pem'])
      assert.ok(certificateOf(dir, name).verify(authority.publicKey));
    assert.deepEqual(
      all(dir),
      ['ca', 'server', 'health', 'agency-1', 'agency-2', 'agency-3']
        .flatMap((name) => [`${name}.key`, `${name}.pem`])
        .sort(),
    );
  });

  test('the authority’s key may be elsewhere as long as nothing is to be made', async (t) => {
    const dir = await certificates(t);
    renameSync(join(dir, 'ca.key'), join(dir, 'elsewhere'));
    const before = contents(dir);
    assert.deepEqual((await makeCertificates({ dir, agencies: [1, 2] })).made, []);
    await assert.rejects(makeCertificates({ dir, agencies: [3] }), {
      code: 'CERTIFICATES',
      message: `cannot make certificates: ${JSON.stringify(dir)} has ca.pem but no ca.key: put it back, or choose another folder`,
    });
    assert.deepEqual(contents(dir), before);
  });

  test('what does not belong together is named, and nothing is written', async (t) => {
    const other = await certificates(t);
    const cases: [name: string, text: string | undefined, message: RegExp][] = [
      ['ca.pem', undefined, /has ca\.key but no ca\.pem/],
      ['ca.pem', read(other, 'ca.pem'), /ca\.key in ".*" is not the key of ca\.pem/],
      ['ca.pem', read(other, 'server.pem'), /ca\.pem in ".*" is no authority's certificate/],
      ['ca.pem', 'no PEM', /ca\.pem" is of no use: it is no certificate in PEM: nothing in it begins with/],
      ['server.key', undefined, /has server\.pem but no server\.key/],
      ['server.key', read(other, 'server.key'), /server\.key in ".*" is not the key of server\.pem/],
      ['agency-1.key', 'no PEM', /agency-1\.key" is of no use: it is no private key in PEM/],
    ];
    for (const [name, text, message] of cases) {
      const dir = await certificates(t);
      if (text === undefined) rmSync(join(dir, name));
      else writeFileSync(join(dir, name), text);
      const before = contents(dir);
      await assert.rejects(makeCertificates({ dir, agencies: [1, 2] }), { code: 'CERTIFICATES', message });
      assert.deepEqual(contents(dir), before, name);
    }
  });

  test('a file that cannot be read is named', async (t) => {
    const dir = await certificates(t);
    const key = join(dir, 'server.key');
    const refused = (reason: string) =>
      assert.rejects(makeCertificates({ dir, agencies: [1, 2] }), {
        code: 'CERTIFICATES',
        message: `cannot make certificates: ${JSON.stringify(key)} cannot be read: ${reason}`,
      });
    // Root may read all files, but no folder as a file.
    if (process.getuid?.() !== 0) {
      chmodSync(key, 0);
      await refused('permission denied');
    }
    rmSync(key, { force: true });
    mkdirSync(key);
    await refused('it is a folder');
  });

  test('a key of another kind is named, before anything is made of it', async (t) => {
    const dir = await certificates(t);
    rmSync(join(dir, 'agency-1.pem'));
    const { privateKey: ec } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const { privateKey: dh, publicKey } = generateKeyPairSync('x25519');
    const encrypted = { type: 'pkcs8', format: 'pem', cipher: 'aes256', passphrase: 'x' } as const;
    const other = 'agency-1.key in ".*" is no Ed25519 key, which is all that this command signs with';
    const cases: [pem: string | Buffer, message: string][] = [
      [ec.export({ type: 'pkcs8', format: 'pem' }), other],
      [dh.export({ type: 'pkcs8', format: 'pem' }), other],
      [dh.export(encrypted), 'agency-1.key" is of no use: it is encrypted'],
      [
        publicKey.export({ type: 'spki', format: 'pem' }),
        'it begins with -----BEGIN PUBLIC KEY-----, not with',
      ],
      ['', 'agency-1.key" is of no use: it is no private key in PEM: nothing in it begins with'],
    ];
    for (const [pem, message] of cases) {
      writeFileSync(join(dir, 'agency-1.key'), pem);
      const before = contents(dir);
      await assert.rejects(makeCertificates({ dir, agencies: [1, 2] }), {
        code: 'CERTIFICATES',
        message: new RegExp(message),
      });
      assert.deepEqual(contents(dir), before);
    }
  });

  test('of two that make the same at once none has the other’s key; nor is one written through a link', async (t) => {
    const dir = join(temporaryFolder(t), 'both');
    const ends = await Promise.allSettled([1, 2].map(() => makeCertificates({ dir, agencies: [1, 2] })));
    for (const end of ends) {
      if (end.status === 'rejected')
        assert.match(end.reason.message, /is there by now.*: look at it, and type/);
    }
    const { doubts, kept } = await makeCertificates({ dir, agencies: [1, 2] });
    assert.deepEqual(doubts, []);
    assert.ok(kept.includes('ca'));
    for (const name of ['agency-1.key', 'agency-1.pem']) rmSync(join(dir, name));
    symlinkSync('nowhere', join(dir, 'agency-1.key'));
    await assert.rejects(makeCertificates({ dir, agencies: [1] }), {
      message: /agency-1\.key" is there by now, or is a link to nothing/,
    });
    assert.ok(!all(dir).includes('agency-1.pem'));
  });

  test('one that is somebody else’s, and an authority that is over, are told', async (t) => {
    const dir = await certificates(t);
    for (const kind of ['pem', 'key'])
      writeFileSync(join(dir, `agency-1.${kind}`), read(dir, `agency-2.${kind}`));
    for (const kind of ['pem', 'key'])
      writeFileSync(join(dir, `health.${kind}`), read(dir, `agency-2.${kind}`));
    assert.deepEqual((await makeCertificates({ dir, agencies: [1, 2] })).doubts, [
      'health.pem does not name quiniela:health',
      'agency-1.pem does not name quiniela:agency:1',
    ]);
    const old = join(temporaryFolder(t), 'old');
    mkdirSync(old);
    const { cert, key } = await makeAuthority('old', { notBefore: new Date(0), notAfter: new Date(1e12) });
    writeFileSync(join(old, 'ca.pem'), cert);
    writeFileSync(join(old, 'ca.key'), key);
    const [doubt = ''] = (await makeCertificates({ dir: old, agencies: [] })).doubts;
    assert.match(doubt, /^ca\.pem expired on Sep {2}9 01:46:40 2001 GMT$/);
  });

  test('one of another authority, expired, or without a name that was asked for is told', async (t) => {
    const dir = await certificates(t);
    const [other, day] = [await makeAuthority(), 24 * 60 * 60 * 1000];
    const subject = {
      name: 'agency-1',
      role: 'client',
      names: [{ type: 'url', value: 'quiniela:agency:1' }],
    } as const;
    const put = (name: string, { cert, key }: { cert: string; key: string }) => {
      writeFileSync(join(dir, `${name}.pem`), cert);
      writeFileSync(join(dir, `${name}.key`), key);
    };
    const validity = { notBefore: new Date(Date.now() - 2 * day), notAfter: new Date(Date.now() - day) };
    put('agency-1', await issue(other, subject));
    put(
      'agency-2',
      await issue({ cert: read(dir, 'ca.pem'), key: read(dir, 'ca.key') }, { ...subject, validity }),
    );
    const { doubts } = await makeCertificates({ dir, agencies: [1, 2], hosts: ['lottery.example'] });
    assert.equal(doubts.length, 3);
    assert.equal(doubts[0], 'server.pem does not name lottery.example');
    assert.equal(doubts[1], 'agency-1.pem is not signed by this ca.pem');
    assert.match(doubts[2] ?? '', /^agency-2\.pem expired on /);
  });
});

test('the names of a certificate are read as what they are, or not at all', () => {
  const cases: [names: string | undefined, agency: number | undefined][] = [
    [undefined, undefined],
    ['', undefined],
    ['URI:quiniela:agency:7', 7],
    ['DNS:a, URI:quiniela:agency:0, IP Address:0:0:0:0:0:0:0:1', 0],
    ['URI:quiniela:agency:7, URI:quiniela:agency:8', undefined],
    ['URI:quiniela:agency:07', undefined],
    ['URI:quiniela:agency:', undefined],
    ['URI:quiniela:agency:7x', undefined],
    ['URI:quiniela:health', undefined],
    ['DNS:quiniela:agency:7', undefined],
    // Node puts what could be read as two names in quotes.
    ['DNS:"a, URI:quiniela:agency:7, b"', undefined],
    ['DNS:"a\\", URI:quiniela:agency:7", URI:quiniela:agency:9', 9],
    ['URI:"quiniela:agency:7"', undefined],
    ['DNS:a,URI:quiniela:agency:7', undefined],
    ['URI:quiniela:agency:7, DNS:"a', undefined],
    ['URI:quiniela:agency:7, a', undefined],
  ];
  for (const [names, agency] of cases) assert.equal(agencyOfNames(names), agency, names ?? 'no names');
});

test('a name of the server that no certificate can have is refused, and nothing is made', async (t) => {
  const folder = temporaryFolder(t);
  const long = `${'a'.repeat(63)}.`.repeat(4);
  const odd = [
    '300.1.2.3',
    '1.2.3',
    'fe80::1%eth0',
    `${'a'.repeat(64)}.org`,
    `${long}org`,
    'a..b',
    '*.org',
    '',
  ];
  for (const name of odd) {
    const program = new Program(['certs', '--agencies', '0', '--out', join(folder, 'odd'), '--host', name]);
    assert.deepEqual(await program.exited, { code: 2, signal: null }, name);
    const said = /^quiniela: cannot make certificates: --host is "(.*)"…?, must be (.*)\n$/;
    const [, value, allowed] = said.exec(program.stderr) ?? [];
    assert.ok(value !== undefined && name.startsWith(value), program.stderr);
    assert.equal(allowed, 'a host name or an IP address, without a port, an interface or *');
  }
  assert.deepEqual(readdirSync(folder), []);
  const hosts = ['10.0.0.7', 'FE80::1', 'bets.example.org', '1.example', 'under_score'];
  const dir = join(folder, 'good');
  await new Program(['certs', '--agencies', '0', '--out', dir, '--host', ...hosts]).expectExit(0);
  const { subjectAltName } = new X509Certificate(readFileSync(join(dir, 'server.pem')));
  for (const name of [
    'IP Address:10.0.0.7',
    'IP Address:FE80:0:0:0:0:0:0:1',
    'DNS:1.example',
    'DNS:under_score',
  ])
    assert.ok(subjectAltName?.includes(name), name);
});

test('make certs says what it made, what it kept, and what it does not take', (t) => {
  const dir = join(temporaryFolder(t), 'a folder');
  const make = (...words: string[]) => {
    const { status, stdout, stderr } = spawnSync('make', ['certs', `OUT=${dir}`, ...words], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    return { status, said: `${stdout}${stderr.replace(/^make.*\n/gm, '')}` };
  };
  assert.deepEqual(make('AGENCIES=0-1'), {
    status: 0,
    said: `${dir}: made ca, server, health, agency-0, agency-1; each is NAME.pem with its private NAME.key\n`,
  });
  assert.deepEqual(make('AGENCIES=5'), {
    status: 0,
    said: `${dir}: made agency-2 to agency-5 (4); each is NAME.pem with its private NAME.key\n${dir}: kept ca, server, health, agency-1, as they were\n`,
  });
  assert.deepEqual(make('AGENCIES=many'), {
    status: 2,
    said: 'quiniela: cannot make certificates: AGENCIES is "many", must be a whole number from 0 to 10000, or a range such as 0-4\n',
  });
});
