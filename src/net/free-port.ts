/** Whether a program of this machine can open a port. */
import { once } from 'node:events';
import { createServer } from 'node:net';

/** On loopback, by now: somebody may have it a moment later. */
export async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
