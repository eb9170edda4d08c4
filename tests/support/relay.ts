/** The network between an agency and its server: it can be cut, and mended towards another server. */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { Transform } from 'node:stream';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

export class Relay {
  readonly #sockets = new Set<Socket>();
  /** 0: cut. */
  #target: number;
  readonly #bytesPerSecond: number;
  port = 0;

  private constructor(target: number, bytesPerSecond: number) {
    this.#target = target;
    this.#bytesPerSecond = bytesPerSecond;
  }

  /** @param bytesPerSecond of what comes from the server */
  static async to(t: TestContext, target: number, bytesPerSecond = Number.POSITIVE_INFINITY): Promise<Relay> {
    const relay = new Relay(target, bytesPerSecond);
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
      if (one === near || this.#bytesPerSecond === Number.POSITIVE_INFINITY) one.pipe(other);
      else one.pipe(slowly(this.#bytesPerSecond)).pipe(other);
      one.on('error', () => other.destroy());
      one.on('close', () => this.#sockets.delete(one));
    }
  }
}

/** Lets through so many bytes a second, a twentieth of them at once. */
const slowly = (bytesPerSecond: number): Transform => {
  const piece = Math.ceil(bytesPerSecond / 20);
  return new Transform({
    highWaterMark: piece,
    async transform(chunk: Buffer, _, done) {
      for (let at = 0; at < chunk.length; at += piece) {
        this.push(chunk.subarray(at, at + piece));
        await sleep((1_000 * Math.min(piece, chunk.length - at)) / bytesPerSecond);
      }
      done();
    },
  });
};
