/** The network between an agency and its server: it can be cut, and mended towards another server. */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { TestContext } from 'node:test';

export class Relay {
  readonly #sockets = new Set<Socket>();
  /** 0: cut. */
  #target: number;
  port = 0;

  private constructor(target: number) {
    this.#target = target;
  }

  static async to(t: TestContext, target: number): Promise<Relay> {
    const relay = new Relay(target);
    const server = createServer((socket) => relay.#pass(socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    relay.port = (server.address() as AddressInfo).port;
    t.after(() => {
      relay.cut();
      server.close();
    });
    return relay;
  }

  /** Every connection is reset, and nobody gets through. */
  cut(): void {
    this.#target = 0;
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  mend(target: number): void {
    this.#target = target;
  }

  #pass(near: Socket): void {
    if (this.#target === 0) {
      near.on('error', () => {}).resetAndDestroy();
      return;
    }
    const far = connect(this.#target, '127.0.0.1');
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(one);
      one.pipe(other);
      one.on('error', () => other.destroy());
      one.on('close', () => this.#sockets.delete(one));
    }
  }
}
