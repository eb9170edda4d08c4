import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadServerConfig } from '../../src/config/server.ts';
import { argument, engineNodes } from '../../src/config/values.ts';
import { server, userError } from './helpers.ts';

const STORE_URL = 'nats://a:4222, tls://b , nats://[::1]:14222/';

test('an engine is a list of nodes, 4222 unless told, and leaves no folder', () => {
  const { config } = loadServerConfig({ env: { STORE_URL, DRAW_NAME: 'x' } });
  assert.deepEqual(config.storeUrl, ['nats://a:4222', 'tls://b:4222', 'nats://[::1]:14222']);
  assert.equal(config.storeDir, undefined);
});

test('an engine with certificates is called by a name: a certificate is held to no number', () => {
  for (const node of ['tls://10.0.0.1:4222', 'tls://[::1]']) {
    const { message } = userError(() => server('', { STORE_URL: node, DRAW_NAME: 'x' }));
    assert.match(message, /STORE_URL is "tls:.*must be addresses such as .*tls:\/\/ and a name, no number/);
  }
});

test('what is no address of an engine is refused, and a password in it is shown to nobody', () => {
  const odd = [
    'nats://a,',
    'nats://a:0',
    'nats://a:70000',
    'http://a',
    'a:4222',
    'nats://a nats://b',
    'nats://10.0.0.256',
    'nats://a,nats://b,nats://a:4222',
    'ws://a:4222',
    'wss://a',
    'nats://a:4222/path',
    'nats://::1:4222',
  ];
  for (const text of odd) {
    const { message } = userError(() => server('', { STORE_URL: text, DRAW_NAME: 'x' }));
    assert.match(message, /^invalid configuration: STORE_URL is ".*must be addresses such as/, text);
    assert.ok(message.includes(JSON.stringify(text)), message);
  }
  for (const text of [
    'nats://me:s3cret@a:4222,nats://b',
    'nats://me:s3c@r/e,t@a',
    'me:s3cret@a:4222',
    'nats://s3cret@a',
  ]) {
    const { message } = userError(() => server('', { STORE_URL: text, DRAW_NAME: 'x' }));
    assert.match(
      message,
      /STORE_URL is "(nats:\/\/)?\*\*\*@a.*without a user: a file that STORE_CREDS names says who we are/,
    );
    assert.doesNotMatch(message, /me:|s3c/);
    const typed = userError(() => argument('cannot export: --from', text, engineNodes));
    assert.doesNotMatch(typed.message, /me:|s3c/);
  }
});

test('a folder and an engine at once are refused, and both are named', () => {
  const { message } = userError(() =>
    server('STORE_DIR: .data/x', { STORE_URL: 'nats://a', DRAW_NAME: 'x' }),
  );
  assert.match(message, /STORE_DIR is "\.data\/x" and STORE_URL is "nats:\/\/a:4222", must be one of them/);
});

test('an engine without the name of its draw is refused: servers that start apart would open two', () => {
  const { message } = userError(() => server('', { STORE_URL: 'nats://a' }));
  assert.match(message, /DRAW_NAME is missing: with STORE_URL all servers must name the same draw/);
});

test('a certificate for the engine and its key go together', () => {
  const env = { STORE_URL: 'nats://a', DRAW_NAME: 'x' };
  for (const [given, missing] of [
    ['STORE_CERT', 'STORE_KEY'],
    ['STORE_KEY', 'STORE_CERT'],
  ] as const) {
    const { message } = userError(() => server('', { ...env, [given]: 'a.pem' }));
    assert.equal(message, `invalid configuration: ${missing} is missing: STORE_CERT, STORE_KEY go together`);
  }
});

test('a password, a token or a seed in place of the file that holds it is shown to nobody', () => {
  for (const text of ['me:s3cret', `SU${'A'.repeat(56)}`]) {
    const { message } = userError(() => server('', { STORE_CREDS: text }));
    assert.match(message, /STORE_CREDS is "\*\*\*" and STORE_URL is missing/);
  }
});

test('what is for an engine and names none is refused: its server would take bets for a draw of its own', () => {
  for (const name of ['STORE_CREDS', 'STORE_CA']) {
    const { message } = userError(() => server('', { [name]: 'a.pem' }));
    assert.match(message, new RegExp(`${name} is "a\\.pem" and STORE_URL is missing`));
  }
});
