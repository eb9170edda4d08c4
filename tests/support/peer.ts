/** The other end of a connection, byte by byte under the test's control. */
import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { PATIENCE_MS } from './program.ts';

type Heard = { kind: 'line'; line: string } | { kind: 'end'; rest: string } | { kind: 'error'; code: string };

export class Peer {
  readonly socket: Socket;
  /** All that came, in order; what is awaited is taken from the front. */
  readonly #heard: Heard[] = [];
  #rest = '';
  #wake = () => {};

  /** A socket that is connected, or is being connected. */
  constructor(socket: Socket) {
    this.socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => {
      const lines = (this.#rest + chunk.toString('utf8')).split('\n');
      this.#rest = lines.pop()!;
      for (const line of lines) this.#hear({ kind: 'line', line });
    });
    socket.on('end', () => this.#hear({ kind: 'end', rest: this.#rest }));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      this.#hear({ kind: 'error', code: error.code ?? error.message });
    });
  }

  static async connect(port: number): Promise<Peer> {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    return new Peer(socket);
  }

  send(data: string | Buffer): this {
    this.socket.write(data);
    return this;
  }

  /** Each piece in a segment of its own, as far as the kernel allows. */
  async sendPieces(pieces: Iterable<string | Buffer>): Promise<void> {
    for (const piece of pieces) {
      await new Promise((resolve) => this.socket.write(piece, resolve));
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  async sendBytes(data: string | Buffer): Promise<void> {
    await this.sendPieces([...Buffer.from(data)].map((byte) => Buffer.of(byte)));
  }

  /** FIN: this side says no more. */
  end(data: string | Buffer = ''): this {
    this.socket.end(data);
    return this;
  }

  /** RST. */
  reset(): void {
    this.socket.resetAndDestroy();
  }

  destroy(): void {
    this.socket.destroy();
  }

  async line(): Promise<string> {
    const heard = await this.#next();
    if (heard.kind !== 'line') assert.fail(`expected a line, got ${JSON.stringify(heard)}`);
    return heard.line;
  }

  async expectLine(expected: string | RegExp): Promise<string> {
    const line = await this.line();
    if (typeof expected === 'string') assert.equal(line, expected);
    else assert.match(line, expected);
    return line;
  }

  async expectLines(...expected: (string | RegExp)[]): Promise<void> {
    for (const line of expected) await this.expectLine(line);
  }

  /** The other side has said its last, and nothing else before. Closes this one as well. */
  async expectEnd(): Promise<void> {
    assert.deepEqual(await this.#next(), { kind: 'end', rest: '' });
    this.socket.end();
  }

  /** Nothing has come that was not awaited yet. */
  expectNothingYet(): void {
    assert.deepEqual([...this.#heard, this.#rest], ['']);
  }

  /** All lines until the connection ends, however it ends. */
  async linesToEnd(): Promise<string[]> {
    const lines: string[] = [];
    for (;;) {
      const heard = await this.#next();
      if (heard.kind !== 'line') break;
      lines.push(heard.line);
    }
    this.socket.destroy();
    return lines;
  }

  #hear(heard: Heard): void {
    this.#heard.push(heard);
    this.#wake();
  }

  async #next(): Promise<Heard> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const heard = this.#heard.shift();
      if (heard) return heard;
      const left = deadline - Date.now();
      if (left <= 0) assert.fail(`nothing more was said, only ${JSON.stringify(this.#rest)}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }
}

/** A session that has said who it is. */
export const greet = async (
  port: number,
  agency: number,
  welcome: string | RegExp = 'WELCOME:1:0:0',
): Promise<Peer> => {
  const peer = await Peer.connect(port);
  peer.send(`HELLO:${agency}\n`);
  await peer.expectLine(welcome);
  return peer;
};
