/** A handshake that is looked into, to tell why an engine does not let us in. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { handshakeFault } from '../../src/nats/handshake.ts';
import { temporaryFolder } from '../compose/shell.ts';

test('files that are away while a handshake is looked into end nobody: they are being renewed', async (t) => {
  const node = createServer((socket) => socket.on('error', () => {}).end('INFO {}\r\n'));
  node.listen(0, '127.0.0.1');
  t.after(() => node.close());
  await once(node, 'listening');
  const url = `nats://127.0.0.1:${(node.address() as AddressInfo).port}`;
  const fault = await handshakeFault([url], { ca: join(temporaryFolder(t), 'ca.pem') });
  assert.equal((fault as NodeJS.ErrnoException).code, 'ENOENT');
});
