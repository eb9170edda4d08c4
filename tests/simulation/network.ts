/**
 * TCP in memory: bytes arrive late, in pieces of any size and in order; ends and resets as real ones do them.
 * A socket has what the channel and the connector use of node:net's.
 */
import { EventEmitter } from 'node:events';
import type { Random } from '../crash/random.ts';
import type { SimulatedTime } from './clock.ts';

type Segment = { kind: 'bytes'; bytes: Buffer } | { kind: 'fin' } | { kind: 'rst' };

export class SimulatedSocket extends EventEmitter {
  readonly #network: SimulatedNetwork;
  readonly remoteAddress = '10.0.0.1';
  peer: SimulatedSocket | undefined;
  /** `half`: our end is said. */
  #state: 'open' | 'half' | 'closed' = 'open';
  #peerEnded = false;
  #flowing = false;
  readonly #inbox: Segment[] = [];
  #arrivesAt = 0;
  #idle: { ms: number; fn: () => void; timer: unknown } | undefined;
  /** A server's socket stays open for answers when its peer has ended. */
  readonly #allowHalfOpen: boolean;

  constructor(network: SimulatedNetwork, allowHalfOpen: boolean) {
    super();
    this.#network = network;
    this.#allowHalfOpen = allowHalfOpen;
  }

  get writable(): boolean {
    return this.#state === 'open';
  }

  get isClosed(): boolean {
    return this.#state === 'closed';
  }

  writableLength = 0;

  setTimeout(ms: number, fn: () => void): this {
    this.#idle = { ms, fn, timer: undefined };
    this.#touch();
    return this;
  }

  isPaused(): boolean {
    return !this.#flowing;
  }

  pause(): this {
    this.#flowing = false;
    return this;
  }

  resume(): this {
    this.#flowing = true;
    queueMicrotask(() => this.#drain());
    return this;
  }

  write(data: Buffer): boolean {
    this.#touch();
    for (let from = 0; from < data.length; ) {
      const to = Math.min(data.length, from + this.#network.random.between(1, data.length));
      this.#send({ kind: 'bytes', bytes: Buffer.from(data.subarray(from, to)) });
      from = to;
    }
    return true;
  }

  end(data?: Buffer): this {
    if (this.#state !== 'open') return this;
    if (data) this.write(data);
    this.#state = 'half';
    this.#send({ kind: 'fin' });
    queueMicrotask(() => this.emit('finish'));
    if (this.#peerEnded) queueMicrotask(() => this.#close());
    return this;
  }

  /** As a process that dies: its kernel says the end, or resets where bytes were not read. */
  destroy(): this {
    if (this.#state === 'closed') return this;
    const unread = this.#inbox.some(({ kind }) => kind === 'bytes');
    this.#send({ kind: unread ? 'rst' : 'fin' });
    this.#close();
    return this;
  }

  /** As a cut in the middle of the way: both sides hear a reset. */
  cut(): void {
    for (const side of [this, this.peer]) if (side) side.#receive({ kind: 'rst' });
  }

  #send(segment: Segment): void {
    const { time, random } = this.#network;
    this.#arrivesAt = Math.max(this.#arrivesAt, time.now + random.between(0, 3));
    const { peer } = this;
    if (peer) time.setTimeout(() => peer.#receive(segment), this.#arrivesAt - time.now);
  }

  #receive(segment: Segment): void {
    if (this.#state === 'closed') {
      if (segment.kind === 'bytes') this.#send({ kind: 'rst' });
      return;
    }
    this.#touch();
    this.#inbox.push(segment);
    if (segment.kind === 'rst') this.#reset();
    else this.#drain();
  }

  #drain(): void {
    while (this.#flowing && this.#state !== 'closed') {
      const segment = this.#inbox.shift();
      if (!segment) return;
      if (segment.kind === 'bytes') this.emit('data', segment.bytes);
      else this.#hearEnd();
    }
  }

  #hearEnd(): void {
    this.#peerEnded = true;
    this.emit('end');
    if (!this.#allowHalfOpen) this.end();
    if (this.#state === 'half') queueMicrotask(() => this.#close());
  }

  #reset(): void {
    this.emit('error', Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }));
    this.#close();
  }

  #close(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#network.time.clearTimeout(this.#idle?.timer);
    this.#network.sockets.delete(this);
    this.emit('close');
  }

  #touch(): void {
    if (!this.#idle) return;
    const { time } = this.#network;
    time.clearTimeout(this.#idle.timer);
    this.#idle.timer = time.setTimeout(this.#idle.fn, this.#idle.ms);
  }
}

export class SimulatedNetwork {
  readonly time: SimulatedTime;
  readonly random: Random;
  /** Both sides of every connection that is open. */
  readonly sockets = new Set<SimulatedSocket>();
  /** Nobody reaches the server until then. */
  partitionedUntil = 0;
  #onConnection: ((socket: SimulatedSocket) => void) | undefined;

  constructor(time: SimulatedTime, random: Random) {
    this.time = time;
    this.random = random;
  }

  listen(onConnection: (socket: SimulatedSocket) => void): () => void {
    this.#onConnection = onConnection;
    return () => {
      if (this.#onConnection === onConnection) this.#onConnection = undefined;
    };
  }

  connect(): SimulatedSocket {
    const client = new SimulatedSocket(this, false);
    this.time.setTimeout(() => this.#answer(client), this.random.between(0, 5));
    return client;
  }

  #answer(client: SimulatedSocket): void {
    if (client.isClosed || this.time.now < this.partitionedUntil) return;
    if (!this.#onConnection) {
      client.emit('error', new Error('connect ECONNREFUSED'));
      client.emit('close');
      return;
    }
    const server = new SimulatedSocket(this, true);
    server.peer = client;
    client.peer = server;
    this.sockets.add(server).add(client);
    this.#onConnection(server);
    client.resume();
    client.emit('connect');
  }
}
