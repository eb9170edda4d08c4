/** What a file of STORE_CREDS may hold, and what is none of it. */
import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { nkeys } from '@nats-io/transport-node';
import { shownTo } from '../../src/nats/files.ts';
import { authenticatorIn } from '../../src/nats/login.ts';
import { Accounts } from '../support/nats-accounts.ts';
import { temporaryFolder } from '../support/system.ts';

const answer = (text: string) => authenticatorIn(text)('a challenge');

test('a user and a password, in which there may be colons, spaces and anything else', () => {
  assert.deepEqual(answer('me:s3c:r@t /,\n'), { user: 'me', pass: 's3c:r@t /,' });
  assert.deepEqual(answer('\uFEFFme:pässword\r\n'), { user: 'me', pass: 'pässword' });
  assert.deepEqual(answer('me:'), { user: 'me', pass: '' });
});

test('a token', () => assert.deepEqual(answer('s3cret\n'), { auth_token: 's3cret' }));

test('the seed of an NKey, alone or as nk writes it', () => {
  const user = nkeys.createUser();
  const seed = Buffer.from(user.getSeed()).toString();
  const nkey = user.getPublicKey();
  for (const text of [
    seed,
    `${seed}\n`,
    `-----BEGIN USER NKEY SEED-----\n${seed}\n------END USER NKEY SEED------\n`,
  ]) {
    const said = answer(text);
    assert.ok(said && 'nkey' in said && 'sig' in said && said.sig !== '');
    assert.equal(said.nkey, nkey);
    assert.ok(!('jwt' in said));
  }
});

test('credentials of NATS', () => {
  const said = answer(new Accounts().creds());
  assert.ok(said && 'jwt' in said && 'sig' in said);
});

test('what is none of it is refused with what is allowed, and no secret is shown', (t) => {
  const creds = join(temporaryFolder(t), 'creds');
  for (const [text, why] of [
    ['', /it is empty/],
    ['\n', /it is empty/],
    ['me:s3cret\nyou:s3cret\n', /it has several lines/],
    [`SU${'A'.repeat(56)}`, /./],
    ['-----BEGIN NATS USER JWT-----\ns3cret\n', /./],
  ] as const) {
    writeFileSync(creds, text);
    assert.throws(
      () => shownTo(['nats://a:4222'], { creds }),
      (error: Error) => {
        assert.match(error.message, why);
        assert.match(
          error.message,
          /^cannot use STORE_CREDS ".*creds": .*; it must hold a JWT and .*or a token$/,
        );
        assert.doesNotMatch(error.message, /s3cret|SUA/);
        return true;
      },
      text,
    );
  }
});

test('a file that is read as it is written anew, or taken away: what was good is shown, and the new one once it is whole', (t) => {
  const creds = join(temporaryFolder(t), 'creds');
  const accounts = new Accounts();
  const whole = accounts.creds();
  writeFileSync(creds, whole);
  const { authenticator } = shownTo(['nats://a:4222'], { creds });
  assert.ok(authenticator && !Array.isArray(authenticator));
  const first = authenticator('x');
  const renewed = accounts.creds();
  for (let end = 9; end < renewed.length - 40; end += 49) {
    writeFileSync(creds, renewed.slice(0, end));
    assert.deepEqual(authenticator('x'), first, `the first ${end} bytes`);
  }
  writeFileSync(creds, renewed);
  const second = authenticator('x');
  assert.notDeepEqual(second, first);
  rmSync(creds);
  assert.deepEqual(authenticator('x'), second);
});
