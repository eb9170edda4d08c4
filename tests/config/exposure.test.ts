/** A server that anybody may reach says what they could do, unless TLS or the network keeps them out. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exposureOf } from '../../src/config/exposure.ts';
import { loadServerConfig } from '../../src/config/server.ts';

const warned = (env: Record<string, string>) => exposureOf(loadServerConfig({ env }).config);

test('without TLS on an address that others reach, one line says what anybody could do', () => {
  for (const SERVER_HOST of ['0.0.0.0', '::', '10.0.0.7', 'server', '127.example']) {
    const [line, ...more] = warned({ SERVER_HOST });
    assert.match(line!, /^no TLS: whoever reaches \S+, port 12345, can upload in the name of any agency/);
    assert.deepEqual(more, []);
  }
});

test('with TLS, on loopback, or in a network of its own, there is none', () => {
  for (const SERVER_HOST of ['127.0.0.1', '127.1.2.3', '::1', '[::1]', 'localhost'])
    assert.deepEqual(warned({ SERVER_HOST }), []);
  assert.deepEqual(warned({ SERVER_NETWORK: 'private' }), []);
  assert.deepEqual(warned({ TLS_CERT: 'c', TLS_KEY: 'k', TLS_CA: 'a' }), []);
});
