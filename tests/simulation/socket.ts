/**
 * A TCP connection in memory: bytes arrive late, in pieces of any size and in order; ends and resets as real ones
 * do them. A socket has what the channel and the connector use of node:net's.
 */
import { EventEmitter } from 'node:events';
import type { SimulatedNetwork } from './network.ts';

type Segment = { kind: 'bytes'; bytes: Buffer } | { kind: 'fin' } | { kind: 'rst' };

/** What both sides of a connection share. */
export type Way = {
  /** The agency that calls, of which draw; 0 is whoever else. */
  readonly agency: number;
  readonly draw: number;
  /** Batches that may be on their way unanswered. */
  readonly window: number;
  /** Nothing arrives before then, in either direction: it is late, not lost. */
  stalledUntil: number;
};

export class SimulatedSocket extends EventEmitter {
  readonly remoteAddress = '10.0.0.1';
  readonly way: Way;
  peer: SimulatedSocket | undefined;
  readonly #network: SimulatedNetwork;
  readonly isServer: boolean;
  /** `half`: our end is said; `gone`: the computer has lost its power, and says nothing at all. */
  #state: 'open' | 'half' | 'closed' | 'gone' = 'open';
  #peerEnded = false;
  #flowing = false;
  readonly #inbox: Segment[] = [];
  #arrivesAt = 0;
  #idle: { ms: number; fn: () => void; timer: unknown } | undefined;

  constructor(network: SimulatedNetwork, side: 'client' | 'server', way: Way) {
    super();
    this.#network = network;
    this.isServer = side === 'server';
    this.way = way;
  }

  get writable(): boolean {
    return this.#state === 'open';
  }

  get isClosed(): boolean {
    return this.#state === 'closed' || this.#state === 'gone';
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

  /** Bytes that have come while it is paused, said as well. */
  read(): Buffer | null {
    const [next] = this.#inbox;
    if (next?.kind !== 'bytes' || this.isClosed) return null;
    this.#inbox.shift();
    this.emit('data', next.bytes);
    return next.bytes;
  }

  write(data: Buffer): boolean {
    this.#touch();
    this.#network.onSaid?.(this, data);
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

  /** As a process that dies: its kernel says the end, or resets if bytes were not read. */
  destroy(): this {
    if (this.isClosed) return this;
    const unread = this.#inbox.some(({ kind }) => kind === 'bytes');
    this.#send({ kind: unread ? 'rst' : 'fin' });
    this.#close();
    return this;
  }

  /** As a cut in the middle of the way: both sides hear a reset. */
  cut(): void {
    for (const side of [this, this.peer]) if (side) side.#receive({ kind: 'rst' });
  }

  /** Nothing arrives on either side for a while, and then all. */
  stall(ms: number): void {
    this.way.stalledUntil = this.#network.time.now + ms;
  }

  /** As a computer that loses its power: the peer hears nothing, whatever it says. */
  vanish(): void {
    this.#close();
    this.#state = 'gone';
  }

  #send(segment: Segment): void {
    const { time, random } = this.#network;
    const soonest = Math.max(time.now + random.between(0, 3), this.way.stalledUntil);
    this.#arrivesAt = Math.max(this.#arrivesAt, soonest);
    const { peer } = this;
    if (peer) time.setTimeout(() => peer.#receive(segment), this.#arrivesAt - time.now);
  }

  #receive(segment: Segment): void {
    if (this.isClosed) {
      if (segment.kind === 'bytes' && this.#state === 'closed') this.#send({ kind: 'rst' });
      return;
    }
    this.#touch();
    this.#inbox.push(segment);
    if (segment.kind === 'rst') this.#reset();
    else this.#drain();
  }

  #drain(): void {
    while (this.#flowing && !this.isClosed) {
      const segment = this.#inbox.shift();
      if (!segment) return;
      if (segment.kind === 'bytes') this.emit('data', segment.bytes);
      else this.#hearEnd();
    }
  }

  /** A server's socket stays open for answers when its peer has ended. */
  #hearEnd(): void {
    this.#peerEnded = true;
    this.emit('end');
    if (!this.isServer) this.end();
    if (this.#state === 'half') queueMicrotask(() => this.#close());
  }

  #reset(): void {
    this.emit('error', Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }));
    this.#close();
  }

  #close(): void {
    if (this.isClosed) return;
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
