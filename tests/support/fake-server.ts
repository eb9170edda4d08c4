/** What an agency calls instead of a server: each connection is played by the test, or nobody answers at all. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { Peer } from './peer.ts';
import { until } from './system.ts';

export class FakeServer {
  readonly port: number;
  readonly #accepted: Socket[] = [];
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
    server.on('connection', (socket) => this.#accepted.push(socket));
  }

  static async listen(t: TestContext): Promise<FakeServer> {
    const server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => server.close());
    return new FakeServer(server);
  }

  get connections(): number {
    return this.#accepted.length;
  }

  /** The connection at `index`, from 0, once it is there. */
  async accept(index = 0): Promise<Peer> {
    while (this.#accepted.length <= index) await once(this.#server, 'connection');
    return new Peer(this.#accepted[index]!);
  }
}

const LISTEN = `
  const server = require('node:net').createServer();
  server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => console.log(server.address().port));`;

/**
 * A port where the attempt to connect gets no answer: a process that listens, with its queue of connections
 * full, and is stopped.
 */
export const blackHole = async (t: TestContext): Promise<number> => {
  const child = spawn(process.execPath, ['-e', LISTEN], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  const port = Number((await once(child.stdout, 'data'))[0]);
  child.kill('SIGSTOP');
  // The kernel keeps one more than the backlog.
  for (let i = 0; i < 2; i++) {
    const filler = connect(port, '127.0.0.1').on('error', () => {});
    t.after(() => filler.destroy());
    await once(filler, 'connect');
  }
  return port;
};

const SYN_SENT = '02';

/** Waits until somebody is calling the port and gets no answer. */
export const untilCalled = (port: number): Promise<void> => {
  const remote = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return until(() => {
    const rows = readFileSync('/proc/net/tcp', 'utf8').split('\n');
    return rows.some((row) => row.trim().split(/\s+/).slice(2, 4).join() === `${remote},${SYN_SENT}`);
  }, `somebody calls port ${port}`);
};
